import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { DeadReason, DeliveryStatus } from '../store/tables/deliveries.js';
import type { Content } from '../vocabulary.js';
import { WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';
import { MessageContentInput } from './messages.js';
import type { DeliveryView } from './ports.js';

const DeliveryStatusEnum = enumOf<DeliveryStatus>('DeliveryStatus', 'Where a delivery stands.', {
  PENDING: null,
  DELIVERED: null,
  DEAD: 'Given up; it can be replayed.',
});

const DeadReasonEnum = enumOf<DeadReason>('DeadReason', 'Why a dead letter is not sent any more.', {
  REJECTED: 'The endpoint rejected it: 4xx other than 408, 410, 425 and 429.',
  GONE: 'The endpoint answered 410.',
  EXPIRED: 'It is older than the retry window of its channel.',
  CHANNEL_DELETED: 'Its channel has been deleted.',
});

const DeliveryAttempt = objectOf('DeliveryAttempt', null, {
  number: Int,
  startedAt: GraphQLDateTime,
  durationMs: Int,
  statusCode: nullable(Int),
  error: nullable(String),
  responseBody: nullable(String),
});

const Delivery = objectOf('Delivery', 'One bot message on its way to a POST URL.', {
  id: described(ID, 'The webhook-id header, the same at every attempt.'),
  conversationId: ID,
  sequence: described(Int, 'Gap-free within the conversation.'),
  status: DeliveryStatusEnum,
  payload: nullable(GraphQLJSON),
  nextAttemptAt: nullable(GraphQLDateTime),
  createdAt: GraphQLDateTime,
  finishedAt: nullable(GraphQLDateTime),
  deadReason: nullable(DeadReasonEnum),
});

const DeliveryConnection = connectionOf<DeliveryView>('Delivery', () => Delivery);

const IDEMPOTENCY_KEY = 'The same key and message again give the first deliveries, for 24 hours.';

@Resolver(() => Delivery)
export class DeliveryResolver {
  @Query(() => DeliveryConnection, { description: 'Newest first.' })
  async deliveries(
    @Arg('channelId', () => ID, { nullable: true }) channelId: string | null | undefined,
    @Arg('status', () => DeliveryStatusEnum, { nullable: true }) status: DeliveryStatus | null | undefined,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    const page = await ctx.port('deliveries').list(ctx.viewer, { channelId, status, first, after });
    return new DeliveryConnection(page);
  }

  @FieldResolver(() => WebhookChannel)
  channel(@Root() delivery: DeliveryView, @Ctx() { loaders }: Context) {
    return loaders.channel.load(delivery.channelId);
  }

  @FieldResolver(() => [DeliveryAttempt])
  attempts(@Root() delivery: DeliveryView, @Ctx() { loaders }: Context) {
    return loaders.attemptsOfDelivery.load(delivery.id);
  }

  @Mutation(() => Delivery, { description: 'Sends a finished delivery again.' })
  replayDelivery(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    return ctx.port('deliveries').replay(ctx.viewer, id);
  }

  @Mutation(() => [Delivery], { description: 'A proactive message on an asynchronous channel.' })
  sendMessage(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('to', () => String) to: string,
    @Arg('contents', () => [MessageContentInput]) contents: Content[],
    @Arg('idempotencyKey', () => String, { nullable: true, description: IDEMPOTENCY_KEY })
    idempotencyKey: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return ctx.port('deliveries').send(ctx.viewer, { channelId, to, contents, idempotencyKey });
  }
}
