/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ApplyConfigurationInput = {
  /** With apiVersion, kind, metadata and spec: docs/configuration.md. */
  documents: Array<unknown>;
  /** Only tells what would change. */
  dryRun?: boolean | null | undefined;
  /** Hash of the plan to apply; CONFLICT when it would be another by now. */
  planHash?: string | null | undefined;
  /** Deletes what has no document. */
  prune?: boolean | null | undefined;
  /** Asks for the publication of the bots that changed. */
  publish?: boolean | null | undefined;
};

/** What is asked for. */
export type ApprovalKind =
  /** A channel that was never approved. */
  | 'CHANNEL'
  /** A changed configuration; the former one serves meanwhile. */
  | 'CHANNEL_UPGRADE'
  /** A version of a bot. */
  | 'PUBLISH';

/** Where a request stands. */
export type ApprovalStatus =
  | 'APPROVED'
  | 'PENDING'
  | 'REJECTED'
  /** Taken back, or overtaken by a newer save or publish. */
  | 'WITHDRAWN';

/** Whether a bot inherits. */
export type BotKind =
  /** Inherits from a parent. */
  | 'SMART'
  | 'STANDARD';

/** Where a bot stands on its way to its users. */
export type BotState =
  /** The first publish is with the admin. */
  | 'AWAITING_APPROVAL'
  /** Publishable, never published. */
  | 'CONFIGURED'
  /** Nothing to publish yet. */
  | 'IN_PROGRESS'
  | 'PUBLISHED'
  /** The last publish request was rejected; nothing is live. */
  | 'REJECTED'
  /** An admin took it off line. */
  | 'SUSPENDED'
  /** Published, and edited or awaiting approval of an upgrade since. */
  | 'UPGRADE_IN_PROGRESS';

/** What happens to a message while the bot is busy with the conversation. */
export type BurstMode =
  /** A burst is one turn. */
  | 'JOIN'
  /** The newest wins. */
  | 'LATEST'
  /** It waits its turn. */
  | 'SERIAL';

/** What is shown. */
export type CanaryFinding =
  /** It is no worse. */
  | 'NO_WORSE'
  /** Neither, so far. */
  | 'OPEN'
  /** The candidate is worse. */
  | 'WORSE';

export type CanaryInput = {
  /** Left out: all channels that both versions serve. */
  channelIds?: Array<string> | null | undefined;
  rule?: CanaryRuleInput | null | undefined;
  /** The share of conversations that the candidate serves, from 0.001 to 0.99. */
  share: number;
};

/** What is counted by conversation. */
export type CanaryMetric =
  /** A turn of it failed. */
  | 'FAILED'
  /** A turn of it took longer than 95 % of those in the week before the canary. */
  | 'SLOW'
  /** Something was not understood in it. */
  | 'UNIDENTIFIED';

export type CanaryRuleInput = {
  /** The chance of rolling back one that is no worse, and of promoting one that is worse. Left out: 0.05. */
  falseAlarm?: number | null | undefined;
  /** A share of conversations with a failure, or with something not understood, that is harmless. Left out: 0.01. */
  harmless?: number | null | undefined;
  /** How much more often something may happen on it and still be no worse: 0.5 is half as often again. Left out: 0.5. */
  margin?: number | null | undefined;
  /** Conversations on the candidate before it is promoted by rule. Left out: 200. */
  minConversations?: number | null | undefined;
  /** Hours before it is promoted by rule. Left out: 24. */
  minHours?: number | null | undefined;
  /** Promotes once it is shown to be no worse. Left out: false. */
  promote?: boolean | null | undefined;
  /** Rolls back as soon as the candidate is shown to be worse. Left out: true. */
  rollBack?: boolean | null | undefined;
};

/** Which version it is. */
export type CanarySideName =
  /** The live version. */
  | 'BASELINE'
  /** The one that serves a share. */
  | 'CANDIDATE';

