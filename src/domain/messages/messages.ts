import type { CatalogueMessage } from '../../definition/catalogue.js';
import { badInput, notFound } from '../../errors.js';
import { rowId } from '../../ids.js';
import type { Db } from '../../store/database/database.js';
import { groupBy } from '../../store/database/group-by.js';
import { type Page, type PageRequest, pageOf } from '../../store/database/page.js';
import { type BotRecord, findBot, touchBot } from '../../store/tables/bots.js';
import type { ChannelRecord } from '../../store/tables/channels.js';
import {
  findOverride,
  insertOverrides,
  type MessageOverrideRecord,
  type OverrideSnapshot,
  overrideKey,
  overridesOfBots,
  removeOverride,
  scopeOf,
  updateOverride,
} from '../../store/tables/message-overrides.js';
import type { Content } from '../../vocabulary.js';
import { type Action, assertMayWith, assertMayWithSome, type Viewer } from '../access.js';
import { lockExisting } from '../bots/lock-existing.js';
import { type Command, type DomainDeps, runCommand } from '../command.js';
import type { DefinitionReader, ReadBot } from '../definitions.js';
import { languageInput } from '../text-input.js';
import { contentsInput, refuseFaultyScripts } from './contents-input.js';
import { inheritedOverrides } from './inherited.js';
import { assertScopes, listenerOn, type OverrideScopeInput } from './override-scope.js';
import { indexOverrides, resolveContents } from './resolve.js';
import { refuseStaleOverride } from './stale-override.js';

/** One message of a bot as edited, with its overrides. */
export interface BotMessageView {
  bot: BotRecord;
  message: CatalogueMessage;
  overrides: MessageOverrideRecord[];
  /** What a smart bot's parent has live for the same channels; the bot's own come before it. */
  inherited: OverrideSnapshot[];
  storedAt: number;
}

export interface MessageFilter {
  search?: string | null | undefined;
  overriddenOnly?: boolean | null | undefined;
  /** Only messages that this scope does not override. */
  missing?: OverrideScopeInput | null | undefined;
}

interface OverrideInput extends OverrideScopeInput {
  botId: string;
  messageKey: string;
  /** What the override was when its sender saw it; empty: there was none. Another by now: CONFLICT. */
  expected?: readonly Content[] | null | undefined;
}

export interface NewOverride extends OverrideInput {
  contents: readonly Content[];
}

