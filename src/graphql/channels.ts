import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { CHANNEL_BLOCKERS, type ChannelStatus, statusOf } from '../domain/channels/blockers.js';
import { shownDelivery } from '../domain/channels/delivery/shown-delivery.js';
import type { AppRecord } from '../store/tables/apps.js';
import type { BotRecord } from '../store/tables/bots.js';
import type { ChannelRecord } from '../store/tables/channels.js';
import type { BurstMode, IntegrationMode, TemplateEncoding, TextForm } from '../vocabulary.js';
import { hookUrl } from '../wire/hook-url.js';
import { payloadFormats } from '../wire/payload-formats.js';
import { hookV1 } from '../wire/v1.js';
import { hookV2 } from '../wire/v2.js';
import { App } from './apps.js';
import { Bot } from './bots.js';
import type { Context } from './context.js';
import { DeliverySettings } from './delivery-settings.js';
import { enumOf } from './enum.js';
import { SECRET_MARKS } from './expected.js';
import { described, inputOf, nullable, objectOf } from './fields.js';
import { Privacy } from './privacy-settings.js';

export const IntegrationModeEnum = enumOf<IntegrationMode>('IntegrationMode', 'Where a channel answers.', {
  SYNC: 'In the response.',
  ASYNC: 'By POST to the POST URL.',
});

export const ChannelStatusEnum = enumOf<ChannelStatus>('ChannelStatus', 'Where a channel stands.', {
  NEEDS_CONFIGURATION: 'An imported or inherited placeholder, or no app associated.',
  DISABLED: null,
  AWAITING_APPROVAL: null,
  APPROVED: 'Also while an upgrade waits: the approved configuration serves.',
  REJECTED: null,
  SUSPENDED: null,
});

const ChannelBlockerEnum = enumOf(
  'ChannelBlocker',
  'A reason why the hook would refuse a message now.',
  CHANNEL_BLOCKERS,
);

const TemplateEncodingEnum = enumOf<TemplateEncoding>(
  'TemplateEncoding',
  'How template objects travel inside the V1 text.',
  {
    OBJECT: 'As JSON objects in the array, as documented.',
    STRING: 'As JSON strings, which the known V1 clients parse.',
  },
);

const TextFormEnum = enumOf<TextForm>('TextForm', 'The V1 text of one plain message.', {
  AUTO: 'A string.',
  ARRAY: 'Always an array.',
  PLATFORM:
    'An array for messages of dialogs and FAQ answers; a string for prompts, small talk and standard responses.',
});

const BurstModeEnum = enumOf<BurstMode>(
  'BurstMode',
  'What happens to a message while the bot is busy with the conversation.',
  {
    SERIAL: 'It waits its turn.',
    JOIN: 'A burst is one turn.',
    LATEST: 'The newest wins.',
  },
);

export const WebhookChannel = objectOf('WebhookChannel', 'One named webhook instance of one bot.', {
  id: described(ID, 'Also the webHookId in the URL.'),
  name: String,
  isDefault: described(Boolean, 'Its URL carries no instance id.'),
  mode: IntegrationModeEnum,
  postUrl: nullable(String),
  enabled: Boolean,
  enablePolling: Boolean,
  templateEncoding: TemplateEncodingEnum,
  textForm: TextFormEnum,
  burst: BurstModeEnum,
  suspendedReason: nullable(String),
  createdAt: GraphQLDateTime,
  updatedAt: GraphQLDateTime,
});

const shownSettings = {
  appClientId: nullable(ID),
  postUrl: nullable(String),
  enabled: nullable(Boolean),
  enablePolling: nullable(Boolean),
  templateEncoding: nullable(TemplateEncodingEnum),
  textForm: nullable(TextFormEnum),
  burst: nullable(BurstModeEnum),
};

const channelSettings = {
  ...shownSettings,
  accessToken: nullable(String, 'The secret of BEARER, which giving one chooses (see setDeliverySettings).'),
};

export const CreateWebhookChannelInput = inputOf(
  'CreateWebhookChannelInput',
  'Without an app the channel is a placeholder: saved, and refusing every message.',
  {
    ...channelSettings,
    botId: ID,
    name: String,
    mode: IntegrationModeEnum,
  },
);

const ExpectedWebhookChannel = inputOf(
  'ExpectedWebhookChannel',
  'Fields as you saw them. CONFLICT when one is another by now, with who changed it and what it is. Absent: not checked.',
  {
    ...shownSettings,
    name: nullable(String),
    mode: nullable(IntegrationModeEnum),
    accessToken: nullable(String, 'Its mark (`secretMarks`).'),
  },
);

export const UpdateWebhookChannelInput = inputOf(
  'UpdateWebhookChannelInput',
  'Absent: keep. Null: clear. isDefault true moves the plain URL to this channel.',
  {
    ...channelSettings,
    id: ID,
    isDefault: nullable(Boolean),
    name: nullable(String),
    mode: nullable(IntegrationModeEnum),
    expected: nullable(ExpectedWebhookChannel),
  },
);

@Resolver(() => WebhookChannel)
export class ChannelResolver {
  @Query(() => WebhookChannel, { nullable: true })
  channel(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    return domain.channels.get(viewer, id);
  }

