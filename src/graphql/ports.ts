import type { Viewer } from '../domain/access.js';
import type { BotsMetrics, BotsMetricsRequest, ChannelMetrics, MetricsRequest } from '../domain/metrics.js';
import type { Page, PageRequest } from '../store/database/page.js';
import type { ChannelHealth, HourOfTraffic } from '../store/tables/attention.js';
import type { BatchCase } from '../store/tables/bot-tests.js';
import type { ChannelRecord } from '../store/tables/channels.js';
import type { TestOutcome } from '../store/tables/checked-tests.js';
import type { CheckGroupRow } from '../store/tables/checked-turns.js';
import type { ConversationFilter } from '../store/tables/conversation-filter.js';
import type { OpenDeliveries } from '../store/tables/delivery-counts.js';
import type { DeliveryFilter } from '../store/tables/delivery-filter.js';
import type { EndpointState } from '../store/tables/endpoints.js';
import type { ExpiringSecret } from '../store/tables/expiring-secrets.js';
import type { JobStatus } from '../store/tables/jobs.js';
import type { TurnStatus } from '../store/tables/turns.js';
import type { AlertFormat, AlertTopic, Content, DeliveryStatus, TestedVersion } from '../vocabulary.js';

/**
 * What the API offers of the data plane and whoever serves it implements. Everything is seen by the viewer's account
 * only; times are milliseconds since the epoch.
 */
export interface Ports {
  deliveries?: DeliveriesPort;
  discards?: DiscardsPort;
  testCallbacks?: TestCallbacksPort;
  checks?: ChecksPort;
  acceptances?: AcceptancesPort;
  replays?: ReplaysPort;
  jobs?: JobsPort;
  erasures?: ErasuresPort;
  userExport?: UserExportPort;
  endpoints?: EndpointsPort;
  attention?: AttentionPort;
  conversations?: ConversationsPort;
  conversationExport?: ConversationExportPort;
  botTests?: BotTestsPort;
  reruns?: RerunsPort;
  reliving?: RelivingPort;
  metrics?: MetricsPort;
  live?: LivePort;
  alerts?: AlertsPort;
}

export type LiveTopic = 'CONFIGURATION' | 'CONVERSATIONS' | 'DELIVERIES';

/** Something whose changes somebody wants to know of. */
export interface Watch {
  topic: LiveTopic;
  channelId?: string | null | undefined;
  user?: string | null | undefined;
}

export interface LivePort {
  /**
   * Gives each watch once, then whenever something of it changed. BAD_USER_INPUT (`watch`) for none or too many; FORBIDDEN for
   * a token that is not good for reading.
   */
  watch(viewer: Viewer, watches: readonly Watch[]): AsyncIterableIterator<Watch>;
}

export interface DeliveriesPort {
  list(viewer: Viewer, request: DeliveryFilter & PageRequest): Promise<Page<DeliveryView>>;
  /** The deliveries of what each of these turns has said, in order. */
  ofTurns(viewer: Viewer, turns: readonly TurnView[]): Promise<Map<string, DeliveryView[]>>;
  /** The attempts of each of these deliveries, oldest first. */
  attemptsOf(viewer: Viewer, deliveryIds: readonly string[]): Promise<Map<string, AttemptView[]>>;
  lastAttemptsOf(viewer: Viewer, deliveryIds: readonly string[]): Promise<AttemptView[]>;
  /** Sends a finished delivery again. NOT_FOUND, CONFLICT. */
  replay(viewer: Viewer, id: string): Promise<DeliveryView>;
  /** A proactive message. NOT_FOUND, CONFLICT when the channel is not ASYNC or does not work. */
  send(viewer: Viewer, message: MessageToSend): Promise<DeliveryView[]>;
}

export interface AttemptView {
  deliveryId: string;
  number: number;
  startedAt: number;
  durationMs: number;
  statusCode: number | null;
  error: string | null;
  responseBody: string | null;
  url: string | null;
  requestHeaders: object | null;
  responseHeaders: object | null;
}

export interface DiscardsPort {
  /** Gives how many were discarded. BAD_USER_INPUT, NOT_FOUND. */
  discard(viewer: Viewer, ids: readonly string[]): Promise<number>;
}

export interface TestCallbacksPort {
  /** NOT_FOUND; CONFLICT for a channel that sends no callbacks now. */
  send(viewer: Viewer, channelId: string): Promise<object>;
}

