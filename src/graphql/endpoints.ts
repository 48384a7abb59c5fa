import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { PageRequest } from '../store/database/page.js';
import type { ChannelRecord } from '../store/tables/channels.js';
import type { EndpointState } from '../store/tables/endpoints.js';
import { WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { argumentsOf, described, nullable, objectOf } from './fields.js';
import type { EndpointOverview, EndpointView } from './ports/endpoints.js';

const EndpointStateEnum = enumOf<EndpointState>('EndpointState', 'How the host of a POST URL takes callbacks.', {
  UNKNOWN: 'Nothing was sent to it yet.',
  HEALTHY: 'It takes them.',
  FAILING: 'The last ones failed; further ones are sent.',
  BLOCKED: 'It failed too often or asks to wait: nothing is sent for now but a test.',
});

const HEALTH_FIELDS = {
  origin: described(String, 'Scheme, host and port.'),
  state: EndpointStateEnum,
  since: nullable(GraphQLDateTime, 'When it came into the state.'),
  lastSuccessAt: nullable(GraphQLDateTime),
  lastFailureAt: nullable(GraphQLDateTime),
  lastError: nullable(String, 'What the last failure said; null for who may not read what people said.'),
  blockedUntil: nullable(GraphQLDateTime, 'When it is tested next; null while it is BLOCKED: when a test succeeds.'),
  pausedAt: nullable(GraphQLDateTime, 'Since when somebody wants nothing to be sent to it; null: it is not paused.'),
  pausedBy: nullable(String),
};

const Endpoint = objectOf('Endpoint', 'The host that callbacks of the account go to.', {
  ...HEALTH_FIELDS,
  channels: described(Int, 'Channels that send to it now.'),
  pending: described(Int, 'Callbacks of these channels that are still to be delivered.'),
  callsAtOnce: nullable(Int, 'Calls it bears at once, as this process has learned; null: it has not called it.'),
  callsUnderWay: described(Int, 'Calls of this process under way.'),
});

const EndpointConnection = connectionOf<EndpointOverview>('Endpoint', () => Endpoint);

const EndpointsArgs = argumentsOf({ first: nullable(Int), after: nullable(String) });

const EndpointHealth = objectOf(
  'EndpointHealth',
  "How the host of a channel's POST URL takes callbacks. All channels of the account that name the host share its state.",
  HEALTH_FIELDS,
);

@Resolver(() => WebhookChannel)
export class ChannelEndpointResolver {
  @FieldResolver(() => EndpointHealth, {
    nullable: true,
    description: 'Of an asynchronous channel with an approved POST URL.',
  })
  endpoint(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context) {
    return loaders.endpointOfChannel.load(channel);
  }

  @Mutation(() => WebhookChannel, {
    description: 'Tries the endpoint of a channel at once, whatever it rests for, and sends what waits if it succeeds.',
  })
  tryEndpointNow(@Arg('channelId', () => ID) channelId: string, @Ctx() ctx: Context) {
    return ctx.port('endpoints').tryNow(ctx.viewer, channelId);
  }
}

@Resolver()
export class EndpointResolver {
  @Query(() => EndpointConnection, { description: 'Those in trouble first.' })
  async endpoints(@Args(() => EndpointsArgs) request: PageRequest, @Ctx() ctx: Context) {
    return new EndpointConnection(await ctx.port('endpoints').list(ctx.viewer, request));
  }

  @Mutation(() => Boolean, {
    description:
      'Sends nothing to an endpoint until it is resumed: messages wait, in order, within their retry windows. It takes the ' +
      'permission for every bot that sends there. False: it was paused.',
  })
  pauseEndpoint(@Arg('origin', () => String) origin: string, @Ctx() ctx: Context) {
    return ctx.port('endpoints').pause(ctx.viewer, origin);
  }

  @Mutation(() => Boolean, { description: 'False: it was not paused.' })
  resumeEndpoint(@Arg('origin', () => String) origin: string, @Ctx() ctx: Context) {
    return ctx.port('endpoints').resume(ctx.viewer, origin);
  }
}

@Resolver(() => EndpointHealth)
export class EndpointHealthResolver {
  @FieldResolver(() => Int, { description: 'Callbacks of the channel that are still to be delivered.' })
  async pending(@Root() { channelId }: EndpointView, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.openDeliveriesOfChannel.load(channelId))?.count ?? 0;
  }

  @FieldResolver(() => GraphQLDateTime, { nullable: true })
  async oldestPendingAt(@Root() { channelId }: EndpointView, @Ctx() { loaders }: Context) {
    return (await loaders.openDeliveriesOfChannel.load(channelId))?.oldestAt ?? null;
  }

  @FieldResolver(() => Int, { description: 'Dead letters of the channel that are still in the log.' })
  async dead(@Root() { channelId }: EndpointView, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.deadDeliveriesOfChannel.load(channelId))?.count ?? 0;
  }
}