/** Where a canary stands. */
export type CanaryState =
  /** The candidate serves everybody. */
  | 'PROMOTED'
  /** The version before serves everybody again. */
  | 'ROLLED_BACK'
  | 'RUNNING';

/** What a rule would do. */
export type CanaryVerdict =
  | 'PROMOTE'
  | 'ROLL_BACK'
  | 'WAIT';

/** What a plan does with something. */
export type ChangeAction =
  | 'CREATE'
  /** With prune: it has no document. */
  | 'DELETE'
  /** Nothing yet; a warning says why. */
  | 'NONE'
  /** Asks for the publication of a bot with all its enabled channels. */
  | 'PUBLISH'
  | 'UPDATE';

/** What is absent or null stays. */
export type ChannelBindingInput = {
  /** Sealed, never shown again. */
  accessToken?: string | null | undefined;
  /** Client id or name. */
  app?: string | null | undefined;
  /** Its name. */
  channel: string;
  enabled?: boolean | null | undefined;
  postUrl?: string | null | undefined;
};

/** A reason why the hook would refuse a message now. */
export type ChannelBlocker =
  | 'AWAITING_APPROVAL'
  | 'BOT_NOT_PUBLISHED'
  | 'BOT_SUSPENDED'
  | 'NOT_ENABLED'
  | 'NOT_IN_LIVE_VERSION'
  | 'NO_APP'
  | 'NO_POST_URL'
  | 'REJECTED'
  | 'SUSPENDED';

/** Where a channel stands. */
export type ChannelStatus =
  /** Also while an upgrade waits: the approved configuration serves. */
  | 'APPROVED'
  | 'AWAITING_APPROVAL'
  | 'DISABLED'
  /** An imported or inherited placeholder, or no app associated. */
  | 'NEEDS_CONFIGURATION'
  | 'REJECTED'
  | 'SUSPENDED';

/** What a checked turn begins with. */
export type CheckMode =
  /** The session it really had, so that one difference makes no others. */
  | 'EACH_TURN'
  /** What the candidate has left behind of the turns before. */
  | 'WHOLE_CONVERSATION';

/** How a turn would not be as it was. */
export type CheckOutcome =
  /** All that is different in it has been accepted (`acceptDifference`). */
  | 'ACCEPTED'
  /** It says something else, ends otherwise, or changes other names of the session. */
  | 'DIFFERENT'
  /** It fails where the other did not. */
  | 'FAILING'
  /** It asks the outside what nobody recorded an answer to, or what was masked may have sent it another way. */
  | 'UNKNOWN';

export type CreateAppInput = {
  algorithm?: JwtAlgorithm | null | undefined;
  /** In the place of publicKeys: where the caller publishes them (JWKS). */
  jwksUrl?: string | null | undefined;
  name: string;
  /** For RS256, RS512 and ES256: one or two public keys as PEM, a certificate, or a JWK as text. */
  publicKeys?: Array<string> | null | undefined;
  requireJti?: boolean | null | undefined;
  tokenEncryption?: TokenEncryption | null | undefined;
};

/** Without an app the channel is a placeholder: saved, and refusing every message. */
export type CreateWebhookChannelInput = {
  /** The secret of BEARER, which giving one chooses (see setDeliverySettings). */
  accessToken?: string | null | undefined;
  appClientId?: string | null | undefined;
  botId: string;
  burst?: BurstMode | null | undefined;
  enablePolling?: boolean | null | undefined;
  enabled?: boolean | null | undefined;
  mode: IntegrationMode;
  name: string;
  postUrl?: string | null | undefined;
  templateEncoding?: TemplateEncoding | null | undefined;
  textForm?: TextForm | null | undefined;
};

/** Which deliveries; what is left out matches all. */
export type DeliveryFilter = {
  botId?: string | null | undefined;
  channelId?: string | null | undefined;
  /** The origin that the callbacks of the channels go to now. */
  endpoint?: string | null | undefined;
  /** Made then or later. */
  from?: string | null | undefined;
  /** These and no others, up to 500. */
  ids?: Array<string> | null | undefined;
  status?: DeliveryStatus | null | undefined;
  /** What the last attempt was answered with. */
  statusCode?: number | null | undefined;
  /** Made before then. */
  to?: string | null | undefined;
  /** The end user's id. */
  user?: string | null | undefined;
};

