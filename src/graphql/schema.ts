import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type MiddlewareFn } from 'type-graphql';
import { AccountResolver } from './accounts.js';
import { ApprovalResolver } from './approvals.js';
import { AppResolver } from './apps.js';
import { AuditResolver } from './audit.js';
import { BotVersionResolver, BotVersionsResolver } from './bot-versions.js';
import { BotResolver } from './bots.js';
import { AppChannelsResolver, BotChannelsResolver, ChannelResolver } from './channels.js';
import type { Context } from './context.js';
import { ConversationResolver } from './conversations.js';
import { DeliveryResolver } from './deliveries.js';
import { BotMessagesResolver, MessageOverrideResolver, MessageResolver } from './messages.js';
import { MetricsResolver } from './metrics.js';
import { SavedChannelResolver } from './saved-channels.js';
import { SmartBotResolver } from './smart-bots.js';
import { TransferResolver } from './transfer.js';
import { UserResolver } from './users.js';
import { ViewerResolver } from './viewer.js';

/** The whole API. Anonymous callers may look at the schema and nothing else. */
export function createSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      ViewerResolver,
      UserResolver,
      AccountResolver,
      BotResolver,
      AppResolver,
      ChannelResolver,
      BotChannelsResolver,
      AppChannelsResolver,
      SavedChannelResolver,
      BotVersionResolver,
      BotVersionsResolver,
      SmartBotResolver,
      MessageResolver,
      MessageOverrideResolver,
      BotMessagesResolver,
      ApprovalResolver,
      DeliveryResolver,
      ConversationResolver,
      MetricsResolver,
      AuditResolver,
      TransferResolver,
    ],
    globalMiddlewares: [knownViewersOnly],
    validate: false,
  });
}

/** Every request enters through a root field; asking for the viewer there refuses whoever has none. */
const knownViewersOnly: MiddlewareFn<Context> = ({ context, info }, next) => {
  if (info.path.prev === undefined) void context.viewer;
  return next();
};
