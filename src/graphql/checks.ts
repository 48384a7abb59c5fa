import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { notFound } from '../errors.js';
import { pageOf } from '../store/database/page.js';
import type { ApprovalRequestRecord } from '../store/tables/approval-requests.js';
import type { CheckGroupOutcome } from '../store/tables/checked-turns.js';
import { AcceptedDifference } from './accepted-differences.js';
import { ApprovalRequest } from './approvals.js';
import { BotVersion } from './bot-versions.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, inputOf, nullable, objectOf } from './fields.js';
import { JobStatusEnum } from './jobs.js';
import type { CheckedTurnView, CheckGroupView, CheckMode, CheckRequest, VersionCheckView } from './ports/checks.js';
import { Turn } from './turns.js';

const CheckOutcomeEnum = enumOf<CheckGroupOutcome>('CheckOutcome', 'How a turn would not be as it was.', {
  ACCEPTED: 'All that is different in it has been accepted (`acceptDifference`).',
  DIFFERENT: 'It says something else, ends otherwise, or changes other names of the session.',
  FAILING: 'It fails where the other did not.',
  UNKNOWN: 'It asks the outside what nobody recorded an answer to, or what was masked may have sent it another way.',
});

const CheckModeEnum = enumOf<CheckMode>('CheckMode', 'What a checked turn begins with.', {
  EACH_TURN: 'The session it really had, so that one difference makes no others.',
  WHOLE_CONVERSATION: 'What the candidate has left behind of the turns before.',
});

export const VersionCheck = objectOf('VersionCheck', 'A version run over recorded turns, and what is different.', {
  id: ID,
  status: JobStatusEnum,
  mode: CheckModeEnum,
  from: GraphQLDateTime,
  to: GraphQLDateTime,
  total: described(Int, 'Turns to check.'),
  conversations: Int,
  turns: described(Int, 'Turns checked so far.'),
  alike: Int,
  accepted: described(Int, 'Turns in which all that is different has been accepted before the check began.'),
  different: Int,
  failing: Int,
  unknown: Int,
  createdAt: GraphQLDateTime,
  finishedAt: nullable(GraphQLDateTime),
  error: nullable(String),
});

const CheckedTurn = objectOf('CheckedTurn', 'A turn as it was and as it would be.', {
  was: GraphQLJSON,
  is: GraphQLJSON,
  trace: nullable(GraphQLJSON, 'What the candidate went through; what the turn did is its own trace.'),
});

const CheckGroup = objectOf('CheckGroup', 'Turns that differ in the same way: by node, message and channel.', {
  key: String,
  outcome: CheckOutcomeEnum,
  node: nullable(String),
  message: nullable(String),
  turns: Int,
  acceptance: nullable(AcceptedDifference, 'Null: checks that begin now count it as it is here.'),
});

const VersionCheckConnection = connectionOf<VersionCheckView>('VersionCheck', () => VersionCheck);
const CheckGroupConnection = connectionOf<CheckGroupView>('CheckGroup', () => CheckGroup);

const StartCheckInput = inputOf('StartCheckInput', null, {
  botId: ID,
  versionNumber: nullable(Int, 'The draft when left out.'),
  channelIds: nullable([ID], 'All of the bot when left out.'),
  from: nullable(GraphQLDateTime, 'Seven days before `to` when left out.'),
  to: nullable(GraphQLDateTime, 'Now when left out.'),
  maxTurns: nullable(Int, '100,000 when left out.'),
  mode: nullable(CheckModeEnum, 'EACH_TURN when left out.'),
});

type StartCheck = Omit<CheckRequest, 'from' | 'to'> & { from?: Date | null; to?: Date | null };

@Resolver(() => VersionCheck)
export class CheckResolver {
  @Query(() => VersionCheck, { nullable: true })
  versionCheck(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    return ctx.port('checks').find(ctx.viewer, id);
  }

  @Query(() => VersionCheckConnection, { description: 'Newest first.' })
  async versionChecks(
    @Arg('botId', () => ID) botId: string,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return new VersionCheckConnection(await ctx.port('checks').list(ctx.viewer, botId, { first, after }));
  }

  @Mutation(() => VersionCheck, { description: 'Runs a version, or the draft, over the recorded turns of a time.' })
  startCheck(@Arg('input', () => StartCheckInput) { from, to, ...input }: StartCheck, @Ctx() ctx: Context) {
    return ctx.port('checks').start(ctx.viewer, { ...input, from: from?.getTime(), to: to?.getTime() });
  }

  @FieldResolver(() => Bot)
  bot(@Root() check: VersionCheckView, @Ctx() { loaders }: Context) {
    return loaders.bot.load(check.botId);
  }

  @FieldResolver(() => BotVersion, { nullable: true, description: 'Null: the draft.' })
  version(@Root() check: VersionCheckView, @Ctx() { loaders }: Context) {
    return check.versionId === null ? null : loaders.version.load(check.versionId);
  }

  @FieldResolver(() => CheckGroupConnection, { description: 'The largest first.' })
  async groups(
    @Root() check: VersionCheckView,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    const all = await ctx.port('checks').groups(check);
    const groups = (await ctx.port('acceptances').ofGroups(check.botId, check.id, all)).map((group) => ({
      ...group,
      key: group.groupKey,
      check,
    }));
    return new CheckGroupConnection(pageOf(groups, ({ key }) => key, { first, after }));
  }
}

@Resolver(() => CheckGroup)
export class CheckGroupResolver {
  @FieldResolver(() => WebhookChannel, { nullable: true })
  channel(@Root() group: CheckGroupView, @Ctx() { loaders }: Context) {
    return loaders.channel.load(group.channelId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Its name in the bot as it is now; null: the bot has no such message any more.',
  })
  async messageName(@Root() { message, check }: CheckGroupView, @Ctx() { loaders }: Context) {
    const bot = message === null ? null : await loaders.bot.load(check.botId);
    const messages = bot ? await loaders.messagesOfBot.load(bot) : [];
    return messages.find((one) => one.message.key === message)?.message.name ?? null;
  }

  @FieldResolver(() => [CheckedTurn], {
    complexity: 20,
    description: 'Some of its turns. What was said takes the permission conversation.read-content.',
  })
  async examples(@Root() group: CheckGroupView, @Ctx() ctx: Context) {
    const examples = await ctx.port('checks').examples(ctx.viewer, group.check, group);
    await ctx.loaders.turn.loadMany(examples.map(({ turnId }) => turnId)); // notes whose conversations are read
    return examples;
  }
}

@Resolver(() => CheckedTurn)
export class CheckedTurnResolver {
  @FieldResolver(() => Turn)
  async turn(@Root() { turnId }: CheckedTurnView, @Ctx() { loaders }: Context) {
    const turn = await loaders.turn.load(turnId);
    if (!turn) throw notFound('turn', turnId);
    return turn;
  }
}

@Resolver(() => ApprovalRequest)
export class RequestCheckResolver {
  @FieldResolver(() => VersionCheck, {
    nullable: true,
    description: 'What the candidate of a publish was checked with.',
  })
  check(@Root() request: ApprovalRequestRecord, @Ctx() { loaders }: Context) {
    return request.checkId === null ? null : loaders.check.load(request.checkId);
  }
}
