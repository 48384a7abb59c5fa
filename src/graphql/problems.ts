import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { PlacedProblem, ProblemCode, Severity } from '../domain/problems/problem.js';
import type { BotVersionRecord } from '../store/tables/bot-versions.js';
import type { BotRecord } from '../store/tables/bots.js';
import type { Content } from '../vocabulary.js';
import { BotVersion } from './bot-versions.js';
import { Bot } from './bots.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';
import { BotMessage, MessageContentInput, type ShownMessage } from './messages.js';

const SeverityEnum = enumOf<Severity>('Severity', 'How bad a problem is.', {
  ERROR: 'Users get something else than was written.',
  WARNING: 'Something may be missing from what users get.',
});

const ProblemCodeEnum = enumOf<ProblemCode>('ProblemCode', 'What is wrong with something that was written.', {
  SCRIPT_DOES_NOT_PARSE: null,
  TEMPLATE_IS_NO_JSON: null,
  TEMPLATE_SHAPE: 'JSON, but nothing that clients draw.',
  TEMPLATE_TYPE_UNKNOWN: null,
  EXPRESSION_DOES_NOT_PARSE: 'Inside {{…}}.',
  PATH_UNKNOWN: '{{…}} of what nothing in the bot sets.',
});

export const Problem = objectOf('Problem', 'What is wrong with something that was written, and where.', {
  severity: SeverityEnum,
  code: ProblemCodeEnum,
  text: described(String, 'What is wrong, and what comes of it.'),
  messageKey: nullable(ID, 'Null: in a script that is no message.'),
  name: described(String, 'Name of the message, or of what the script belongs to.'),
  channelId: nullable(ID, 'Null: in what all channels say.'),
  language: nullable(String),
  variant: nullable(Int, 'Which content of the message, from 0.'),
  line: nullable(Int, 'From 1.'),
  column: nullable(Int, 'From 1.'),
});

@Resolver(() => Bot)
export class BotProblemsResolver {
  @FieldResolver(() => [Problem], {
    description: 'Problems of the bot as edited: what a publish would bring. Errors first.',
  })
  problems(@Root() bot: BotRecord, @Ctx() { domain, viewer }: Context): Promise<PlacedProblem[]> {
    return domain.problems.ofDraft(viewer, bot);
  }

  @FieldResolver(() => [Problem], { description: 'Problems of contents that are being written. Nothing is saved.' })
  checkContents(
    @Root() bot: BotRecord,
    @Arg('contents', () => [MessageContentInput]) contents: Content[],
    @Ctx() { domain, viewer }: Context,
  ): Promise<PlacedProblem[]> {
    return domain.problems.ofContents(viewer, bot, contents);
  }
}

@Resolver(() => BotMessage)
export class MessageProblemsResolver {
  @FieldResolver(() => [Problem], { description: 'Problems of the contents of the file and of the overrides.' })
  async problems(@Root() message: ShownMessage, @Ctx() { domain, loaders }: Context): Promise<PlacedProblem[]> {
    const vocabulary = await loaders.vocabularyOfBot.load(message.bot);
    return vocabulary ? domain.problems.ofMessage(message, vocabulary) : [];
  }
}

@Resolver(() => BotVersion)
export class VersionProblemsResolver {
  @FieldResolver(() => [Problem], { description: 'By the variables of today. Errors first.' })
  async problems(
    @Root() version: BotVersionRecord,
    @Ctx() { domain, loaders, viewer }: Context,
  ): Promise<PlacedProblem[]> {
    const bot = await loaders.bot.load(version.botId);
    return bot ? domain.problems.ofVersion(viewer, bot, version) : [];
  }
}
