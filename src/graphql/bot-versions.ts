import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { PublishInput } from '../domain/bots/publish.js';
import type { BotVersionRecord, VersionStatus } from '../store/tables/bot-versions.js';
import type { BotRecord } from '../store/tables/bots.js';
import { Bot } from './bots.js';
import { CanaryInput } from './canary-plan.js';
import { WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { inputOf, nullable, objectOf } from './fields.js';
import { User } from './users.js';

const VersionStatusEnum = enumOf<VersionStatus>('VersionStatus', 'Where a version stands.', {
  AWAITING_APPROVAL: null,
  CANARY: 'It serves a share of the conversations.',
  LIVE: null,
  REJECTED: null,
  ROLLED_BACK: 'Its canary ended without it.',
  SUPERSEDED: 'A newer one took its place, or its request was withdrawn.',
});

export const BotVersion = objectOf('BotVersion', 'An immutable snapshot of a bot made by publish; one is live.', {
  id: ID,
  number: Int,
  status: VersionStatusEnum,
  comment: nullable(String),
  rollbackOf: nullable(Int, 'Number of the version that it was made of, by rolling back to it.'),
  createdAt: GraphQLDateTime,
  publishedAt: nullable(GraphQLDateTime),
});

const BotVersionConnection = connectionOf<BotVersionRecord>('BotVersion', () => BotVersion);

const PublishBotInput = inputOf('PublishBotInput', null, {
  botId: ID,
  channelIds: nullable([ID], 'Left out: all that are enabled.'),
  comment: nullable(String),
  approve: nullable(Boolean, 'Approves it in the same step. FORBIDDEN for who may not approve it, or not alone.'),
  checkId: nullable(ID, 'A check of the draft as it is published.'),
  checkReason: nullable(String, 'Why it is published without the check that the account asks for.'),
  canary: nullable(CanaryInput, 'Serves a share of the conversations first. Left out: it serves all.'),
});

@Resolver(() => BotVersion)
export class BotVersionResolver {
  @FieldResolver(() => [WebhookChannel], { description: 'The channels selected at this publish.' })
  async channels(@Root() version: BotVersionRecord, @Ctx() { loaders }: Context) {
    const ids = await loaders.channelIdsOfVersion.load(version.id);
    const channels = await loaders.channel.loadMany(ids);
    return channels.filter((channel) => channel !== null);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who published it, or rolled back to it.' })
  createdBy(@Root() version: BotVersionRecord, @Ctx() { loaders }: Context) {
    return version.createdBy === null ? null : loaders.user.load(version.createdBy);
  }

  @Mutation(() => BotVersion)
  publishBot(@Arg('input', () => PublishBotInput) input: PublishInput, @Ctx() { domain, viewer }: Context) {
    return domain.publish.publish(viewer, input);
  }

  @Mutation(() => BotVersion, { description: 'Publishes an earlier version again, by the same gate.' })
  rollbackBot(
    @Arg('botId', () => ID) botId: string,
    @Arg('versionNumber', () => Int) versionNumber: number,
    @Arg('comment', () => String, { nullable: true }) comment: string | null | undefined,
    @Arg('approve', () => Boolean, { nullable: true }) approve: boolean | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.publish.rollback(viewer, {
      botId,
      versionNumber,
      comment: comment ?? null,
      approve: approve ?? null,
    });
  }
}

@Resolver(() => Bot)
export class BotVersionsResolver {
  @FieldResolver(() => BotVersionConnection, { description: 'Newest first.' })
  async versions(
    @Root() bot: BotRecord,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { loaders }: Context,
  ) {
    return new BotVersionConnection(await loaders.versionsOfBot.load({ of: bot.id, first, after }));
  }

  @FieldResolver(() => BotVersion, { nullable: true })
  liveVersion(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return bot.liveVersionId === null ? null : loaders.version.load(bot.liveVersionId);
  }
}