export interface ReplaysPort {
  /** Sends all finished deliveries that match again; `dryRun` only counts them. BAD_USER_INPUT, NOT_FOUND. */
  start(viewer: Viewer, request: ReplayRequest): Promise<ReplayView>;
  find(viewer: Viewer, id: string): Promise<ReplayView | null>;
}

export interface ReplayRequest {
  filter: DeliveryFilter;
  /** Deliveries a second. */
  perSecond?: number | null | undefined;
  dryRun?: boolean | null | undefined;
}

export interface ReplayView {
  id: string;
  status: JobStatus;
  total: number;
  replayed: number;
  skipped: number;
  createdAt: number;
  finishedAt: number | null;
  error: string | null;
}

export type CheckMode = 'EACH_TURN' | 'WHOLE_CONVERSATION';

export interface ChecksPort {
  /** Runs a version, or the draft, over recorded turns. NOT_FOUND, BAD_USER_INPUT. */
  start(viewer: Viewer, request: CheckRequest): Promise<VersionCheckView>;
  find(viewer: Viewer, id: string): Promise<VersionCheckView | null>;
  byIds(viewer: Viewer, ids: readonly string[]): Promise<VersionCheckView[]>;
  /** Newest first. NOT_FOUND for the bot. */
  list(viewer: Viewer, botId: string, request: PageRequest): Promise<Page<VersionCheckView>>;
  /** Groups of a check that the viewer may see, the largest first. */
  groups(check: VersionCheckView): Promise<CheckGroupRow[]>;
  examples(viewer: Viewer, check: VersionCheckView, group: CheckGroupRow): Promise<CheckedTurnView[]>;
  testResults(viewer: Viewer, check: VersionCheckView): Promise<TestResultView[]>;
}

export interface TestResultView {
  id: string;
  testId: string;
  name: string;
  step: number;
  outcome: TestOutcome;
  node: string | null;
  message: string | null;
  was: unknown;
  is: unknown;
  trace: unknown;
}

/** Differences that somebody wants. */
export interface AcceptancesPort {
  ofBots(botIds: readonly string[]): Promise<Map<string, AcceptedDifferenceView[]>>;
  /** Groups of a check that the viewer may see, with what accepts them. */
  ofGroups<G extends CheckGroupRow>(
    botId: string,
    checkId: string,
    groups: readonly G[],
  ): Promise<(G & { acceptance: AcceptedDifferenceView | null })[]>;
  /** NOT_FOUND, BAD_USER_INPUT, CONFLICT. */
  accept(
    viewer: Viewer,
    request: { checkId: string; group: string; comment?: string | null | undefined },
  ): Promise<AcceptedDifferenceView>;
  /** NOT_FOUND. */
  takeBack(viewer: Viewer, id: string): Promise<void>;
}

export interface AcceptedDifferenceView {
  id: string;
  botId: string;
  channelId: string;
  node: string | null;
  message: string | null;
  comment: string | null;
  acceptedBy: string;
  acceptedAt: number;
  until: number;
}

export interface CheckRequest {
  botId: string;
  versionNumber?: number | null | undefined;
  channelIds?: readonly string[] | null | undefined;
  from?: number | null | undefined;
  to?: number | null | undefined;
  maxTurns?: number | null | undefined;
  mode?: CheckMode | null | undefined;
}

export interface VersionCheckView {
  id: string;
  status: JobStatus;
  botId: string;
  versionId: string | null;
  mode: CheckMode;
  from: number;
  to: number;
  total: number;
  conversations: number;
  turns: number;
  alike: number;
  accepted: number;
  different: number;
  failing: number;
  unknown: number;
  tests: { passed: number; failed: number; unknown: number };
  createdAt: number;
  finishedAt: number | null;
  error: string | null;
}

export interface CheckGroupView extends CheckGroupRow {
  key: string;
  check: VersionCheckView;
}

export interface CheckedTurnView {
  turnId: string;
  was: unknown;
  is: unknown;
  trace: unknown;
}

/** An end user, of the whole account or of a channel or bot. */
export interface EndUserRequest {
  user: string;
  channelId?: string | null | undefined;
  botId?: string | null | undefined;
}

export interface ErasuresPort {
  /** Removes all that is stored of an end user up to now. BAD_USER_INPUT, NOT_FOUND. */
  start(viewer: Viewer, request: EndUserRequest & { reason: string }): Promise<ErasureView>;
  find(viewer: Viewer, id: string): Promise<ErasureView | null>;
}

export interface ErasureView {
  id: string;
  status: JobStatus;
  conversations: number;
  turns: number;
  deliveries: number;
  attachments: number;
  createdAt: number;
  finishedAt: number | null;
}

