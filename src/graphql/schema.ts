import 'reflect-metadata';
import { defaultFieldResolver, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { AccountResolver } from './accounts.js';
import { ApprovalResolver } from './approvals.js';
import { AppResolver } from './apps.js';
import { AuditResolver } from './audit.js';
import { BotChangesResolver } from './bot-changes.js';
import { BotVersionResolver, BotVersionsResolver } from './bot-versions.js';
import { BotResolver } from './bots.js';
import { AppChannelsResolver, BotChannelsResolver, ChannelResolver } from './channels.js';
import type { Context } from './context.js';
import { ConversationResolver } from './conversations.js';
import { DeliveryResolver } from './deliveries.js';
import { LiveResolver } from './live.js';
import { BotMessagesResolver, MessageOverrideResolver, MessageResolver } from './messages.js';
import { MetricsResolver } from './metrics.js';
import { SavedChannelResolver } from './saved-channels.js';
import { SmartBotResolver } from './smart-bots.js';
import { TransferResolver } from './transfer.js';
import { UserResolver } from './users.js';
import { ViewerResolver } from './viewer.js';

/** type-graphql asks for one where there is a subscription; ours bring their own source of events. */
const NO_PUB_SUB: PubSub = {
  publish() {},
  subscribe() {
    throw new Error('A subscription has to say where its events come from.');
  },
};

let built: GraphQLSchema | undefined;

/** The whole API, built once: it holds no state. Anonymous callers may look at the schema and nothing else. */
export function createSchema(): GraphQLSchema {
  built ??= buildWhole();
  return built;
}

function buildWhole(): GraphQLSchema {
  const schema = buildSchemaSync({
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
      BotChangesResolver,
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
      LiveResolver,
    ],
    validate: false,
    skipCheck: true, // Apollo Server validates it as well
    pubSub: NO_PUB_SUB,
  });
  for (const root of [schema.getQueryType(), schema.getMutationType()]) if (root) closeToStrangers(root);
  return schema;
}

/**
 * Every request enters through a root field; asking for the viewer there refuses whoever has none. Not a global
 * middleware, which would make a promise of every field of every answer.
 */
function closeToStrangers(root: GraphQLObjectType<unknown, Context>): void {
  for (const field of Object.values(root.getFields())) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (source, args, context, info) => {
      void context.viewer;
      return resolve(source, args, context, info);
    };
  }
}
