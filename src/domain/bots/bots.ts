import { badInput, conflict } from '../../errors.js';
import { botId } from '../../ids.js';
import { groupBy } from '../../store/database/group-by.js';
import type { PageRequest } from '../../store/database/page.js';
import { pendingRequestsOfBot } from '../../store/tables/approval-requests.js';
import type { BotFilter, ListOrder } from '../../store/tables/bot-list.js';
import { variablesOf, waitingVariablesOf } from '../../store/tables/bot-variables.js';
import {
  type BotRecord,
  childrenOf,
  findBot,
  findBots,
  insertBot,
  listBots,
  updateBot,
} from '../../store/tables/bots.js';
import { channelsOfBots, updateChannel } from '../../store/tables/channels.js';
import { buryDeliveries } from '../../store/tables/deliveries.js';
import type { EngineKind } from '../../vocabulary.js';
import { may, readableBots, type Viewer } from '../access.js';
import { endWithBot } from '../canaries/end.js';
import { type Command, type DomainDeps, differences, inOneTransaction, runCommand } from '../command.js';
import type { SecretMarks } from '../secret-marks.js';
import { namesField, refuseStale } from '../stale.js';
import { languageInput, nameInput, reasonInput, textInput } from '../text-input.js';
import { withdrawRequest } from '../withdraw-request.js';
import { findBotStates } from './bot-state.js';
import { engineMarks, engineOf } from './engine-settings.js';
import { lockExisting } from './lock-existing.js';
import { newBot } from './new-bot.js';
import { removeVariable, setVariable, showVariables } from './variables.js';

interface BotSettings {
  description?: string | null | undefined;
  defaultLanguage?: string | null | undefined;
  engine?: EngineKind | null | undefined;
  /** JSON of the engine's kind; credentials in it are sealed. */
  engineSettings?: unknown;
}
export interface BotInput extends BotSettings {
  name: string;
}
export interface BotUpdate extends BotSettings {
  id: string;
  name?: string | null | undefined;
  sessionTimeoutMinutes?: number | null | undefined;
  /** Fields as their sender saw them. One that is another by now: CONFLICT. */
  expected?: (Omit<BotUpdate, 'id' | 'expected'> & { engineSecrets?: string | null | undefined }) | null | undefined;
}

/** Bounds of a session's time-out, in minutes; outside: BAD_USER_INPUT. The upper one is the platform's (kore-webhook.md §1.9). */
const MIN_SESSION_MINUTES = 1;
const MAX_SESSION_MINUTES = 2160;
const EXPECTED = [
  'name',
  'description',
  'defaultLanguage',
  'sessionTimeoutMinutes',
  'engine',
  'engineSettings',
] as const;
const VERSIONED = ['engine', 'engineSettings', 'defaultLanguage', 'sessionTimeoutMinutes'] as const;

