import { AppError, badInput, notFound } from '../../errors.js';
import { rowId } from '../../ids.js';
import { findBot, touchBot } from '../../store/tables/bots.js';
import {
  insertOverrides,
  type MessageOverrideRecord,
  type OverrideTarget,
  overrideKey,
  overridesOfBots,
  removeOverrides,
  scopeOf,
  updateOverride,
} from '../../store/tables/message-overrides.js';
import type { Content } from '../../vocabulary.js';
import { assertMayWith, assertMayWithSome, type Viewer } from '../access.js';
import { lockExisting } from '../bots/lock-existing.js';
import { type Command, type DomainDeps, runCommand } from '../command.js';
import type { DefinitionReader } from '../definitions.js';
import { languageInput } from '../text-input.js';
import { contentsInput, refuseFaultyScripts } from './contents-input.js';
import { assertScopes, type OverrideScopeInput } from './override-scope.js';
import { refuseStaleOverride } from './stale-override.js';

/** Overrides set, removed or copied at once; more: BAD_USER_INPUT. */
const MAX_AT_ONCE = 1_000;
/** Characters of a message key of a bot that lives elsewhere; beyond: BAD_USER_INPUT. */
const MAX_KEY = 250;

export interface OverrideCell extends OverrideScopeInput {
  messageKey: string;
  /** Null: there is to be no override. */
  contents?: readonly Content[] | null | undefined;
  /** What the override was when its sender saw it; empty: there was none. Another by now: CONFLICT. */
  expected?: readonly Content[] | null | undefined;
}

export interface OverrideCopy {
  botId: string;
  from: OverrideScopeInput;
  to: readonly OverrideScopeInput[];
  /** Whether an override that is there already gives way. */
  replace?: boolean | null | undefined;
}

type Wanted = Omit<OverrideTarget, 'botId'> & Pick<OverrideCell, 'expected'> & { contents: Content[] | null };

/** Many overrides of one bot, in one transaction: all of them, or none. Each has its entry in the audit log. */
export function createManyOverrides(deps: DomainDeps, reader: DefinitionReader) {
  const { database } = deps;

  /** The bot is locked. Gives how many overrides have changed. */
  async function write(command: Command, botId: string, wanted: (own: MessageOverrideRecord[]) => readonly Wanted[]) {
    const { trx, now, audit } = command;
    const own = await overridesOfBots(trx, [botId]);
    const cells = [...new Map(wanted(own).map((cell) => [overrideKey(cell), cell])).values()]; // the last of equal ones
    if (cells.length > MAX_AT_ONCE)
      throw badInput('overrides', `At most ${MAX_AT_ONCE} overrides change at once; these are ${cells.length}.`);
    await assertScopes(command, botId, cells);
    const known = new Map(own.map((one) => [overrideKey(one), one]));
    const made: MessageOverrideRecord[] = [];
    const removed: string[] = [];
    let changed = 0;
    for (const { contents, expected, ...of } of cells) {
      const before = known.get(overrideKey(of));
      await refuseStaleOverride(command, { ...of, botId }, expected, before ?? null, contents ?? []);
      if (JSON.stringify(before?.contents ?? null) === JSON.stringify(contents)) continue;
      if (contents === null && before) removed.push(before.id);
      else if (contents && before) await updateOverride(trx, before.id, { contents, updatedAt: now });
      else if (contents) made.push({ ...of, id: rowId('ov'), botId, contents, updatedAt: now });
      const action = contents === null ? 'message.remove-override' : 'message.override';
      audit(botId, { botId, ...of, from: before?.contents ?? null, to: contents }, action);
      changed += 1;
    }
    await insertOverrides(trx, made);
    await removeOverrides(trx, removed);
    if (changed > 0) await touchBot(trx, botId, now);
    return changed;
  }

  /** The keys of the bot's messages; null: its engine names them itself. NOT_FOUND, FORBIDDEN. */
  async function keysOf(viewer: Viewer, botId: string): Promise<ReadonlySet<string> | null> {
    assertMayWithSome(viewer, 'message.override');
    assertMayWith(viewer, 'message.override', botId, () => notFound('bot', botId));
    const bot = await findBot(database.read, viewer.accountId, botId);
    if (!bot) throw notFound('bot', botId);
    if (bot.engine !== 'DIALOG') return null;
    const read = (await reader.ofBots(database.read, [bot])).get(botId);
    return new Set(read?.messages.map(({ key }) => key));
  }

  return {
    /** NOT_FOUND for bot, message and channel, BAD_USER_INPUT (`overrides[n]…`). */
    async set(viewer: Viewer, botId: string, cells: readonly OverrideCell[]): Promise<number> {
      const keys = await keysOf(viewer, botId);
      const checked = cells.map((cell, index) => ({ ...cell, contents: contentsAt(cell, index) }));
      if (checked.some(({ contents }) => contents === null))
        assertMayWith(viewer, 'message.remove-override', botId, () => notFound('bot', botId));
      return runCommand(deps, viewer, 'message.override', async (command) => {
        const { defaultLanguage } = await lockExisting(command, botId);
        return write(command, botId, (own) => {
          const overridden = new Set(own.map(({ messageKey }) => messageKey));
          return checked.map(({ messageKey, contents, expected, ...scope }) => {
            const isKnown = keys ? keys.has(messageKey) || overridden.has(messageKey) : isKey(messageKey);
            if (!isKnown) throw notFound('message of this bot', messageKey);
            return { messageKey, ...placeOf(scope, defaultLanguage), contents, expected };
          });
        });
      });
    },

    /** What one scope says instead, others say too. Errors as of `set`. */
    async copy(viewer: Viewer, { botId, from, to, replace = false }: OverrideCopy): Promise<number> {
      await keysOf(viewer, botId);
      return runCommand(deps, viewer, 'message.override', async (command) => {
        const { defaultLanguage } = await lockExisting(command, botId);
        await assertScopes(command, botId, [from, ...to]);
        const source = placeOf(from, defaultLanguage);
        return write(command, botId, (own) => {
          const taken = new Set(own.map(overrideKey));
          const copied = own.filter((one) => overrideKey(one) === overrideKey({ ...one, ...source }));
          return to
            .map((scope) => placeOf(scope, defaultLanguage))
            .flatMap((scope) =>
              copied.map(({ messageKey, contents }) => ({ messageKey, ...scope, contents: [...contents] })),
            )
            .filter((one) => replace || !taken.has(overrideKey(one)));
        });
      });
    },
  };
}

const isKey = (key: string): boolean => key.trim() !== '' && key.length <= MAX_KEY;

const placeOf = ({ language, ...of }: OverrideScopeInput, defaultLanguage: string) => ({
  ...scopeOf(of),
  language: language ? languageInput(language) : defaultLanguage,
});

/** BAD_USER_INPUT (`overrides[n].contents…`). */
function contentsAt({ contents }: OverrideCell, index: number): Content[] | null {
  if (contents === null || contents === undefined) return null;
  try {
    const checked = contentsInput(contents);
    refuseFaultyScripts(checked);
    return checked;
  } catch (error) {
    const field = error instanceof AppError ? error.details.field : undefined;
    throw typeof field === 'string' && error instanceof AppError
      ? badInput(`overrides[${index}].${field}`, error.message)
      : error;
  }
}