export interface UserExportPort {
  /** All that is stored of an end user. BAD_USER_INPUT, NOT_FOUND, PAYLOAD_TOO_LARGE. */
  export(viewer: Viewer, request: EndUserRequest): Promise<object>;
}

export interface JobsPort {
  /** Ends a job between two steps. False: it was over. NOT_FOUND. */
  cancel(viewer: Viewer, id: string): Promise<boolean>;
}

export interface EndpointsPort {
  /** The endpoint of each of these channels that sends callbacks. */
  ofChannels(viewer: Viewer, channels: readonly ChannelRecord[]): Promise<Map<string, EndpointView>>;
  /** Those that channels of the viewer's bots send to, the ones in trouble first. */
  list(viewer: Viewer, request: PageRequest): Promise<Page<EndpointOverview>>;
  /** False: it was so already. NOT_FOUND. */
  pause(viewer: Viewer, origin: string): Promise<boolean>;
  resume(viewer: Viewer, origin: string): Promise<boolean>;
  /** The channels, out of these, that have deliveries on their way. */
  openDeliveries(viewer: Viewer, channelIds: readonly string[]): Promise<OpenDeliveries[]>;
  /** The channels, out of these, that have dead letters. */
  deadDeliveries(viewer: Viewer, channelIds: readonly string[]): Promise<{ channelId: string; count: number }[]>;
  /** Tries the endpoint of a channel at once. NOT_FOUND; CONFLICT for a channel without callbacks. */
  tryNow(viewer: Viewer, channelId: string): Promise<ChannelRecord>;
}

/** What waits for somebody in the bots that the viewer may read: counts, and the first lines of each list. */
export interface AttentionPort {
  healthCounts(viewer: Viewer): Promise<Map<ChannelHealth, number>>;
  /** Ids of channels. */
  failingChannels(viewer: Viewer): Promise<string[]>;
  hinderedChannels(viewer: Viewer): Promise<string[]>;
  deadLetters(viewer: Viewer): Promise<{ total: number; channels: { channelId: string; count: number }[] }>;
  unfilledVariables(viewer: Viewer): Promise<{ total: number; botIds: string[] }>;
  failingBots(viewer: Viewer): Promise<{ botId: string; failed: number }[]>;
  traffic(viewer: Viewer): Promise<HourOfTraffic[]>;
  ending(viewer: Viewer): Promise<Ending[]>;
}

/** Something that ends soon. */
export interface Ending {
  kind: ExpiringSecret['kind'] | 'CERTIFICATE';
  name: string | null;
  channelId: string | null;
  endsAt: number;
}

export interface EndpointOverview extends Omit<EndpointView, 'channelId'> {
  channels: number;
  pending: number;
  callsAtOnce: number | null;
  callsUnderWay: number;
}

export interface EndpointView {
  channelId: string;
  origin: string;
  state: EndpointState;
  since: number | null;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  lastError: string | null;
  blockedUntil: number | null;
  pausedAt: number | null;
  pausedBy: string | null;
}

export interface MessageToSend {
  channelId: string;
  to: string;
  contents: readonly Content[];
  /** The same key and message again give the first deliveries. */
  idempotencyKey?: string | null | undefined;
}

export interface DeliveryView {
  id: string;
  channelId: string;
  conversationId: string;
  turnId: string | null;
  traceId: string;
  sequence: number;
  status: DeliveryStatus;
  payload: unknown;
  nextAttemptAt: number | null;
  createdAt: number;
  finishedAt: number | null;
}

export interface ConversationsPort {
  list(viewer: Viewer, request: ConversationRequest): Promise<Page<ConversationView>>;
  /** Those with these ids that the viewer may read. */
  byIds(viewer: Viewer, ids: readonly string[]): Promise<ConversationView[]>;
  /** The newest turn of a trace, or the one with this id; null when the viewer may read none. */
  turn(viewer: Viewer, asked: { traceId: string; id?: string | null | undefined }): Promise<TurnView | null>;
  /** Those with these ids that the viewer may read. */
  turnsByIds(viewer: Viewer, ids: readonly string[]): Promise<TurnView[]>;
  /** Those of these conversations, which the viewer has read, in which a turn has failed. */
  failedOf(viewer: Viewer, conversationIds: readonly string[]): Promise<string[]>;
  /** One page of turns of each of these conversations, newest first. */
  turnsOf(
    viewer: Viewer,
    conversationIds: readonly string[],
    request: PageRequest,
  ): Promise<Map<string, Page<TurnView>>>;
}