  @FieldResolver(() => Privacy, { description: 'What it keeps to itself, beside what its bot does.' })
  privacy(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context) {
    return loaders.privacyOfChannel.load(channel.id);
  }

  @FieldResolver(() => Bot)
  bot(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context) {
    return loaders.bot.load(channel.botId);
  }

  @FieldResolver(() => String)
  type(): string {
    return 'webhook';
  }

  @FieldResolver(() => App, { nullable: true })
  app(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context) {
    return channel.clientId === null ? null : loaders.app.load(channel.clientId);
  }

  @FieldResolver(() => GraphQLDateTime, {
    nullable: true,
    description:
      'When a user last wrote on it, to ten seconds; null: nobody has, as far back as conversations are kept.',
  })
  async lastMessageAt(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context): Promise<Date | null> {
    const last = await loaders.lastMessageOfChannel.load(channel.id);
    return last ? new Date(last.at) : null;
  }

  @FieldResolver(() => Boolean)
  hasAccessToken(@Root() channel: ChannelRecord): boolean {
    return channel.accessTokenCipher !== null;
  }

  @FieldResolver(() => DeliverySettings, { description: 'As saved; `approved` has those in force.' })
  deliverySettings(@Root() channel: ChannelRecord) {
    return shownDelivery(channel.deliverySettings, channel.accessTokenCipher !== null);
  }

  @FieldResolver(() => GraphQLJSON, { description: SECRET_MARKS })
  secretMarks(@Root() channel: ChannelRecord, @Ctx() { domain }: Context) {
    return domain.channels.secretMarks(channel);
  }

  @FieldResolver(() => ChannelStatusEnum)
  status(@Root() channel: ChannelRecord): ChannelStatus {
    return statusOf(channel);
  }

  @FieldResolver(() => GraphQLJSON, { nullable: true, description: 'The configuration that serves, without secrets.' })
  approved(@Root() channel: ChannelRecord) {
    if (channel.approvedRevision === null) return null;
    return {
      appClientId: channel.approvedClientId,
      mode: channel.approvedMode,
      postUrl: channel.approvedPostUrl,
      hasAccessToken: channel.approvedAccessTokenCipher !== null,
      deliverySettings: shownDelivery(channel.approvedDeliverySettings, channel.approvedAccessTokenCipher !== null),
      approvedAt: new Date(channel.approvedAt ?? 0).toISOString(),
    };
  }

  @FieldResolver(() => App, { nullable: true, description: 'The app of the configuration that serves.' })
  approvedApp(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context) {
    return channel.approvedClientId === null ? null : loaders.app.load(channel.approvedClientId);
  }

  @FieldResolver(() => Boolean)
  async functional(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context): Promise<boolean> {
    return (await loaders.blockers.load(channel)).length === 0;
  }

  @FieldResolver(() => [ChannelBlockerEnum], { description: 'Empty: it works.' })
  blockers(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context) {
    return loaders.blockers.load(channel);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Null until it is enabled.' })
  webhookUrl(@Root() channel: ChannelRecord, @Ctx() { domain }: Context): string | null {
    return channel.enabled ? hookUrl(domain.publicUrl, channel, hookV1) : null;
  }

  @FieldResolver(() => String, { nullable: true, description: 'Null until it is enabled.' })
  webhookUrlV2(@Root() channel: ChannelRecord, @Ctx() { domain }: Context): string | null {
    return channel.enabled ? hookUrl(domain.publicUrl, channel, hookV2) : null;
  }

  @FieldResolver(() => GraphQLJSON, {
    description: "Request and response samples with this channel's own URL and ids.",
  })
  payloadFormats(@Root() channel: ChannelRecord, @Ctx() { domain }: Context) {
    return payloadFormats(domain.publicUrl, channel);
  }

  @FieldResolver(() => WebhookChannel, { nullable: true, description: 'The channel of the parent it came from.' })
  inheritedFrom(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context) {
    return channel.inheritedFromId === null ? null : loaders.channel.load(channel.inheritedFromId);
  }

  @Mutation(() => Boolean, { description: 'At once.' })
  async deleteWebhookChannel(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    await domain.channels.remove(viewer, id);
    return true;
  }

  @Mutation(() => WebhookChannel)
  suspendWebhookChannel(
    @Arg('id', () => ID) id: string,
    @Arg('reason', () => String) reason: string,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.channels.suspend(viewer, id, reason);
  }

  @Mutation(() => WebhookChannel)
  resumeWebhookChannel(@Arg('id', () => ID) id: string, @Ctx() { domain, viewer }: Context) {
    return domain.channels.resume(viewer, id);
  }
}

@Resolver(() => Bot)
export class BotChannelsResolver {
  @FieldResolver(() => [WebhookChannel])
  channels(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.channelsOfBot.load(bot.id);
  }
}

@Resolver(() => App)
export class AppChannelsResolver {
  @FieldResolver(() => [WebhookChannel])
  channels(@Root() app: AppRecord, @Ctx() { loaders }: Context) {
    return loaders.channelsOfApp.load(app.clientId);
  }
}