/** The messages of a bot and their overrides. Overrides act with the next publish. */
export function createMessages(deps: DomainDeps, reader: DefinitionReader) {
  const { database } = deps;

  async function ofBots(db: Db, bots: readonly BotRecord[]): Promise<Map<string, BotMessageView[]>> {
    const read = await reader.ofBots(db, bots);
    const overrides = groupBy(
      await overridesOfBots(
        db,
        bots.map((bot) => bot.id),
      ),
      (override) => override.botId,
    );
    const inherited = await inheritedOverrides(db, bots);
    return new Map(
      bots.map((bot) => [
        bot.id,
        toViews(bot, read.get(bot.id), overrides.get(bot.id) ?? [], inherited.get(bot.id) ?? []),
      ]),
    );
  }

  async function view(db: Db, viewer: Viewer, botId: string, key: string): Promise<BotMessageView> {
    const bot = await findBot(db, viewer.accountId, botId);
    if (!bot) throw notFound('bot', botId);
    const views = (await ofBots(db, [bot])).get(botId) ?? [];
    return views.find((one) => one.message.key === key) ?? unknownMessage(bot, key);
  }

  /** NOT_FOUND, FORBIDDEN: before the definition of the bot is parsed. */
  function mayChange(viewer: Viewer, action: Action, botId: string): void {
    assertMayWithSome(viewer, action);
    assertMayWith(viewer, action, botId, () => notFound('bot', botId));
  }

  /** The bot, locked, and the target of the override. NOT_FOUND for bot, message and scope. */
  async function target(command: Command, input: OverrideInput) {
    const bot = await lockExisting(command, input.botId);
    await assertScopes(command, bot.id, [input]);
    const language = input.language ? languageInput(input.language) : bot.defaultLanguage;
    return { bot, target: { botId: bot.id, messageKey: input.messageKey, ...scopeOf(input), language } };
  }

  /** Refuses a key that is no message of the bot; parses the definition before the transaction. */
  async function assertMessage(viewer: Viewer, { botId, messageKey }: OverrideInput): Promise<void> {
    const bot = await findBot(database.read, viewer.accountId, botId);
    if (!bot) throw notFound('bot', botId);
    const read = (await reader.ofBots(database.read, [bot])).get(botId);
    if (read?.messages.some((message) => message.key === messageKey)) return;
    await view(database.read, viewer, botId, messageKey); // one that is overridden, here or at the parent
  }

  async function saveOverride<T>(
    viewer: Viewer,
    input: NewOverride,
    answer: (command: Command) => Promise<T>,
  ): Promise<T> {
    assertMayWithSome(viewer, 'message.override');
    const contents = contentsInput(input.contents);
    refuseFaultyScripts(contents);
    mayChange(viewer, 'message.override', input.botId);
    await assertMessage(viewer, input);
    return runCommand(deps, viewer, 'message.override', async (command) => {
      const { trx, now, audit } = command;
      const { target: of, bot } = await target(command, input);
      const before = await findOverride(trx, of);
      await refuseStaleOverride(command, of, input.expected, before, contents);
      if (before) await updateOverride(trx, before.id, { contents, updatedAt: now });
      else await insertOverrides(trx, [{ ...of, id: rowId('ov'), contents, updatedAt: now }]);
      await touchBot(trx, bot.id, now);
      audit(bot.id, { ...of, from: before?.contents ?? null, to: contents });
      return answer(command);
    });
  }

  return {
    ofBots: (_viewer: Viewer, bots: readonly BotRecord[]) => ofBots(database.read, bots),

    /** One page of the messages that match the filter. */
    page(messages: readonly BotMessageView[], filter: MessageFilter, request: PageRequest): Page<BotMessageView> {
      const search = filter.search?.trim().toLowerCase() ?? '';
      const matching = messages.filter(
        (one) =>
          (!filter.missing || isMissing(one, filter.missing)) &&
          (!filter.overriddenOnly || one.overrides.length > 0 || one.message.channels.length > 0) &&
          (search === '' || mentions(one, search)),
      );
      return pageOf(matching, (one) => one.message.key, request);
    },

    /** The contents for this channel once the bot is published as it is. NOT_FOUND for another bot's channel. */
    resolved(one: BotMessageView, channel: ChannelRecord | null, language?: string | null): Content[] {
      if (channel?.botId !== one.bot.id) throw notFound('channel of this bot', channel?.id ?? '');
      const { defaultLanguage } = one.bot;
      const overrides = indexOverrides([...one.inherited, ...one.overrides]);
      const audience = { listener: listenerOn(channel), language: language ?? defaultLanguage, defaultLanguage };
      return resolveContents(one.message.key, one.message, overrides, audience);
    },

    /** NOT_FOUND, BAD_USER_INPUT (`contents`, `language`), CONFLICT when it is not as expected. */
    setOverride: (viewer: Viewer, input: NewOverride): Promise<BotMessageView> =>
      saveOverride(viewer, input, (command) => view(command.trx, viewer, input.botId, input.messageKey)),

    /** One of many: what the bot then says is not looked up. Errors as of `setOverride`. */
    putOverride: (viewer: Viewer, input: NewOverride): Promise<void> => saveOverride(viewer, input, async () => {}),

    /** NOT_FOUND also when there is no such override. */
    async removeOverride(viewer: Viewer, input: OverrideInput): Promise<BotMessageView> {
      mayChange(viewer, 'message.remove-override', input.botId);
      const seen = await findBot(database.read, viewer.accountId, input.botId);
      if (seen) await reader.ofBots(database.read, [seen]); // parses the definition before the transaction
      return runCommand(deps, viewer, 'message.remove-override', async (command) => {
        const { trx, now, audit } = command;
        const { target: of, bot } = await target(command, input);
        const before = await findOverride(trx, of);
        await refuseStaleOverride(command, of, input.expected, before, []);
        if (!before) throw notFound('override of the message', input.messageKey);
        await removeOverride(trx, before.id);
        await touchBot(trx, bot.id, now);
        audit(bot.id, { ...of, from: before.contents, to: null });
        return view(trx, viewer, bot.id, input.messageKey);
      });
    },
  };
}

/** The catalogue in its order, then what is overridden but no longer (or not yet) in it. */
function toViews(
  bot: BotRecord,
  read: ReadBot | undefined,
  overrides: readonly MessageOverrideRecord[],
  inherited: readonly OverrideSnapshot[],
): BotMessageView[] {
  const own = groupBy(overrides, (override) => override.messageKey);
  const ofParent = groupBy(inherited, (override) => override.messageKey);
  const messages = new Map((read?.messages ?? []).map((message) => [message.key, message]));
  for (const key of [...own.keys(), ...ofParent.keys()]) {
    if (!messages.has(key)) messages.set(key, blankMessage(bot, key).message);
  }
  return [...messages.values()].map((message) => ({
    bot,
    message,
    overrides: own.get(message.key) ?? [],
    inherited: ofParent.get(message.key) ?? [],
    storedAt: read?.storedAt ?? bot.createdAt,
  }));
}

/** A bot that lives elsewhere names its messages itself; of one that runs here all are known. */
function unknownMessage(bot: BotRecord, key: string): BotMessageView {
  if (bot.engine === 'DIALOG') throw notFound('message of this bot', key);
  if (key.trim() === '' || key.length > 250) throw badInput('messageKey', 'A message key has 1 to 250 characters.');
  return blankMessage(bot, key);
}

const blankMessage = (bot: BotRecord, key: string): BotMessageView => ({
  bot,
  message: { key, name: key, kind: 'message', contents: {}, channels: [] },
  overrides: [],
  inherited: [],
  storedAt: bot.createdAt,
});

function isMissing({ bot, message, overrides }: BotMessageView, { language, ...of }: OverrideScopeInput): boolean {
  const target = { messageKey: message.key, ...scopeOf(of), language: language ?? bot.defaultLanguage };
  return !overrides.some((one) => overrideKey(one) === overrideKey(target));
}

function mentions({ message, overrides }: BotMessageView, search: string): boolean {
  const contents = [
    ...Object.values(message.contents),
    ...message.channels.map((one) => one.contents),
    ...overrides.map((one) => one.contents),
  ].flat();
  const texts = contents.flatMap(({ value, after = [] }) => [value, ...after.map((part) => part.value)]);
  return [message.name, message.key, ...texts].some((text) => text.toLowerCase().includes(search));
}