/** Where a delivery stands. */
export type DeliveryStatus =
  /** Given up; it can be replayed. */
  | 'DEAD'
  | 'DELIVERED'
  /** Somebody wanted it no more: it counts as no dead letter. It can be replayed. */
  | 'DISCARDED'
  | 'PENDING';

/** What answers for a bot. */
export type EngineKind =
  | 'BOT_FRAMEWORK'
  /** The definition, run here. */
  | 'DIALOG'
  /** A server of your own. */
  | 'HTTP'
  /** Any server that speaks chat completions. */
  | 'OPENAI'
  | 'RASA';

/** Fields as you saw them. CONFLICT when one is another by now, with who changed it and what it is. Absent: not checked. */
export type ExpectedWebhookChannel = {
  /** Its mark (`secretMarks`). */
  accessToken?: string | null | undefined;
  appClientId?: string | null | undefined;
  burst?: BurstMode | null | undefined;
  enablePolling?: boolean | null | undefined;
  enabled?: boolean | null | undefined;
  mode?: IntegrationMode | null | undefined;
  name?: string | null | undefined;
  postUrl?: string | null | undefined;
  templateEncoding?: TemplateEncoding | null | undefined;
  textForm?: TextForm | null | undefined;
};

/** What the channels and variables of a bot get here. */
export type ImportBindingsInput = {
  channels?: Array<ChannelBindingInput> | null | undefined;
  variables?: Array<VariableBindingInput> | null | undefined;
};

export type ImportBotInput = {
  /** Apps, POST URLs and secrets, which files do not hold. */
  bindings?: ImportBindingsInput | null | undefined;
  /** Into which bot; not with NEW. */
  botId?: string | null | undefined;
  /** The content of config.json. */
  config?: unknown;
  /** The content of botDefinition.json or appDefinition.json. */
  definition: unknown;
  /** Only tells what it would do. With NEW, there is no bot of the id in the answer. */
  dryRun?: boolean | null | undefined;
  files?: Array<ImportFileInput> | null | undefined;
  mode: ImportMode;
  /** With NEW: instead of the file's own. */
  name?: string | null | undefined;
  /** Asks for the publication of the bot with all its enabled channels. */
  publish?: boolean | null | undefined;
};

/** Another file of the export, such as a data table. */
export type ImportFileInput = {
  content: string;
  name: string;
};

/** What becomes of what is there. */
export type ImportMode =
  /** Replaces the bot's definition; its webhook channels stay. */
  | 'FULL'
  /** Adds, and replaces what has the same refId. */
  | 'INCREMENTAL'
  /** A bot of its own. */
  | 'NEW';

/** Where a channel answers. */
export type IntegrationMode =
  /** By POST to the POST URL. */
  | 'ASYNC'
  /** In the response. */
  | 'SYNC';

/** Where long work stands. */
export type JobStatus =
  /** Ended by cancelJob. What it had done by then stays. */
  | 'CANCELED'
  | 'DONE'
  /** The server could not go on with it. */
  | 'FAILED'
  /** It goes on, also after a restart of the server. */
  | 'RUNNING';

/** How a caller signs its tokens. */
export type JwtAlgorithm =
  /** With a key of its own on the curve P-256; the app has the public key, and no secret. */
  | 'ES256'
  /** With the client secret. */
  | 'HS256'
  /** With the client secret. */
  | 'HS512'
  /** With an RSA key of its own; the app has the public key, and no secret. */
  | 'RS256'
  /** With an RSA key of its own; the app has the public key, and no secret. */
  | 'RS512';

