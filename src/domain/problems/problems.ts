import type { Db } from '../../store/database/database.js';
import { groupBy } from '../../store/database/group-by.js';
import { variablesOf, waitingVariablesOf } from '../../store/tables/bot-variables.js';
import type { BotVersionRecord } from '../../store/tables/bot-versions.js';
import { type BotRecord, findBotsById } from '../../store/tables/bots.js';
import { overridesOfBots } from '../../store/tables/message-overrides.js';
import type { Content } from '../../vocabulary.js';
import { assertMay, type Viewer } from '../access.js';
import type { DomainDeps } from '../command.js';
import type { DefinitionReader } from '../definitions.js';
import type { BotMessageView } from '../messages/messages.js';
import { problemsOfBot, problemsOfMessage } from './bot-problems.js';
import { checkContent } from './check-content.js';
import type { PlacedProblem } from './problem.js';
import { type Vocabulary, vocabularyOf } from './vocabulary.js';

/** What is wrong with what was written for bots: told while it is written, at a publish and to who approves it. */
export function createProblems({ database }: DomainDeps, reader: DefinitionReader) {
  const db = database.read;

  /** What each of these bots, as edited, may name. */
  async function vocabularies(bots: readonly BotRecord[]): Promise<Map<string, Vocabulary>> {
    const read = await reader.ofBots(db, bots);
    const variables = await variableNames(db, bots);
    return new Map(
      bots.flatMap((bot) => {
        const one = read.get(bot.id);
        return one ? [[bot.id, vocabularyOf(one, bot.engine === 'DIALOG', variables.get(bot.id) ?? [])]] : [];
      }),
    );
  }

  return {
    vocabularies: (_viewer: Viewer, bots: readonly BotRecord[]) => vocabularies(bots),

    ofMessage: ({ message, overrides }: BotMessageView, vocabulary: Vocabulary): PlacedProblem[] =>
      problemsOfMessage(message, overrides, vocabulary),

    /** Problems of contents that are being written, not saved yet. */
    async ofContents(viewer: Viewer, bot: BotRecord, contents: readonly Content[]): Promise<PlacedProblem[]> {
      assertMay(viewer, 'read', bot.id);
      const vocabulary = (await vocabularies([bot])).get(bot.id);
      if (!vocabulary) return [];
      const place = { messageKey: null, name: '', channelId: null, language: null };
      return contents.flatMap((content, variant) =>
        checkContent(content, vocabulary).map((problem) => ({ ...problem, ...place, variant })),
      );
    },

    /** Problems of the bot as edited: what a publish would bring. */
    async ofDraft(viewer: Viewer, bot: BotRecord): Promise<PlacedProblem[]> {
      assertMay(viewer, 'read', bot.id);
      const read = (await reader.ofBots(db, [bot])).get(bot.id);
      const vocabulary = (await vocabularies([bot])).get(bot.id);
      return read && vocabulary ? problemsOfBot(read, await overridesOfBots(db, [bot.id]), vocabulary) : [];
    },

    /** Problems of a version, by the variables of today. */
    async ofVersion(viewer: Viewer, bot: BotRecord, version: BotVersionRecord): Promise<PlacedProblem[]> {
      assertMay(viewer, 'read', bot.id);
      const { definitionId, engine, overrides, defaultLanguage } = version;
      const asThen = { ...bot, definitionId, engine, defaultLanguage };
      const read = (await reader.ofBots(db, [asThen])).get(bot.id);
      const vocabulary = (await vocabularies([asThen])).get(bot.id);
      return read && vocabulary ? problemsOfBot(read, overrides, vocabulary) : [];
    },
  };
}

/** The variables of bots, and of their parents, those that wait included. */
async function variableNames(db: Db, bots: readonly BotRecord[]): Promise<Map<string, string[]>> {
  const parents = await findBotsById(
    db,
    bots.flatMap(({ parentId }) => parentId ?? []),
  );
  const ids = [...bots, ...parents].map(({ id }) => id);
  const all = [...(await variablesOf(db, ids)), ...(await waitingVariablesOf(db, ids))];
  const byBot = groupBy(all, ({ botId }) => botId);
  return new Map(
    bots.map(({ id, parentId }) => [
      id,
      [...(byBot.get(id) ?? []), ...(byBot.get(parentId ?? '') ?? [])].map(({ key }) => key),
    ]),
  );
}
