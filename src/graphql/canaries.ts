import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, Float, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { CanaryFinding, CanaryMetric, CanaryVerdict } from '../domain/canaries/evidence.js';
import type { SideFigures } from '../domain/canaries/figures.js';
import type { ApprovalRequestRecord } from '../store/tables/approval-requests.js';
import type { BotRecord } from '../store/tables/bots.js';
import type { CanaryRecord, CanaryState } from '../store/tables/canaries.js';
import type { CanarySide as Side } from '../store/tables/canary-counts.js';
import { ApprovalRequest } from './approvals.js';
import { BotVersion } from './bot-versions.js';
import { Bot } from './bots.js';
import { CanaryPlan, CanaryRule } from './canary-plan.js';
import { WebhookChannel } from './channels.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';
import { User } from './users.js';

const CanaryStateEnum = enumOf<CanaryState>('CanaryState', 'Where a canary stands.', {
  RUNNING: null,
  PROMOTED: 'The candidate serves everybody.',
  ROLLED_BACK: 'The version before serves everybody again.',
});
const SideEnum = enumOf<Side>('CanarySideName', 'Which version it is.', {
  BASELINE: 'The live version.',
  CANDIDATE: 'The one that serves a share.',
});
const MetricEnum = enumOf<CanaryMetric>('CanaryMetric', 'What is counted by conversation.', {
  FAILED: 'A turn of it failed.',
  UNIDENTIFIED: 'Something was not understood in it.',
  SLOW: 'A turn of it took longer than 95 % of those in the week before the canary.',
});
const FindingEnum = enumOf<CanaryFinding>('CanaryFinding', 'What is shown.', {
  WORSE: 'The candidate is worse.',
  NO_WORSE: 'It is no worse.',
  OPEN: 'Neither, so far.',
});
const VerdictEnum = enumOf<CanaryVerdict>('CanaryVerdict', 'What a rule would do.', {
  ROLL_BACK: null,
  PROMOTE: null,
  WAIT: null,
});

const CanarySide = objectOf('CanarySide', 'What one side of a canary did.', {
  side: SideEnum,
  conversations: described(Int, 'Whose session began while it ran.'),
  conversationsFailed: Int,
  conversationsUnidentified: Int,
  conversationsSlow: Int,
  turns: Int,
  failed: Int,
  unidentified: Int,
  slow: Int,
  tasksEnded: Int,
  tasksFulfilled: Int,
  responseTimeP50Ms: nullable(Float),
  responseTimeP95Ms: nullable(Float),
});

const CanaryChannel = objectOf('CanaryChannel', 'Both sides on one channel.', {
  sides: described([CanarySide], 'The live version first.'),
});

const CanaryCount = objectOf('CanaryCount', null, {
  conversations: Int,
  happened: described(Int, 'Those in which it has happened.'),
});

const CanaryMetricEvidence = objectOf('CanaryMetricEvidence', 'What is shown of one metric.', {
  metric: MetricEnum,
  finding: FindingEnum,
  baseline: CanaryCount,
  candidate: CanaryCount,
  worse: described(Float, 'Evidence that the candidate is worse: from 1 without any, up.'),
  worseAt: described(Float, 'What is enough.'),
  noWorse: described(Float, 'Evidence that it is no worse.'),
  noWorseAt: described(Float, 'What is enough.'),
});

const CanaryEvidence = objectOf('CanaryEvidence', 'What the counts show.', {
  verdict: VerdictEnum,
  metrics: [CanaryMetricEvidence],
});

export const Canary = objectOf('Canary', 'A version that serves a share of the conversations.', {
  id: ID,
  state: CanaryStateEnum,
  rule: CanaryRule,
  slowOverMs: nullable(Int, 'What is slow. Null: the live version had too few turns in the week before to say.'),
  begunAt: GraphQLDateTime,
  endedAt: nullable(GraphQLDateTime),
  reason: nullable(String),
});

