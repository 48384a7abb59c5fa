import { GraphQLDateTime } from 'graphql-scalars';
import { Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { readableBots } from '../domain/access.js';
import { once } from '../once.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';
import type { AttentionPort, Ending } from './ports/attention.js';

const ChannelHealthCounts = objectOf('ChannelHealthCounts', 'How many channels fare how. Each is counted once.', {
  working: described(Int, 'Their hooks answer, and their callbacks arrive.'),
  callbacksFailing: described(Int, 'They work, but the last callbacks to their host failed.'),
  callbacksBlocked: described(Int, 'They work, but their host is left alone for now: it failed too often.'),
  hindered: described(Int, 'Enabled, but something hinders them: see `blockers`.'),
  disabled: Int,
});

const DeadLettersOfChannel = objectOf('DeadLettersOfChannel', null, { channel: WebhookChannel, count: Int });

const UnfilledVariables = objectOf('UnfilledVariables', 'A bot some of whose variables have no value.', {
  bot: Bot,
  keys: [String],
});

const FailuresOfBot = objectOf('FailuresOfBot', 'A bot whose scripts or engine failed within the last day.', {
  bot: Bot,
  failed: described(Int, 'Turns that failed.'),
});

const EndingKindEnum = enumOf<Ending['kind']>('EndingKind', 'What ends soon.', {
  API_TOKEN: 'Within a week. Shown to whoever may update users.',
  APP_SECRET: 'A client secret that was replaced; within a week.',
  SIGNING_SECRET: 'A signing secret that was replaced; within a week.',
  CERTIFICATE: 'A certificate of the callbacks of a channel; within 30 days, or ended.',
});

const EndingSoon = objectOf('EndingSoon', null, {
  kind: EndingKindEnum,
  name: nullable(String, 'Of the token or app.'),
  endsAt: GraphQLDateTime,
});

const HourOfTraffic = objectOf('HourOfTraffic', null, {
  from: GraphQLDateTime,
  messagesIn: Int,
  messagesOut: Int,
  failed: described(Int, 'The engine failed or timed out.'),
});

const Attention = objectOf(
  'Attention',
  'What in the account waits for somebody, as far as the viewer may read. Each list has at most ten lines.',
  {},
);

/** What several fields tell of, looked up once for all of them, when the first is asked for. */
interface Looked {
  channels(): ReturnType<AttentionPort['channels']>;
  deadLetters(): ReturnType<AttentionPort['deadLetters']>;
  unfilled(): ReturnType<AttentionPort['unfilledVariables']>;
}

@Resolver(() => Attention)
export class AttentionResolver {
  @Query(() => Attention)
  attention(@Ctx() ctx: Context): Looked {
    readableBots(ctx.viewer);
    return {
      channels: once(() => ctx.port('attention').channels(ctx.viewer)),
      deadLetters: once(() => ctx.port('attention').deadLetters(ctx.viewer)),
      unfilled: once(() => ctx.port('attention').unfilledVariables(ctx.viewer)),
    };
  }

  @FieldResolver(() => ChannelHealthCounts)
  async channels(@Root() looked: Looked) {
    const { counts } = await looked.channels();
    return {
      working: counts.get('WORKING') ?? 0,
      callbacksFailing: counts.get('CALLBACKS_FAILING') ?? 0,
      callbacksBlocked: counts.get('CALLBACKS_BLOCKED') ?? 0,
      hindered: counts.get('HINDERED') ?? 0,
      disabled: counts.get('DISABLED') ?? 0,
    };
  }

  @FieldResolver(() => [WebhookChannel], { description: 'Those whose callbacks fail or rest, the newest first.' })
  async failingChannels(@Ctx() ctx: Context) {
    return ctx.loaders.channel.loadMany(await ctx.port('attention').failingChannels(ctx.viewer));
  }

  @FieldResolver(() => [WebhookChannel], { description: 'Enabled ones with blockers, the newest first.' })
  async hinderedChannels(@Root() looked: Looked, @Ctx() { loaders }: Context) {
    return loaders.channel.loadMany((await looked.channels()).hinderedIds);
  }

  @FieldResolver(() => Int, { description: 'Dead letters of all channels that are still in the log.' })
  async deadLetterCount(@Root() looked: Looked): Promise<number> {
    return (await looked.deadLetters()).total;
  }

  @FieldResolver(() => [DeadLettersOfChannel], { description: 'The channels with the most of them first.' })
  async deadLetters(@Root() looked: Looked, @Ctx() { loaders }: Context) {
    const { channels } = await looked.deadLetters();
    return channels.map(({ channelId, count }) => ({ channel: loaders.channel.load(channelId), count }));
  }

  @FieldResolver(() => Int, { description: 'Bots with variables that have no value.' })
  async unfilledBotCount(@Root() looked: Looked): Promise<number> {
    return (await looked.unfilled()).total;
  }

  @FieldResolver(() => [UnfilledVariables], { description: 'The newest bots first.' })
  async unfilledVariables(@Root() looked: Looked, @Ctx() { loaders }: Context) {
    const { botIds } = await looked.unfilled();
    return botIds.map((id) => ({
      bot: loaders.bot.load(id),
      keys: loaders.variablesOfBot
        .load(id)
        .then((variables) => variables.filter(({ filled }) => !filled).map(({ key }) => key)),
    }));
  }

  @FieldResolver(() => [FailuresOfBot], { description: 'Within the last day, the most failures first.' })
  async failingBots(@Ctx() ctx: Context) {
    const found = await ctx.port('attention').failingBots(ctx.viewer);
    return found.map(({ botId, failed }) => ({ bot: ctx.loaders.bot.load(botId), failed }));
  }

  @FieldResolver(() => [EndingSoon], {
    description: 'Certificates, tokens and secrets that end soon; the first to end first.',
  })
  ending(@Ctx() ctx: Context) {
    return ctx.port('attention').ending(ctx.viewer);
  }

  @FieldResolver(() => [HourOfTraffic], { description: 'Of all channels, the last day by the hour, oldest first.' })
  traffic(@Ctx() ctx: Context) {
    return ctx.port('attention').traffic(ctx.viewer);
  }
}

@Resolver(() => EndingSoon)
export class EndingSoonResolver {
  @FieldResolver(() => WebhookChannel, { nullable: true, description: 'Whose certificate or signing secret it is.' })
  channel(@Root() { channelId }: Ending, @Ctx() { loaders }: Context) {
    return channelId === null ? null : loaders.channel.load(channelId);
  }
}