export interface BotTestsPort {
  ofBots(viewer: Viewer, botIds: readonly string[], request: PageRequest): Promise<Map<string, Page<BotTestView>>>;
  /** NOT_FOUND, BAD_USER_INPUT, CONFLICT. */
  save(
    viewer: Viewer,
    test: { conversationId: string; name: string; turnId?: string | null | undefined },
  ): Promise<BotTestView>;
  /** NOT_FOUND, BAD_USER_INPUT, CONFLICT. */
  import(viewer: Viewer, suite: { botId: string; name: string; content: string }): Promise<BotTestView>;
  /** NOT_FOUND. */
  remove(viewer: Viewer, id: string): Promise<void>;
}

export interface BotTestView {
  id: string;
  botId: string;
  channelId: string;
  name: string;
  steps: object[];
  /** The utterances of a batch test that the viewer may read. */
  batch: BatchCase[] | null;
  ofUser: boolean;
  createdBy: string;
  createdAt: number;
}

export interface RerunsPort {
  /** Runs a stored turn again. NOT_FOUND, CONFLICT. */
  run(
    viewer: Viewer,
    request: { turnId: string; version: TestedVersion; callServices?: boolean | null | undefined },
  ): Promise<RerunView>;
}

export interface RelivingPort {
  /** Runs a recorded turn again step by step. NOT_FOUND, CONFLICT. */
  relive(viewer: Viewer, turnId: string): Promise<RelivedView>;
}

export interface RelivedView {
  versionId: string | null;
  masked: boolean;
  served: RelivedStepView[];
  draft: RelivedStepView[];
}

export interface RelivedStepView {
  node: string;
  type: string;
  notes: unknown;
  answers: unknown;
  changes: { name: string; before: string | null; after: string | null }[];
  said: unknown;
  differs: boolean;
  other: number | null;
}

export interface RerunView {
  session: 'AS_IT_WAS' | 'NEW' | 'CURRENT' | 'EMPTY';
  replies: unknown;
  error: string | null;
  trace: unknown;
  callsHeldBack: number;
}

export interface ConversationExportPort {
  /** All that the log of a conversation holds. NOT_FOUND, PAYLOAD_TOO_LARGE. */
  export(viewer: Viewer, id: string): Promise<object>;
}

export type ConversationRequest = Omit<ConversationFilter, 'botIds'> &
  PageRequest & { userContains?: string | null | undefined; text?: string | null | undefined };

export interface ConversationView {
  id: string;
  channelId: string;
  user: string;
  startedAt: number;
  lastMessageAt: number;
  test: boolean;
}

export interface TurnView {
  id: string;
  conversationId: string;
  channelId: string;
  status: TurnStatus;
  answeredBy: string | null;
  finishedAt: number | null;
  at: number;
  traceId: string;
  input: unknown;
  replies: unknown;
  durationMs: number | null;
  error: string | null;
  trace: unknown;
}

export interface MetricsPort {
  /** Totals and series of each of these channels, in their order. */
  ofChannels(viewer: Viewer, request: MetricsRequest): Promise<ChannelMetrics[]>;
  /** Sums over all channels of some bots. */
  ofBots(viewer: Viewer, request: BotsMetricsRequest): Promise<BotsMetrics>;
}

/** Who is told of what; for ADMINs. */
export interface AlertsPort {
  list(viewer: Viewer): Promise<AlertSubscriptionView[]>;
  /** BAD_USER_INPUT, CONFLICT. The signing secret is shown this once. */
  create(
    viewer: Viewer,
    input: AlertSubscriptionInput,
  ): Promise<{ subscription: AlertSubscriptionView; signingSecret: string | null }>;
  /** NOT_FOUND, BAD_USER_INPUT. */
  update(viewer: Viewer, id: string, input: AlertSubscriptionInput): Promise<AlertSubscriptionView>;
  /** NOT_FOUND. */
  remove(viewer: Viewer, id: string): Promise<void>;
  /** Sends a test and waits up to 10 s for what comes of it. NOT_FOUND, CONFLICT. */
  test(viewer: Viewer, id: string): Promise<AlertSubscriptionView>;
}

export interface AlertSubscriptionInput {
  name: string;
  topics: readonly AlertTopic[];
  format: AlertFormat;
  target: string;
  enabled?: boolean | null;
}

export interface AlertSubscriptionView {
  id: string;
  name: string;
  topics: readonly AlertTopic[];
  format: AlertFormat;
  target: string;
  enabled: boolean;
  lastSentAt: number | null;
  lastError: string | null;
}