export type PublishBotInput = {
  /** Approves it in the same step. FORBIDDEN for who may not approve it, or not alone. */
  approve?: boolean | null | undefined;
  botId: string;
  /** Serves a share of the conversations first. Left out: it serves all. */
  canary?: CanaryInput | null | undefined;
  /** Left out: all that are enabled. */
  channelIds?: Array<string> | null | undefined;
  /** A check of the draft as it is published. */
  checkId?: string | null | undefined;
  /** Why it is published without the check that the account asks for. */
  checkReason?: string | null | undefined;
  comment?: string | null | undefined;
};

/** What a user may do. */
export type Role =
  /** Approves, suspends, manages users; may do all that a developer may. */
  | 'ADMIN'
  /** Manages bots, apps, channels and overrides; publishes; never approves. */
  | 'DEVELOPER'
  /** Does and sees what roles on single bots allow, and nothing else. */
  | 'NONE'
  /** Reads; never sees a secret, nor what people said. */
  | 'VIEWER';

export type StartCheckInput = {
  botId: string;
  /** All of the bot when left out. */
  channelIds?: Array<string> | null | undefined;
  /** Seven days before `to` when left out. */
  from?: string | null | undefined;
  /** 100,000 when left out. */
  maxTurns?: number | null | undefined;
  /** EACH_TURN when left out. */
  mode?: CheckMode | null | undefined;
  /** Now when left out. */
  to?: string | null | undefined;
  /** The draft when left out. */
  versionNumber?: number | null | undefined;
};

/** How template objects travel inside the V1 text. */
export type TemplateEncoding =
  /** As JSON objects in the array, as documented. */
  | 'OBJECT'
  /** As JSON strings, which the known V1 clients parse. */
  | 'STRING';

/** How a candidate passes a test. */
export type TestOutcome =
  /** It says something else, fails, or ends the task otherwise. */
  | 'FAILED'
  /** It says what is expected. */
  | 'PASSED'
  /** It asks the outside what nobody recorded an answer to, or what was masked may have sent it another way. */
  | 'UNKNOWN';

/** The V1 text of one plain message. */
export type TextForm =
  /** Always an array. */
  | 'ARRAY'
  /** A string. */
  | 'AUTO'
  /** An array for messages of dialogs and FAQ answers; a string for prompts, small talk and standard responses. */
  | 'PLATFORM';

/** Whether tokens are encrypted (JWE: RSA-OAEP-256 or RSA-OAEP, with A256GCM) around their signature. */
export type TokenEncryption =
  /** Encrypted tokens are refused. */
  | 'NONE'
  /** Both are taken. */
  | 'OPTIONAL'
  /** Only encrypted ones are taken. */
  | 'REQUIRED';

/** Absent: keep. Null: clear. isDefault true moves the plain URL to this channel. */
export type UpdateWebhookChannelInput = {
  /** The secret of BEARER, which giving one chooses (see setDeliverySettings). */
  accessToken?: string | null | undefined;
  appClientId?: string | null | undefined;
  burst?: BurstMode | null | undefined;
  enablePolling?: boolean | null | undefined;
  enabled?: boolean | null | undefined;
  expected?: ExpectedWebhookChannel | null | undefined;
  id: string;
  isDefault?: boolean | null | undefined;
  mode?: IntegrationMode | null | undefined;
  name?: string | null | undefined;
  postUrl?: string | null | undefined;
  templateEncoding?: TemplateEncoding | null | undefined;
  textForm?: TextForm | null | undefined;
};

export type VariableBindingInput = {
  key: string;
  /** For a secured variable: sealed, never shown again. */
  value: string;
};

/** Where a version stands. */
export type VersionStatus =
  | 'AWAITING_APPROVAL'
  /** It serves a share of the conversations. */
  | 'CANARY'
  | 'LIVE'
  | 'REJECTED'
  /** Its canary ended without it. */
  | 'ROLLED_BACK'
  /** A newer one took its place, or its request was withdrawn. */
  | 'SUPERSEDED';

export type ApprovalRequestsQueryVariables = Exact<{
  status?: ApprovalStatus | null | undefined;
  after?: string | null | undefined;
}>;


