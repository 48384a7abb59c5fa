import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, Float, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type {
  BotsMetrics as MetricsOfBots,
  ChannelMetrics as MetricsOfChannel,
  MetricsRequest,
} from '../domain/metrics.js';
import { badInput, notFound } from '../errors.js';
import type { TokenFault } from '../vocabulary.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';

/** Points of all series of one request; beyond: BAD_USER_INPUT. A week by the hour of a hundred channels fits. */
const MAX_SERIES_POINTS = 20_000;
/** What reading the metrics of channels costs, besides what is answered: totals and users are summed. */
const READING_COST = 2_000;
/** Cost assumed before the bot's channels and the length of a series are known. */
const ASSUMED_CHANNELS = 10;
const ASSUMED_POINTS = 100;

const MetricIntervalEnum = enumOf<MetricsRequest['interval']>(
  'MetricInterval',
  'The length of one point of a series.',
  {
    MINUTE: null,
    HOUR: null,
    DAY: null,
  },
);

const JOINT = {
  from: GraphQLDateTime,
  messagesIn: Int,
  messagesOut: Int,
  sessionsStarted: Int,
  refused: Int,
  failed: described(Int, 'The engine failed or timed out.'),
  deliveriesSucceeded: Int,
  deliveriesDead: Int,
  responseTimeP50Ms: nullable(Float),
  responseTimeP95Ms: nullable(Float),
};
const ChannelMetricPoint = objectOf('ChannelMetricPoint', null, { ...JOINT, users: Int });
const BotMetricPoint = objectOf('BotMetricPoint', 'What all channels of one or more bots did.', JOINT);
const MetricsOfOneBot = objectOf('MetricsOfOneBot', null, { bot: Bot, total: BotMetricPoint });
const BotMetrics = objectOf('BotMetrics', null, { total: BotMetricPoint });

const TokenFaultEnum = enumOf<TokenFault>(
  'TokenFault',
  'What is wrong with a token. Callers learn that it was refused, not why.',
  {
    MISSING: 'There is none, or not one bearer token.',
    MALFORMED: 'It is no JWT.',
    CLAIMS: 'It lacks appId, sub, or for apps with requireJti a jti or an exp of at most an hour.',
    UNKNOWN_APP: 'It names an app that there is not (any more).',
    SIGNATURE: 'Neither the secret nor a key of the app has signed it, or by another algorithm.',
    EXPIRED: 'Its exp has passed.',
    NOT_YET: 'Its nbf is to come.',
    ENCRYPTION: 'It does not decrypt, or is not encrypted where the app wants that.',
    USED: 'Its jti was used before.',
    OTHER_APP: 'It is of another app than the one of the channel.',
    OTHER_USER: 'Its userIdentity is not from.id of the message.',
  },
);

const RefusalCount = objectOf(
  'RefusalCount',
  'How often messages were refused for one reason: the `reason` of the hook error.',
  {
    reason: String,
    fault: nullable(TokenFaultEnum, 'Of UNAUTHENTICATED.'),
    count: Int,
  },
);

const ChannelMetrics = objectOf('ChannelMetrics', null, {
  total: ChannelMetricPoint,
  refusals: [RefusalCount],
});

@Resolver(() => ChannelMetrics)
export class MetricsResolver {
  @Query(() => [ChannelMetrics], {
    description: 'Of the channels named, else of all channels of the bot.',
    complexity: ({ args, childComplexity }) =>
      READING_COST + childComplexity * (Array.isArray(args.channelIds) ? args.channelIds.length : ASSUMED_CHANNELS),
  })
  async channelMetrics(
    @Arg('botId', () => ID) botId: string,
    @Arg('channelIds', () => [ID], { nullable: true }) channelIds: string[] | null | undefined,
    @Arg('from', () => GraphQLDateTime) from: Date,
    @Arg('to', () => GraphQLDateTime) to: Date,
    @Arg('interval', () => MetricIntervalEnum) interval: MetricsRequest['interval'],
    @Ctx() ctx: Context,
  ) {
    const { domain, viewer, loaders } = ctx;
    if (to <= from) throw badInput('to', '"to" must lie after "from".');
    if (!(await domain.bots.get(viewer, botId))) throw notFound('bot', botId);
    const own = (await loaders.channelsOfBot.load(botId)).map((channel) => channel.id);
    const foreign = channelIds?.find((id) => !own.includes(id));
    if (foreign !== undefined) throw badInput('channelIds', `The bot has no channel with the id "${foreign}".`);
    const request = { channelIds: channelIds ?? own, from: from.getTime(), to: to.getTime(), interval };
    return ctx.port('metrics').ofChannels(viewer, request);
  }

  @Query(() => BotMetrics, {
    description: 'Figures of all channels of the bots named, else of all bots that the viewer may read.',
    complexity: ({ childComplexity }) => READING_COST + childComplexity,
  })
  async botMetrics(
    @Arg('botIds', () => [ID], { nullable: true }) botIds: string[] | null | undefined,
    @Arg('from', () => GraphQLDateTime) from: Date,
    @Arg('to', () => GraphQLDateTime) to: Date,
    @Arg('interval', () => MetricIntervalEnum) interval: MetricsRequest['interval'],
    @Ctx() ctx: Context,
  ) {
    if (to <= from) throw badInput('to', '"to" must lie after "from".');
    const bots = botIds ? await Promise.all(botIds.map((id) => ctx.domain.bots.get(ctx.viewer, id))) : [];
    const missing = botIds?.find((_, at) => !bots[at]);
    if (missing !== undefined) throw notFound('bot', missing);
    const request = { botIds: botIds ?? null, from: from.getTime(), to: to.getTime(), interval };
    return ctx.port('metrics').ofBots(ctx.viewer, request);
  }

  @FieldResolver(() => [ChannelMetricPoint], {
    complexity: ({ childComplexity }) => 1 + childComplexity * ASSUMED_POINTS,
  })
  series(@Root() metrics: MetricsOfChannel, @Ctx() ctx: Context) {
    ctx.seriesPoints += metrics.points;
    if (ctx.seriesPoints > MAX_SERIES_POINTS) {
      const remedy = 'Name fewer channels (channelIds), or take a longer interval or a shorter time.';
      throw badInput('interval', `All series of a request may have ${MAX_SERIES_POINTS} points. ${remedy}`);
    }
    return metrics.series();
  }

  @FieldResolver(() => WebhookChannel)
  channel(@Root() metrics: MetricsOfChannel, @Ctx() { loaders }: Context) {
    return loaders.channel.load(metrics.channelId);
  }
}

@Resolver(() => BotMetrics)
export class BotMetricsResolver {
  @FieldResolver(() => [BotMetricPoint], { complexity: ({ childComplexity }) => 1 + childComplexity * ASSUMED_POINTS })
  series(@Root() metrics: MetricsOfBots) {
    return metrics.series();
  }

  @FieldResolver(() => [MetricsOfOneBot], { description: 'The fifty with most messages, the busiest first.' })
  bots(@Root() metrics: MetricsOfBots, @Ctx() { loaders }: Context) {
    return metrics.bots.map(({ botId, total }) => ({ bot: loaders.bot.load(botId), total }));
  }
}
