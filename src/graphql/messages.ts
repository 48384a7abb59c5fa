import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { BotMessageView, NewOverride } from '../domain/messages/messages.js';
import type { OverrideScopeInput as ScopeInput } from '../domain/messages/override-scope.js';
import { notFound } from '../errors.js';
import type { BotRecord } from '../store/tables/bots.js';
import type { Content, ContentType } from '../vocabulary.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, inputOf, nullable, objectOf } from './fields.js';

const ContentTypeEnum = enumOf<ContentType>('ContentType', 'What a content is.', {
  TEXT: 'Text with {{path}} in it.',
  SCRIPT: 'JavaScript that prints the message.',
  TEMPLATE: 'The JSON text of a template.',
});

const MessagePart = objectOf('MessagePart', 'One message of an answer in several parts.', {
  type: ContentTypeEnum,
  value: String,
});

export const MessageContentType = objectOf('MessageContent', null, {
  type: ContentTypeEnum,
  value: String,
  after: nullable([MessagePart], 'Said after it, each as a message of its own. Null: nothing follows.'),
});

export const MessageContentInput = inputOf('MessageContentInput', null, {
  type: ContentTypeEnum,
  value: String,
});

const MessageOverride = objectOf('MessageOverride', 'What one channel, or all channels of a type, say instead.', {
  id: ID,
  language: String,
  channelType: nullable(String, 'A type of channel instead of one: "webhook", or a type of the imported file.'),
  contents: [MessageContentType],
  updatedAt: GraphQLDateTime,
});

/** A message in the language it is shown in. */
export interface ShownMessage extends BotMessageView {
  language: string;
}

export const BotMessage = objectOf('BotMessage', 'A text, script or template the bot may say.', {});

const BotMessageConnection = connectionOf<ShownMessage>('BotMessage', () => BotMessage);

export const EXPECTED_CONTENTS =
  'The contents of the override as you saw them; empty: there was none. CONFLICT when they are others by now, with who changed them.';
/** For whom an override holds. */
export const SCOPE = { channelId: nullable(ID, 'Null: every webhook channel of the bot.') };
/** A scope with its language, as callers name it. */
export const NAMED_SCOPE = { ...SCOPE, language: nullable(String, "The bot's default language when absent.") };
export const OverrideScopeInput = inputOf('OverrideScopeInput', null, NAMED_SCOPE);

const SetMessageOverrideInput = inputOf('SetMessageOverrideInput', null, {
  botId: ID,
  messageKey: ID,
  ...NAMED_SCOPE,
  contents: described([MessageContentInput], 'Several: one of them at random.'),
  expected: nullable([MessageContentInput], `${EXPECTED_CONTENTS} Absent: not checked.`),
});

@Resolver(() => BotMessage)
export class MessageResolver {
  @FieldResolver(() => ID, { description: 'Stable within the bot; survives a re-import.' })
  key(@Root() { message }: ShownMessage): string {
    return message.key;
  }

  @FieldResolver(() => String)
  name(@Root() { message }: ShownMessage): string {
    return message.name;
  }

  @FieldResolver(() => String)
  kind(@Root() { message }: ShownMessage): string {
    return message.kind;
  }

  @FieldResolver(() => String, { description: 'Of the contents shown.' })
  language(@Root() { language }: ShownMessage): string {
    return language;
  }

  @FieldResolver(() => [MessageContentType], { description: 'For all channels.' })
  contents(@Root() { message, language }: ShownMessage): Content[] {
    return message.contents[language] ?? [];
  }

  @FieldResolver(() => [MessageOverride])
  overrides(@Root() { message, overrides, storedAt }: ShownMessage) {
    const ofFile = message.channels.map(({ channelType, language, contents }) => ({
      id: `file:${message.key}:${channelType}:${language}`,
      language,
      channelType,
      channelId: null,
      contents,
      updatedAt: storedAt,
    }));
    const own = overrides.map((override) => ({ ...override, channelType: override.channelId ? null : 'webhook' }));
    return [...own, ...ofFile];
  }

  @FieldResolver(() => [MessageContentType], {
    description: 'What this channel would say: instance override, else webhook-type override, else all channels.',
  })
  async resolved(
    @Root() message: ShownMessage,
    @Arg('channelId', () => ID) channelId: string,
    @Arg('language', () => String, { nullable: true }) language: string | null | undefined,
    @Ctx() { domain, loaders }: Context,
  ): Promise<Content[]> {
    const channel = await loaders.channel.load(channelId);
    if (!channel) throw notFound('channel', channelId);
    return domain.messages.resolved(message, channel, language);
  }

  @Mutation(() => BotMessage, { description: 'Acts with the next publish.' })
  async setMessageOverride(
    @Arg('input', () => SetMessageOverrideInput) input: NewOverride,
    @Ctx() { domain, viewer }: Context,
  ): Promise<ShownMessage> {
    return show(await domain.messages.setOverride(viewer, input), input.language);
  }

  @Mutation(() => BotMessage, { description: 'Acts with the next publish.' })
  async removeMessageOverride(
    @Arg('botId', () => ID) botId: string,
    @Arg('messageKey', () => ID) messageKey: string,
    @Arg('channelId', () => ID, { nullable: true }) channelId: string | null | undefined,
    @Arg('language', () => String, { nullable: true }) language: string | null | undefined,
    @Arg('expected', () => [MessageContentInput], { nullable: true, description: EXPECTED_CONTENTS })
    expected: Content[] | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ): Promise<ShownMessage> {
    const target = { botId, messageKey, channelId, language, expected };
    return show(await domain.messages.removeOverride(viewer, target), language);
  }
}

@Resolver(() => MessageOverride)
export class MessageOverrideResolver {
  @FieldResolver(() => WebhookChannel, { nullable: true })
  channel(@Root() { channelId }: { channelId: string | null }, @Ctx() { loaders }: Context) {
    return channelId === null ? null : loaders.channel.load(channelId);
  }
}

@Resolver(() => Bot)
export class BotMessagesResolver {
  @FieldResolver(() => BotMessageConnection)
  async messages(
    @Root() bot: BotRecord,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('search', () => String, { nullable: true }) search: string | null | undefined,
    @Arg('overriddenOnly', () => Boolean, { nullable: true }) overriddenOnly: boolean | null | undefined,
    @Arg('language', () => String, { nullable: true }) language: string | null | undefined,
    @Arg('missing', () => OverrideScopeInput, {
      nullable: true,
      description: 'Only what this scope does not override.',
    })
    missing: ScopeInput | null | undefined,
    @Ctx() { domain, loaders }: Context,
  ) {
    const messages = await loaders.messagesOfBot.load(bot);
    const page = domain.messages.page(messages, { search, overriddenOnly, missing }, { first, after });
    const edges = page.edges.map(({ cursor, node }) => ({ cursor, node: show(node, language) }));
    return new BotMessageConnection({ ...page, edges });
  }
}

/** In the language asked for; where the message has nothing in it, in the bot's own. */
function show(view: BotMessageView, language: string | null | undefined): ShownMessage {
  const { defaultLanguage } = view.bot;
  return { ...view, language: language && view.message.contents[language] ? language : defaultLanguage };
}