export type ApprovalRequestsQuery = { page: { edges: Array<{ node: { id: string, kind: ApprovalKind, status: ApprovalStatus, reason: string | null, createdAt: string, bot: { id: string, name: string }, channel: { id: string, name: string } | null, version: { number: number } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ApproveMutationVariables = Exact<{
  requestId: string;
  comment?: string | null | undefined;
}>;


export type ApproveMutation = { result: { id: string, kind: ApprovalKind, status: ApprovalStatus, reason: string | null, createdAt: string, bot: { id: string, name: string }, channel: { id: string, name: string } | null, version: { number: number } | null } };

export type RejectMutationVariables = Exact<{
  requestId: string;
  reason: string;
}>;


export type RejectMutation = { result: { id: string, kind: ApprovalKind, status: ApprovalStatus, reason: string | null, createdAt: string, bot: { id: string, name: string }, channel: { id: string, name: string } | null, version: { number: number } | null } };

export type BotFragment = { id: string, name: string, kind: BotKind, state: BotState, engine: EngineKind, liveVersion: { number: number } | null, channels: Array<{ id: string, name: string, mode: IntegrationMode, status: ChannelStatus, enabled: boolean, functional: boolean, blockers: Array<ChannelBlocker>, isDefault: boolean, postUrl: string | null, webhookUrl: string | null, webhookUrlV2: string | null, app: { clientId: string, name: string } | null }> };

export type ImportBotMutationVariables = Exact<{
  input: ImportBotInput;
}>;


export type ImportBotMutation = { result: { dialogs: number, messages: number, overrides: number, applied: boolean, bot: { id: string, name: string }, channels: Array<{ id: string, name: string, mode: IntegrationMode, status: ChannelStatus, enabled: boolean, functional: boolean, blockers: Array<ChannelBlocker>, isDefault: boolean, postUrl: string | null, webhookUrl: string | null, webhookUrlV2: string | null, app: { clientId: string, name: string } | null }>, warnings: Array<{ path: string, message: string }>, changes: Array<{ action: ChangeAction, kind: string, name: string, fields: unknown, warnings: Array<string> }>, bound: Array<{ signingSecret: string | null, channel: { id: string, name: string }, approvalRequest: { id: string, kind: ApprovalKind, status: ApprovalStatus } | null }>, version: { id: string, number: number, status: VersionStatus, comment: string | null, createdAt: string, publishedAt: string | null } | null } };

export type ExportBotMutationVariables = Exact<{
  botId: string;
}>;


export type ExportBotMutation = { result: { definition: unknown, config: unknown, files: Array<{ name: string, content: string }> } };

export type BotsQueryVariables = Exact<{
  search?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type BotsQuery = { page: { edges: Array<{ node: { id: string, name: string, kind: BotKind, state: BotState, engine: EngineKind, liveVersion: { number: number } | null, channels: Array<{ id: string, name: string, mode: IntegrationMode, status: ChannelStatus, enabled: boolean, functional: boolean, blockers: Array<ChannelBlocker>, isDefault: boolean, postUrl: string | null, webhookUrl: string | null, webhookUrlV2: string | null, app: { clientId: string, name: string } | null }> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type BotByIdQueryVariables = Exact<{
  id: string;
}>;


export type BotByIdQuery = { result: { id: string, name: string, kind: BotKind, state: BotState, engine: EngineKind, versions: { edges: Array<{ node: { id: string, number: number, status: VersionStatus, comment: string | null, createdAt: string, publishedAt: string | null } }> }, liveVersion: { number: number } | null, channels: Array<{ id: string, name: string, mode: IntegrationMode, status: ChannelStatus, enabled: boolean, functional: boolean, blockers: Array<ChannelBlocker>, isDefault: boolean, postUrl: string | null, webhookUrl: string | null, webhookUrlV2: string | null, app: { clientId: string, name: string } | null }> } | null };

export type SetVariableMutationVariables = Exact<{
  botId: string;
  key: string;
  value: string;
  secured?: boolean | null | undefined;
}>;


export type SetVariableMutation = { result: { key: string, secured: boolean, filled: boolean, waiting: boolean } };

export type PublishMutationVariables = Exact<{
  input: PublishBotInput;
}>;


export type PublishMutation = { result: { id: string, number: number, status: VersionStatus, comment: string | null, createdAt: string, publishedAt: string | null } };

export type CanaryFragment = { id: string, state: CanaryState, share: number, begunAt: string, endedAt: string | null, reason: string | null, endedBy: { name: string } | null, candidate: { number: number }, baseline: { number: number }, sides: Array<{ side: CanarySideName, conversations: number, conversationsFailed: number, conversationsUnidentified: number, conversationsSlow: number, turns: number, tasksEnded: number, tasksFulfilled: number, responseTimeP50Ms: number | null, responseTimeP95Ms: number | null }>, evidence: { verdict: CanaryVerdict, metrics: Array<{ metric: CanaryMetric, finding: CanaryFinding, worse: number, worseAt: number, noWorse: number, noWorseAt: number }> } };

export type CanariesQueryVariables = Exact<{
  botId: string;
}>;


export type CanariesQuery = { bot: { canaries: Array<{ id: string, state: CanaryState, share: number, begunAt: string, endedAt: string | null, reason: string | null, endedBy: { name: string } | null, candidate: { number: number }, baseline: { number: number }, sides: Array<{ side: CanarySideName, conversations: number, conversationsFailed: number, conversationsUnidentified: number, conversationsSlow: number, turns: number, tasksEnded: number, tasksFulfilled: number, responseTimeP50Ms: number | null, responseTimeP95Ms: number | null }>, evidence: { verdict: CanaryVerdict, metrics: Array<{ metric: CanaryMetric, finding: CanaryFinding, worse: number, worseAt: number, noWorse: number, noWorseAt: number }> } }> } | null };

export type UpdateCanaryMutationVariables = Exact<{
  id: string;
  share: number;
}>;


export type UpdateCanaryMutation = { result: { id: string, state: CanaryState, share: number, begunAt: string, endedAt: string | null, reason: string | null, endedBy: { name: string } | null, candidate: { number: number }, baseline: { number: number }, sides: Array<{ side: CanarySideName, conversations: number, conversationsFailed: number, conversationsUnidentified: number, conversationsSlow: number, turns: number, tasksEnded: number, tasksFulfilled: number, responseTimeP50Ms: number | null, responseTimeP95Ms: number | null }>, evidence: { verdict: CanaryVerdict, metrics: Array<{ metric: CanaryMetric, finding: CanaryFinding, worse: number, worseAt: number, noWorse: number, noWorseAt: number }> } } };

export type PromoteCanaryMutationVariables = Exact<{
  id: string;
  comment?: string | null | undefined;
}>;


export type PromoteCanaryMutation = { result: { id: string, state: CanaryState, share: number, begunAt: string, endedAt: string | null, reason: string | null, endedBy: { name: string } | null, candidate: { number: number }, baseline: { number: number }, sides: Array<{ side: CanarySideName, conversations: number, conversationsFailed: number, conversationsUnidentified: number, conversationsSlow: number, turns: number, tasksEnded: number, tasksFulfilled: number, responseTimeP50Ms: number | null, responseTimeP95Ms: number | null }>, evidence: { verdict: CanaryVerdict, metrics: Array<{ metric: CanaryMetric, finding: CanaryFinding, worse: number, worseAt: number, noWorse: number, noWorseAt: number }> } } };

export type RollBackCanaryMutationVariables = Exact<{
  id: string;
  reason?: string | null | undefined;
}>;


export type RollBackCanaryMutation = { result: { id: string, state: CanaryState, share: number, begunAt: string, endedAt: string | null, reason: string | null, endedBy: { name: string } | null, candidate: { number: number }, baseline: { number: number }, sides: Array<{ side: CanarySideName, conversations: number, conversationsFailed: number, conversationsUnidentified: number, conversationsSlow: number, turns: number, tasksEnded: number, tasksFulfilled: number, responseTimeP50Ms: number | null, responseTimeP95Ms: number | null }>, evidence: { verdict: CanaryVerdict, metrics: Array<{ metric: CanaryMetric, finding: CanaryFinding, worse: number, worseAt: number, noWorse: number, noWorseAt: number }> } } };

export type CreateAppMutationVariables = Exact<{
  input: CreateAppInput;
}>;


export type CreateAppMutation = { result: { clientSecret: string, app: { clientId: string, name: string, algorithm: JwtAlgorithm } } };

export type RotateAppSecretMutationVariables = Exact<{
  clientId: string;
  overlapSeconds?: number | null | undefined;
}>;


export type RotateAppSecretMutation = { result: { clientSecret: string, previousSecretValidUntil: string | null } };

export type ChannelNamesQueryVariables = Exact<{
  botId: string;
}>;


export type ChannelNamesQuery = { bot: { channels: Array<{ id: string, name: string }> } | null };

export type CreateChannelMutationVariables = Exact<{
  input: CreateWebhookChannelInput;
}>;


export type CreateChannelMutation = { result: { message: string, signingSecret: string | null, approvalRequest: { id: string, kind: ApprovalKind, status: ApprovalStatus, reason: string | null, createdAt: string, bot: { id: string, name: string }, channel: { id: string, name: string } | null, version: { number: number } | null } | null, channel: { id: string, name: string, mode: IntegrationMode, status: ChannelStatus, enabled: boolean, functional: boolean, blockers: Array<ChannelBlocker>, isDefault: boolean, postUrl: string | null, webhookUrl: string | null, webhookUrlV2: string | null, app: { clientId: string, name: string } | null } } };

export type UpdateChannelMutationVariables = Exact<{
  input: UpdateWebhookChannelInput;
}>;


export type UpdateChannelMutation = { result: { message: string, signingSecret: string | null, approvalRequest: { id: string, kind: ApprovalKind, status: ApprovalStatus, reason: string | null, createdAt: string, bot: { id: string, name: string }, channel: { id: string, name: string } | null, version: { number: number } | null } | null, channel: { id: string, name: string, mode: IntegrationMode, status: ChannelStatus, enabled: boolean, functional: boolean, blockers: Array<ChannelBlocker>, isDefault: boolean, postUrl: string | null, webhookUrl: string | null, webhookUrlV2: string | null, app: { clientId: string, name: string } | null } } };

export type VersionCheckFragment = { id: string, status: JobStatus, total: number, conversations: number, turns: number, alike: number, accepted: number, different: number, failing: number, unknown: number, createdAt: string, finishedAt: string | null, error: string | null, tests: { passed: number, failed: number, unknown: number } };

export type StartCheckMutationVariables = Exact<{
  input: StartCheckInput;
}>;


export type StartCheckMutation = { result: { id: string, status: JobStatus, total: number, conversations: number, turns: number, alike: number, accepted: number, different: number, failing: number, unknown: number, createdAt: string, finishedAt: string | null, error: string | null, tests: { passed: number, failed: number, unknown: number } } };

export type CheckByIdQueryVariables = Exact<{
  id: string;
}>;


export type CheckByIdQuery = { result: { id: string, status: JobStatus, total: number, conversations: number, turns: number, alike: number, accepted: number, different: number, failing: number, unknown: number, createdAt: string, finishedAt: string | null, error: string | null, tests: { passed: number, failed: number, unknown: number } } | null };

export type CheckGroupsQueryVariables = Exact<{
  id: string;
}>;


export type CheckGroupsQuery = { versionCheck: { groups: { edges: Array<{ node: { key: string, outcome: CheckOutcome, node: string | null, message: string | null, turns: number, channel: { name: string } | null } }> } } | null };

export type CheckTestsQueryVariables = Exact<{
  id: string;
}>;


export type CheckTestsQuery = { versionCheck: { tests: { results: { edges: Array<{ node: { testId: string, name: string, outcome: TestOutcome, step: number, node: string | null, message: string | null } }> } } } | null };

export type ApplyConfigurationMutationVariables = Exact<{
  input: ApplyConfigurationInput;
}>;


export type ApplyConfigurationMutation = { result: { hash: string, applied: boolean, changes: Array<{ action: ChangeAction, kind: string, name: string, fields: unknown, warnings: Array<string> }> } };

export type ExportConfigurationQueryVariables = Exact<{
  botIds?: Array<string> | string | null | undefined;
}>;


export type ExportConfigurationQuery = { result: Array<unknown> };

export type ChannelFragment = { id: string, name: string, mode: IntegrationMode, status: ChannelStatus, enabled: boolean, functional: boolean, blockers: Array<ChannelBlocker>, isDefault: boolean, postUrl: string | null, webhookUrl: string | null, webhookUrlV2: string | null, app: { clientId: string, name: string } | null };

export type VersionFragment = { id: string, number: number, status: VersionStatus, comment: string | null, createdAt: string, publishedAt: string | null };

export type ApprovalRequestFragment = { id: string, kind: ApprovalKind, status: ApprovalStatus, reason: string | null, createdAt: string, bot: { id: string, name: string }, channel: { id: string, name: string } | null, version: { number: number } | null };

export type ReplayJobFragment = { id: string, status: JobStatus, total: number, totalIsExact: boolean, replayed: number, skipped: number, createdAt: string, finishedAt: string | null, error: string | null };

export type ErasureJobFragment = { id: string, status: JobStatus, conversations: number, turns: number, deliveries: number, attachments: number, createdAt: string, finishedAt: string | null };

export type StartReplayMutationVariables = Exact<{
  filter: DeliveryFilter;
  perSecond?: number | null | undefined;
  dryRun?: boolean | null | undefined;
}>;


export type StartReplayMutation = { result: { id: string, status: JobStatus, total: number, totalIsExact: boolean, replayed: number, skipped: number, createdAt: string, finishedAt: string | null, error: string | null } };

export type ReplayJobByIdQueryVariables = Exact<{
  id: string;
}>;


export type ReplayJobByIdQuery = { result: { id: string, status: JobStatus, total: number, totalIsExact: boolean, replayed: number, skipped: number, createdAt: string, finishedAt: string | null, error: string | null } | null };

export type StartErasureMutationVariables = Exact<{
  user: string;
  botId?: string | null | undefined;
  channelId?: string | null | undefined;
  reason: string;
}>;


export type StartErasureMutation = { result: { id: string, status: JobStatus, conversations: number, turns: number, deliveries: number, attachments: number, createdAt: string, finishedAt: string | null } };

export type ErasureJobByIdQueryVariables = Exact<{
  id: string;
}>;


export type ErasureJobByIdQuery = { result: { id: string, status: JobStatus, conversations: number, turns: number, deliveries: number, attachments: number, createdAt: string, finishedAt: string | null } | null };

export type CancelJobMutationVariables = Exact<{
  id: string;
}>;


export type CancelJobMutation = { result: boolean };

export type UsersQueryVariables = Exact<{ [key: string]: never; }>;


export type UsersQuery = { viewer: { id: string }, users: Array<{ id: string, name: string, email: string | null, role: Role, apiTokens: Array<{ id: string, name: string, createdAt: string, expiresAt: string | null, lastUsedAt: string | null }> }> };

export type CreateApiTokenMutationVariables = Exact<{
  userId: string;
  name: string;
  expiresAt?: string | null | undefined;
  actions?: Array<string> | string | null | undefined;
  botIds?: Array<string> | string | null | undefined;
}>;


export type CreateApiTokenMutation = { result: string };

export type RevokeApiTokenMutationVariables = Exact<{
  id: string;
}>;


export type RevokeApiTokenMutation = { result: boolean };
