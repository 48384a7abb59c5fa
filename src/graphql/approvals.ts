import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { ApprovalKind, ApprovalRequestRecord, ApprovalStatus } from '../store/tables/approval-requests.js';
import { BotVersion } from './bot-versions.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';
import { User } from './users.js';

const ApprovalKindEnum = enumOf<ApprovalKind>('ApprovalKind', 'What is asked for.', {
  CHANNEL: 'A channel that was never approved.',
  CHANNEL_UPGRADE: 'A changed configuration; the former one serves meanwhile.',
  PUBLISH: 'A version of a bot.',
});

const ApprovalStatusEnum = enumOf<ApprovalStatus>('ApprovalStatus', 'Where a request stands.', {
  PENDING: null,
  APPROVED: null,
  REJECTED: null,
  WITHDRAWN: 'Taken back, or overtaken by a newer save or publish.',
});

export const ApprovalRequest = objectOf(
  'ApprovalRequest',
  'A channel, a channel upgrade or a publish waiting for an admin.',
  {
    id: ID,
    kind: ApprovalKindEnum,
    status: ApprovalStatusEnum,
    changes: described(GraphQLJSON, 'What differs from what serves now, without secrets.'),
    reason: nullable(String),
    checkReason: nullable(String, 'Why it is published without the check that the account asks for.'),
    createdAt: GraphQLDateTime,
    decidedAt: nullable(GraphQLDateTime),
  },
);

const ApprovalRequestConnection = connectionOf<ApprovalRequestRecord>('ApprovalRequest', () => ApprovalRequest);

@Resolver(() => ApprovalRequest)
export class ApprovalResolver {
  @Query(() => ApprovalRequestConnection, { description: 'Newest first.' })
  async approvalRequests(
    @Arg('status', () => ApprovalStatusEnum, { nullable: true }) status: ApprovalStatus | null | undefined,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return new ApprovalRequestConnection(await domain.approvals.list(viewer, { status, first, after }));
  }

  @Query(() => ApprovalRequest, { nullable: true })
  approvalRequest(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    return domain.approvals.get(viewer, id);
  }

  @FieldResolver(() => Bot)
  bot(@Root() request: ApprovalRequestRecord, @Ctx() { loaders }: Context) {
    return loaders.bot.load(request.botId);
  }

  @FieldResolver(() => WebhookChannel, { nullable: true })
  channel(@Root() request: ApprovalRequestRecord, @Ctx() { loaders }: Context) {
    return request.channelId === null ? null : loaders.channel.load(request.channelId);
  }

  @FieldResolver(() => BotVersion, { nullable: true })
  version(@Root() request: ApprovalRequestRecord, @Ctx() { loaders }: Context) {
    return request.versionId === null ? null : loaders.version.load(request.versionId);
  }

  @FieldResolver(() => User, { nullable: true })
  requestedBy(@Root() request: ApprovalRequestRecord, @Ctx() { loaders }: Context) {
    return request.requestedBy === null ? null : loaders.user.load(request.requestedBy);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Null: the settings of the account decided.' })
  decidedBy(@Root() request: ApprovalRequestRecord, @Ctx() { loaders }: Context) {
    return request.decidedBy === null ? null : loaders.user.load(request.decidedBy);
  }

  @Mutation(() => ApprovalRequest)
  approve(
    @Arg('requestId', () => ID) requestId: string,
    @Arg('comment', () => String, { nullable: true }) comment: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.approvals.approve(viewer, requestId, comment);
  }

  @Mutation(() => ApprovalRequest)
  reject(
    @Arg('requestId', () => ID) requestId: string,
    @Arg('reason', () => String) reason: string,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.approvals.reject(viewer, requestId, reason);
  }

  @Mutation(() => ApprovalRequest, { description: 'A rejection is no longer shown on its channel or bot.' })
  dismissRejection(@Arg('requestId', () => ID) requestId: string, @Ctx() { domain, viewer }: Context) {
    return domain.approvals.dismiss(viewer, requestId);
  }

  @Mutation(() => ApprovalRequest)
  withdraw(@Arg('requestId', () => ID) requestId: string, @Ctx() { domain, viewer }: Context) {
    return domain.approvals.withdraw(viewer, requestId);
  }
}