/** Commands that create, change, suspend and delete bots. */
export function createBots(deps: DomainDeps) {
  const { database, vault, checkPostUrl } = deps;
  return {
    async get(viewer: Viewer, id: string): Promise<BotRecord | null> {
      readableBots(viewer);
      return may(viewer, 'read', id) ? findBot(database.read, viewer.accountId, id) : null;
    },

    list(viewer: Viewer, request: PageRequest & BotFilter & { order?: ListOrder | null | undefined }) {
      return listBots(database.read, viewer.accountId, { ...request, ids: readableBots(viewer) });
    },

    /** Includes deleted bots. */
    async byIds(viewer: Viewer, ids: readonly string[]): Promise<BotRecord[]> {
      readableBots(viewer);
      const readable = ids.filter((id) => may(viewer, 'read', id));
      return findBots(database.read, viewer.accountId, readable);
    },
    states: (_viewer: Viewer, bots: readonly BotRecord[]) => findBotStates(database.read, bots),
    /** A role on the parent says nothing about its children. */
    async childrenOf(viewer: Viewer, ids: readonly string[]): Promise<Map<string, BotRecord[]>> {
      const children = await childrenOf(database.read, ids);
      return new Map([...children].map(([id, all]) => [id, all.filter((child) => may(viewer, 'read', child.id))]));
    },

    async variablesOf(_viewer: Viewer, ids: readonly string[]) {
      const serving = groupBy(await variablesOf(database.read, ids), (variable) => variable.botId);
      const waiting = groupBy(await waitingVariablesOf(database.read, ids), (variable) => variable.botId);
      return new Map(ids.map((id) => [id, showVariables(vault, serving.get(id) ?? [], waiting.get(id) ?? [])]));
    },

    setVariable: (viewer: Viewer, input: Parameters<typeof setVariable>[2]) => setVariable(deps, viewer, input),
    /** Several, all or nothing. NOT_FOUND, BAD_USER_INPUT (`key`, `value`). */
    setVariables: (
      viewer: Viewer,
      botId: string,
      variables: readonly { key: string; value: string; secured: boolean }[],
    ): Promise<void> =>
      inOneTransaction(deps, viewer, async (joined) => {
        for (const variable of variables) await setVariable(joined, viewer, { botId, ...variable });
      }),
    removeVariable: (viewer: Viewer, botId: string, key: string) => removeVariable(deps, viewer, botId, key),

    /** BAD_USER_INPUT naming the field. */
    create: (viewer: Viewer, input: BotInput): Promise<BotRecord> =>
      runCommand(deps, viewer, 'bot.create', async ({ trx, now, audit, changed }) => {
        const blank = newBot({ id: botId(), accountId: viewer.accountId, name: nameInput(input.name), now });
        const bot: BotRecord = {
          ...blank,
          ...engineOf(vault, blank.id, blank, input, checkPostUrl),
          description: textInput(input.description, 'description'),
          defaultLanguage: input.defaultLanguage
            ? languageInput(input.defaultLanguage, 'defaultLanguage')
            : blank.defaultLanguage,
        };
        await insertBot(trx, bot);
        audit(bot.id, { name: bot.name, engine: bot.engine });
        changed('bot', bot.id);
        return bot;
      }),

    /** By the name of each, what changes when a secret does. */
    secretMarks: (bot: BotRecord): SecretMarks => engineMarks(vault, bot),

    /** Engine and language act with the next publish, engine credentials and the name at once. NOT_FOUND, BAD_USER_INPUT. */
    update: (viewer: Viewer, input: BotUpdate): Promise<BotRecord> =>
      runCommand(deps, viewer, 'bot.update', async (command) => {
        const before = await lockExisting(command, input.id);
        if (input.name === null) throw badInput('name', 'name cannot be empty. Leave it out to keep what it is.');
        await refuseStale(
          command,
          before.id,
          [
            ...EXPECTED.map((field) => ({
              ...{ field, seen: input.expected?.[field], current: before[field], wanted: input[field] },
            })),
            {
              ...{ field: 'engineSecrets', seen: input.expected?.engineSecrets, wanted: undefined, secret: true },
              current: engineMarks(vault, before).engineSecrets,
            },
          ],
          namesField(),
        );
        const engine = engineOf(vault, before.id, before, input, checkPostUrl);
        const bot: BotRecord = {
          ...before,
          ...engine,
          name: input.name === undefined ? before.name : nameInput(input.name),
          description:
            input.description === undefined ? before.description : textInput(input.description, 'description'),
          defaultLanguage: input.defaultLanguage
            ? languageInput(input.defaultLanguage, 'defaultLanguage')
            : before.defaultLanguage,
          sessionTimeoutMinutes: timeoutInput(input.sessionTimeoutMinutes) ?? before.sessionTimeoutMinutes,
          updatedAt: command.now,
        };
        const versioned = differences(before, bot, VERSIONED);
        if (Object.keys(versioned).length > 0) bot.revision = before.revision + 1;
        bot.ownEngine ||= 'engine' in versioned || 'engineSettings' in versioned;
        bot.ownSettings ||= 'defaultLanguage' in versioned || 'sessionTimeoutMinutes' in versioned;
        await updateBot(command.trx, bot.id, bot);
        const changedSecrets = before.engineSecretsCipher !== bot.engineSecretsCipher;
        command.audit(bot.id, {
          ...differences(before, bot, ['name', 'description', ...VERSIONED]),
          ...(changedSecrets && { engineSecrets: 'changed' }),
        });
        command.changed('bot', bot.id);
        if (changedSecrets) {
          for (const child of (await childrenOf(command.trx, [bot.id])).get(bot.id) ?? [])
            command.changed('bot', child.id);
        }
        return bot;
      }),

    /** Deletes the bot with its channels and open requests. NOT_FOUND, CONFLICT while smart bots inherit from it. */
    remove: (viewer: Viewer, id: string): Promise<void> =>
      runCommand(deps, viewer, 'bot.delete', async (command) => {
        const bot = await lockExisting(command, id);
        const { trx, now, audit, changed } = command;
        const children = (await childrenOf(trx, [id])).get(id) ?? [];
        if (children.length > 0) {
          throw conflict(`${children.length} smart bot(s) inherit from "${bot.name}". Delete them first.`, {
            childIds: children.slice(0, 100).map((child) => child.id),
          });
        }
        await endWithBot(command, bot);
        for (const request of await pendingRequestsOfBot(trx, id)) await withdrawRequest(command, request);
        const channels = (await channelsOfBots(trx, [id])).get(id) ?? [];
        for (const channel of channels) {
          await updateChannel(trx, channel.id, { deletedAt: now, updatedAt: now });
          changed('channel', channel.id);
        }
        await buryDeliveries(
          trx,
          channels.map((channel) => channel.id),
          now,
        );
        await updateBot(trx, id, { deletedAt: now, updatedAt: now });
        audit(id, { name: bot.name });
        changed('bot', id);
      }),

    /** All its channels refuse messages until it is resumed. NOT_FOUND, BAD_USER_INPUT (`reason`), CONFLICT. */
    suspend: (viewer: Viewer, id: string, reason: string): Promise<BotRecord> =>
      runCommand(deps, viewer, 'bot.suspend', async (command) => {
        const suspendedReason = reasonInput(reason);
        const bot = await lockExisting(command, id);
        if (bot.suspendedAt !== null) throw conflict(`The bot "${bot.name}" is suspended already.`);
        return setSuspension(command, bot, { suspendedAt: command.now, suspendedReason });
      }),

    /** NOT_FOUND, CONFLICT when it is not suspended. */
    resume: (viewer: Viewer, id: string): Promise<BotRecord> =>
      runCommand(deps, viewer, 'bot.resume', async (command) => {
        const bot = await lockExisting(command, id);
        if (bot.suspendedAt === null) throw conflict(`The bot "${bot.name}" is not suspended.`);
        return setSuspension(command, bot, { suspendedAt: null, suspendedReason: null });
      }),
  };
}

async function setSuspension(
  { trx, now, audit, changed }: Command,
  bot: BotRecord,
  change: Pick<BotRecord, 'suspendedAt' | 'suspendedReason'>,
): Promise<BotRecord> {
  await updateBot(trx, bot.id, { ...change, updatedAt: now });
  audit(bot.id, { name: bot.name, reason: change.suspendedReason });
  changed('bot', bot.id);
  return { ...bot, ...change, updatedAt: now };
}

function timeoutInput(minutes: number | null | undefined): number | null {
  if (minutes === null || minutes === undefined) return null;
  if (minutes < MIN_SESSION_MINUTES || minutes > MAX_SESSION_MINUTES) {
    throw badInput(
      'sessionTimeoutMinutes',
      `A session lasts between ${MIN_SESSION_MINUTES} and ${MAX_SESSION_MINUTES} minutes of silence.`,
    );
  }
  return minutes;
}
