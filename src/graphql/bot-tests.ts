import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { batchCsv, batchJson } from '../definition/batch-suite.js';
import type { BotRecord } from '../store/tables/bots.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, objectOf } from './fields.js';
import type { BotTestView } from './ports/bot-tests.js';
import { User } from './users.js';

type SuiteFormat = 'JSON' | 'CSV';

const SuiteFormatEnum = enumOf<SuiteFormat>('SuiteFormat', 'The form of a batch test suite.', {
  JSON: 'An object with the list `testCases`.',
  CSV: 'The columns input, intent, parentIntent, entityName, entityValue and entityOrder.',
});

const BotTest = objectOf('BotTest', 'A conversation, or utterances, kept as a test of a bot.', {
  id: ID,
  name: described(String, 'Unique for the bot.'),
  steps: described(
    GraphQLJSON,
    'The messages from the beginning of a session, each with `said`, what the bot said to it; or utterances, each with its `intent`. Hidden from who may not read what people said.',
  ),
  ofUser: described(Boolean, 'A user had it: it goes when the turns of that user go.'),
  createdAt: GraphQLDateTime,
});

const BotTestConnection = connectionOf<BotTestView>('BotTest', () => BotTest);

@Resolver(() => BotTest)
export class BotTestResolver {
  @Mutation(() => BotTest, { description: 'Keeps a session of a conversation, up to a turn of it, as a test.' })
  saveBotTest(
    @Arg('conversationId', () => ID) conversationId: string,
    @Arg('name', () => String) name: string,
    @Arg('turnId', () => ID, { nullable: true, description: 'The last turn of the test; else the newest.' })
    turnId: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return ctx.port('botTests').save(ctx.viewer, { conversationId, name, turnId });
  }

  @Mutation(() => BotTest, {
    description:
      'Keeps a batch test suite, JSON or CSV as the platform has it, as one test: each utterance is expected to be understood as its intent.',
  })
  importBotTest(
    @Arg('botId', () => ID) botId: string,
    @Arg('name', () => String) name: string,
    @Arg('content', () => String) content: string,
    @Ctx() ctx: Context,
  ) {
    return ctx.port('botTests').import(ctx.viewer, { botId, name, content });
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'A batch test suite as the platform takes it; null for a conversation, and where what is said may not be read.',
  })
  suite(@Root() { batch }: BotTestView, @Arg('format', () => SuiteFormatEnum) format: SuiteFormat) {
    return batch && (format === 'JSON' ? batchJson(batch) : batchCsv(batch));
  }

  @Mutation(() => Boolean)
  async deleteBotTest(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    await ctx.port('botTests').remove(ctx.viewer, id);
    return true;
  }

  @FieldResolver(() => WebhookChannel, { nullable: true, description: 'The channel it was said on.' })
  channel(@Root() test: BotTestView, @Ctx() { loaders }: Context) {
    return test.channelId === '' ? null : loaders.channel.load(test.channelId);
  }

  @FieldResolver(() => User, { nullable: true })
  createdBy(@Root() test: BotTestView, @Ctx() { loaders }: Context) {
    return loaders.user.load(test.createdBy);
  }
}

@Resolver(() => Bot)
export class BotTestsResolver {
  @FieldResolver(() => BotTestConnection, { description: 'Newest first.' })
  async tests(
    @Root() bot: BotRecord,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { loaders }: Context,
  ) {
    return new BotTestConnection(await loaders.testsOfBot.load({ of: bot.id, first, after }));
  }
}
