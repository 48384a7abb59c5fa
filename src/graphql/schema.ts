import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { AboutResolver } from './about.js';
import { AcceptedDifferenceResolver, AcceptedDifferencesOfBotResolver } from './accepted-differences.js';
import { AccountResolver } from './accounts.js';
import { AlertResolver } from './alerts.js';
import { ApprovalResolver } from './approvals.js';
import { AppResolver } from './apps.js';
import { AttentionResolver, EndingSoonResolver } from './attention.js';
import { AuditResolver } from './audit.js';
import { BotChangesResolver } from './bot-changes.js';
import { BotTestResolver, BotTestsResolver } from './bot-tests.js';
import { BotVersionResolver, BotVersionsResolver } from './bot-versions.js';
import { BotResolver } from './bots.js';
import {
  BotCanariesResolver,
  CanaryChannelResolver,
  CanaryResolver,
  CanarySideResolver,
  RequestCanaryResolver,
} from './canaries.js';
import { ChannelListResolver } from './channel-list.js';
import { AppChannelsResolver, BotChannelsResolver, ChannelResolver } from './channels.js';
import { CheckedTestsResolver, TestsOfCheckResolver } from './check-tests.js';
import { CheckedTurnResolver, CheckGroupResolver, CheckResolver, RequestCheckResolver } from './checks.js';
import { ConfigurationResolver } from './configuration.js';
import { ConversationResolver } from './conversations.js';
import { DeliveryResolver } from './deliveries.js';
import { BotDialogsResolver } from './dialogs.js';
import { ChannelEndpointResolver, EndpointHealthResolver, EndpointResolver } from './endpoints.js';
import { JobResolver } from './jobs.js';
import { LiveResolver } from './live.js';
import { LocalizedMessageResolver, MessageMatrixResolver } from './message-matrix.js';
import { BotMessagesResolver, MessageOverrideResolver, MessageResolver } from './messages.js';
import { BotMetricsResolver, MetricsResolver } from './metrics.js';
import { PlaygroundResolver } from './playground.js';
import { PrivacyResolver } from './privacy.js';
import { BotProblemsResolver, MessageProblemsResolver, VersionProblemsResolver } from './problems.js';
import { RelivingResolver } from './reliving.js';
import { ReplayResolver } from './replays.js';
import { RerunResolver } from './reruns.js';
import { RequestCommentsResolver, ReviewCommentResolver } from './review-comments.js';
import { BotReviewResolver, RequestReviewResolver, ReviewResolver } from './reviews.js';
import { SampleBotResolver } from './sample-bots.js';
import { SavedChannelResolver } from './saved-channels.js';
import { SavedViewResolver } from './saved-views.js';
import { ScimGroupResolver } from './scim-groups.js';
import { SearchResolver } from './search.js';
import { SignInProviderResolver } from './sign-in-providers.js';
import { SmartBotResolver } from './smart-bots.js';
import { BotRequestsResolver, ChannelRequestsResolver } from './standing-requests.js';
import { StarterResolver } from './starters.js';
import { AppTagResolver, BotTagResolver, ChannelTagResolver, TagResolver } from './tags.js';
import { TestCallbackResolver } from './test-callbacks.js';
import { TransferResolver } from './transfer.js';
import { TurnResolver } from './turn-links.js';
import { BotRoleResolver, UserResolver, ViewerUserResolver } from './users.js';
import { ViewerResolver } from './viewer.js';

/** type-graphql asks for one where there is a subscription; ours bring their own source of events. */
const NO_PUB_SUB: PubSub = {
  publish() {},
  subscribe() {
    throw new Error('A subscription has to say where its events come from.');
  },
};

let built: GraphQLSchema | undefined;

/** The whole API, built once: it holds no state. Only known callers reach it. */
export function createSchema(): GraphQLSchema {
  built ??= buildWhole();
  return built;
}

function buildWhole(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      AboutResolver,
      ViewerResolver,
      ViewerUserResolver,
      UserResolver,
      BotRoleResolver,
      AccountResolver,
      SignInProviderResolver,
      BotResolver,
      AppResolver,
      ChannelResolver,
      BotChannelsResolver,
      AppChannelsResolver,
      SavedChannelResolver,
      BotChangesResolver,
      BotVersionResolver,
      BotVersionsResolver,
      AcceptedDifferenceResolver,
      AcceptedDifferencesOfBotResolver,
      BotTestResolver,
      BotTestsResolver,
      BotDialogsResolver,
      SmartBotResolver,
      StarterResolver,
      ScimGroupResolver,
      SampleBotResolver,
      MessageResolver,
      MessageOverrideResolver,
      BotMessagesResolver,
      MessageMatrixResolver,
      LocalizedMessageResolver,
      BotProblemsResolver,
      MessageProblemsResolver,
      VersionProblemsResolver,
      ApprovalResolver,
      BotRequestsResolver,
      ChannelRequestsResolver,
      ReviewResolver,
      RequestReviewResolver,
      BotReviewResolver,
      ReviewCommentResolver,
      RequestCommentsResolver,
      DeliveryResolver,
      JobResolver,
      PlaygroundResolver,
      PrivacyResolver,
      ReplayResolver,
      CheckResolver,
      CheckGroupResolver,
      CheckedTurnResolver,
      RequestCheckResolver,
      TestsOfCheckResolver,
      CheckedTestsResolver,
      CanaryResolver,
      CanaryChannelResolver,
      CanarySideResolver,
      BotCanariesResolver,
      RequestCanaryResolver,
      ChannelEndpointResolver,
      EndpointHealthResolver,
      EndpointResolver,
      TestCallbackResolver,
      ChannelListResolver,
      TagResolver,
      AppTagResolver,
      BotTagResolver,
      ChannelTagResolver,
      SearchResolver,
      SavedViewResolver,
      ConversationResolver,
      RelivingResolver,
      RerunResolver,
      TurnResolver,
      MetricsResolver,
      BotMetricsResolver,
      AttentionResolver,
      EndingSoonResolver,
      AuditResolver,
      AlertResolver,
      TransferResolver,
      ConfigurationResolver,
      LiveResolver,
    ],
    validate: false,
    skipCheck: true, // Apollo Server validates it as well
    pubSub: NO_PUB_SUB,
  });
}
