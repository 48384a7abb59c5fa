import { createAccounts } from './accounts.js';
import { createAlertSubscriptions } from './alerts.js';
import { createApiTokens } from './api-tokens.js';
import { createApprovals } from './approvals.js';
import { createApps } from './apps/apps.js';
import { createAppScopes } from './apps/scopes.js';
import { createAudit } from './audit.js';
import { createBots } from './bots/bots.js';
import { createFlows } from './bots/flows.js';
import { createPreview } from './bots/preview.js';
import { createPublish } from './bots/publish.js';
import { createSampleBots } from './bots/sample-bot.js';
import { createSmartBots } from './bots/smart-bots.js';
import { createStarters } from './bots/starters.js';
import { createTransfer } from './bots/transfer/transfer.js';
import { createCanaries } from './canaries/canaries.js';
import { createChannels } from './channels/channels.js';
import type { DomainDeps } from './command.js';
import { createConfiguration } from './configuration/configuration.js';
import { createDefinitionReader } from './definitions.js';
import { createGroups } from './directory/groups.js';
import { createPeople } from './directory/people.js';
import { createManyOverrides } from './messages/many-overrides.js';
import { createMessages } from './messages/messages.js';
import { createPlayground } from './playground/playground.js';
import { createPrivacySettings } from './privacy.js';
import { createProblems } from './problems/problems.js';
import { createReviewComments } from './review/comments.js';
import { createReviews } from './review/review.js';
import { createSavedViews } from './saved-views.js';
import { createSearch } from './search.js';
import { createConsoleSessions, createOpenSession } from './sign-in/console-sessions.js';
import { createOwnSignIn } from './sign-in/own-sign-in.js';
import { createPasswords } from './sign-in/passwords.js';
import { createKnownProviders } from './sign-in/providers/known-providers.js';
import { createOpenId } from './sign-in/providers/open-id.js';
import { createProviderSettings } from './sign-in/providers/provider-settings.js';
import { createSingleSignOn } from './sign-in/providers/single-sign-on.js';
import { createTags } from './tags.js';
import { createUsers } from './users.js';

/** The commands of the control plane, by noun. Each takes the viewer first. */
export type Domain = ReturnType<typeof createDomain>;

export function createDomain(deps: DomainDeps, passwords = createPasswords()) {
  const apiTokens = createApiTokens(deps);
  const openSession = createOpenSession(deps, apiTokens);
  const providers = createKnownProviders(deps);
  const openId = createOpenId(deps.outbound);
  const reader = createDefinitionReader();
  const apps = createApps(deps);
  const channels = createChannels(deps);
  const publish = createPublish(deps, reader);
  const approvals = createApprovals(deps);
  const problems = createProblems(deps, reader);
  const preview = createPreview(deps, reader);
  const reviews = createReviews(deps, reader, { apps, preview, problems });
  const users = createUsers(deps, passwords, apiTokens.forget);
  return {
    publicUrl: deps.publicUrl,
    maxAttachmentBytes: deps.maxAttachmentBytes,
    accounts: createAccounts(deps, providers),
    users,
    search: createSearch({ database: deps.database, users }),
    ownSignIn: createOwnSignIn(deps, passwords, apiTokens.forget),
    directory: { people: createPeople(deps, apiTokens.forget), groups: createGroups(deps, apiTokens.forget) },
    apiTokens,
    consoleSessions: createConsoleSessions(deps, apiTokens, passwords, openSession),
    signInProviders: createProviderSettings(deps, providers, openId),
    singleSignOn: createSingleSignOn({ ...deps, providers, openId, apiTokens, openSession }),
    alerts: createAlertSubscriptions(deps),
    apps,
    appScopes: createAppScopes(deps),
    audit: createAudit(deps),
    bots: createBots(deps),
    canaries: createCanaries(deps),
    channels,
    flows: createFlows(deps, reader),
    messages: createMessages(deps, reader),
    manyOverrides: createManyOverrides(deps, reader),
    tags: createTags(deps),
    savedViews: createSavedViews(deps),
    playground: createPlayground(deps),
    privacy: createPrivacySettings(deps),
    problems,
    publish,
    preview,
    reviews,
    reviewComments: createReviewComments(deps, reviews),
    smartBots: createSmartBots(deps),
    starters: createStarters(deps),
    sampleBots: createSampleBots(deps, { apps, channels, publish, approvals }),
    transfer: createTransfer(deps, reader),
    configuration: createConfiguration(deps, { reader, providers, passwords, forget: apiTokens.forget }),
    approvals,
    /** Ends the thread that hashes passwords. */
    close: passwords.close,
  };
}
