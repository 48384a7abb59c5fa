import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { badInput } from '../errors.js';
import type { PageRequest } from '../store/database/page.js';
import type { DeadReason } from '../store/tables/deliveries.js';
import type { DeliveryFilter } from '../store/tables/delivery-filter.js';
import type { Content, DeliveryStatus } from '../vocabulary.js';
import { WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { argumentsOf, described, inputOf, nullable, objectOf } from './fields.js';
import { MessageContentInput } from './messages.js';
import type { DeliveryView } from './ports/deliveries.js';

const DeliveryStatusEnum = enumOf<DeliveryStatus>('DeliveryStatus', 'Where a delivery stands.', {
  PENDING: null,
  DELIVERED: null,
  DEAD: 'Given up; it can be replayed.',
  DISCARDED: 'Somebody wanted it no more: it counts as no dead letter. It can be replayed.',
});

const DeadReasonEnum = enumOf<DeadReason>('DeadReason', 'Why a dead letter is not sent any more.', {
  REJECTED: 'The endpoint rejected it: 4xx other than 408, 410, 425 and 429.',
  GONE: 'The endpoint answered 410.',
  EXPIRED: 'It is older than the retry window of its channel.',
  CHANNEL_DELETED: 'Its channel has been deleted.',
});

const FILTER_FIELDS = {
  ids: nullable([ID], 'These and no others, up to 500.'),
  channelId: nullable(ID),
  endpoint: nullable(String, 'The origin that the callbacks of the channels go to now.'),
  botId: nullable(ID),
  status: nullable(DeliveryStatusEnum),
  user: nullable(String, "The end user's id."),
  statusCode: nullable(Int, 'What the last attempt was answered with.'),
  from: nullable(GraphQLDateTime, 'Made then or later.'),
  to: nullable(GraphQLDateTime, 'Made before then.'),
};

export const DeliveryFilterInput = inputOf(
  'DeliveryFilter',
  'Which deliveries; what is left out matches all.',
  FILTER_FIELDS,
);

const DeliveryFilterArgs = argumentsOf({ ...FILTER_FIELDS, first: nullable(Int), after: nullable(String) });

export type GivenDeliveryFilter = Omit<DeliveryFilter, 'from' | 'to'> & { from?: Date | null; to?: Date | null };

export const toDeliveryFilter = ({ from, to, ...filter }: GivenDeliveryFilter): DeliveryFilter => ({
  ...filter,
  from: from?.getTime(),
  to: to?.getTime(),
});

const DeliveryAttempt = objectOf('DeliveryAttempt', null, {
  number: Int,
  startedAt: GraphQLDateTime,
  durationMs: Int,
  statusCode: nullable(Int),
  error: nullable(String),
  responseBody: nullable(String),
  url: nullable(String, 'Where it went; kept, like the headers, of attempts that did not deliver.'),
  requestHeaders: nullable(GraphQLJSON, 'Secrets are hidden in them.'),
  responseHeaders: nullable(GraphQLJSON, 'Null for who may not read what people said.'),
});

export const Delivery = objectOf('Delivery', 'One bot message on its way to a POST URL.', {
  id: described(ID, 'The webhook-id header, the same at every attempt.'),
  conversationId: ID,
  traceId: described(String, 'The turn that said it; see the query turn.'),
  turnId: nullable(ID, 'Null for a proactive message.'),
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
  @Query(() => DeliveryConnection, {
    description:
      'Newest first. With statusCode, and where no index tells what is asked for, they are looked through for a moment: a page may ' +
      'then be short, or empty, with hasNextPage true; go on from its endCursor.',
  })
  async deliveries(
    @Args(() => DeliveryFilterArgs) given: GivenDeliveryFilter & PageRequest,
    @Arg('filter', () => DeliveryFilterInput, { nullable: true, description: 'The same as the arguments, in one.' })
    filter: GivenDeliveryFilter | null | undefined,
    @Ctx() ctx: Context,
  ) {
    const { first, after, ...inArguments } = given;
    const both = toDeliveryFilter(eitherOf(inArguments, filter ?? {}));
    return new DeliveryConnection(await ctx.port('deliveries').list(ctx.viewer, { ...both, first, after }));
  }

  @FieldResolver(() => WebhookChannel)
  channel(@Root() delivery: DeliveryView, @Ctx() { loaders }: Context) {
    return loaders.channel.load(delivery.channelId);
  }

  @FieldResolver(() => String, { nullable: true, description: "The end user's id." })
  async user(@Root() delivery: DeliveryView, @Ctx() { loaders }: Context) {
    return (await loaders.conversation.load(delivery.conversationId))?.user ?? null;
  }

  @FieldResolver(() => DeliveryAttempt, { nullable: true, description: 'Null: it has not been tried.' })
  lastAttempt(@Root() delivery: DeliveryView, @Ctx() { loaders }: Context) {
    return loaders.lastAttemptOfDelivery.load(delivery.id);
  }

  @FieldResolver(() => [DeliveryAttempt])
  attempts(@Root() delivery: DeliveryView, @Ctx() { loaders }: Context) {
    return loaders.attemptsOfDelivery.load(delivery.id);
  }

  @Mutation(() => Delivery, { description: 'Sends a finished delivery again.' })
  replayDelivery(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    return ctx.port('deliveries').replay(ctx.viewer, id);
  }

  @Mutation(() => Int, {
    description:
      'Takes pending deliveries and dead letters out of their conversations, up to 200 at once; gives how many. The others ' +
      'have arrived. One that is being sent at that moment may still arrive.',
  })
  discardDeliveries(@Arg('ids', () => [ID]) ids: string[], @Ctx() ctx: Context) {
    return ctx.port('discards').discard(ctx.viewer, ids);
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

/** What was given in one place or the other. BAD_USER_INPUT for what differs. */
function eitherOf(one: GivenDeliveryFilter, other: GivenDeliveryFilter): GivenDeliveryFilter {
  const both: Record<string, unknown> = {};
  for (const field of Object.keys(FILTER_FIELDS) as (keyof GivenDeliveryFilter)[]) {
    const [a, b] = [one[field] ?? null, other[field] ?? null];
    if (a !== null && b !== null && String(a) !== String(b))
      throw badInput(field, `The filter and the argument name different ${field}s. Give it once.`);
    both[field] = a ?? b;
  }
  return both;
}
