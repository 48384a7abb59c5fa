import type { Viewer } from '../../domain/access.js';
import type { Page, PageRequest } from '../../store/database/page.js';
import type { DeliveryFilter } from '../../store/tables/delivery-filter.js';
import type { JobStatus } from '../../store/tables/jobs.js';
import type { Content, DeliveryStatus } from '../../vocabulary.js';
import type { TurnView } from './conversations.js';

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
