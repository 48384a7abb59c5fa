import type { AboutPort } from './ports/about.js';
import type { AlertsPort } from './ports/alerts.js';
import type { AttentionPort } from './ports/attention.js';
import type { BotTestsPort } from './ports/bot-tests.js';
import type { AcceptancesPort, ChecksPort } from './ports/checks.js';
import type { ConversationExportPort, ConversationsPort } from './ports/conversations.js';
import type { DeliveriesPort, DiscardsPort, ReplaysPort, TestCallbacksPort } from './ports/deliveries.js';
import type { ErasuresPort, UserExportPort } from './ports/end-users.js';
import type { EndpointsPort } from './ports/endpoints.js';
import type { JobsPort } from './ports/jobs.js';
import type { LivePort } from './ports/live.js';
import type { MetricsPort } from './ports/metrics.js';
import type { RelivingPort, RerunsPort } from './ports/reruns.js';

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
  about?: AboutPort;
}