@Resolver(() => Canary)
export class CanaryResolver {
  @Mutation(() => Canary, {
    description: 'Another share for sessions that begin from now on. Those of the candidate stay.',
  })
  updateCanary(
    @Arg('id', () => ID) id: string,
    @Arg('share', () => Float) share: number,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.canaries.update(viewer, id, share);
  }

  @Mutation(() => Canary, { description: 'The candidate serves everybody from now on.' })
  promoteCanary(
    @Arg('id', () => ID) id: string,
    @Arg('comment', () => String, { nullable: true }) comment: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.canaries.promote(viewer, id, comment);
  }

  @Mutation(() => Canary, { description: 'The version before serves everybody again.' })
  rollBackCanary(
    @Arg('id', () => ID) id: string,
    @Arg('reason', () => String, { nullable: true }) reason: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.canaries.rollBack(viewer, id, reason);
  }

  @FieldResolver(() => Float, { description: 'The share of sessions that begin now.' })
  share(@Root() { steps }: CanaryRecord) {
    return steps.at(-1)?.share ?? 0;
  }

  @FieldResolver(() => BotVersion)
  candidate(@Root() { candidateId }: CanaryRecord, @Ctx() { loaders }: Context) {
    return loaders.version.load(candidateId);
  }

  @FieldResolver(() => BotVersion)
  baseline(@Root() { baselineId }: CanaryRecord, @Ctx() { loaders }: Context) {
    return loaders.version.load(baselineId);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Null: the settings of the account approved it.' })
  begunBy(@Root() { begunBy }: CanaryRecord, @Ctx() { loaders }: Context) {
    return begunBy === null ? null : loaders.user.load(begunBy);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Null: it runs, or its rule ended it.' })
  endedBy(@Root() { endedBy }: CanaryRecord, @Ctx() { loaders }: Context) {
    return endedBy === null ? null : loaders.user.load(endedBy);
  }

  @FieldResolver(() => [CanarySide], { complexity: 20, description: 'The live version first.' })
  async sides(@Root() canary: CanaryRecord, @Ctx() { loaders }: Context) {
    return (await loaders.figuresOfCanary.load(canary)).sides;
  }

  @FieldResolver(() => [CanaryChannel], { complexity: 20 })
  async channels(@Root() canary: CanaryRecord, @Ctx() { loaders }: Context) {
    return (await loaders.figuresOfCanary.load(canary)).channels;
  }

  @FieldResolver(() => CanaryEvidence, { complexity: 20 })
  async evidence(@Root() canary: CanaryRecord, @Ctx() { loaders }: Context) {
    return (await loaders.figuresOfCanary.load(canary)).evidence;
  }
}

@Resolver(() => CanaryChannel)
export class CanaryChannelResolver {
  @FieldResolver(() => WebhookChannel, { nullable: true, description: 'Null: it was deleted.' })
  channel(@Root() { channelId }: { channelId: string }, @Ctx() { loaders }: Context) {
    return loaders.channel.load(channelId);
  }
}

@Resolver(() => CanarySide)
export class CanarySideResolver {
  @FieldResolver(() => BotVersion)
  version(@Root() { versionId }: SideFigures, @Ctx() { loaders }: Context) {
    return loaders.version.load(versionId);
  }
}

@Resolver(() => Bot)
export class BotCanariesResolver {
  @FieldResolver(() => Canary, { nullable: true, description: 'The one that runs.' })
  canary(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.canaryOfBot.load(bot.id);
  }

  @FieldResolver(() => [Canary], { description: 'The last ten, newest first.' })
  canaries(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.canariesOfBot.load(bot.id);
  }
}

@Resolver(() => ApprovalRequest)
export class RequestCanaryResolver {
  @FieldResolver(() => CanaryPlan, {
    nullable: true,
    description: 'The share it is to begin with. Null: it serves all.',
  })
  canary(@Root() request: ApprovalRequestRecord) {
    return request.canary;
  }
}
