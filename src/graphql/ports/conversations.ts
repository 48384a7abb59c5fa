import type { Viewer } from '../../domain/access.js';
import type { Page, PageRequest } from '../../store/database/page.js';
import type { ConversationFilter } from '../../store/tables/conversation-filter.js';
import type { TurnStatus } from '../../store/tables/turns.js';

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
  /** When users last wrote on each of these channels, which the viewer has read, give or take ten seconds. */
  lastMessagesOf(viewer: Viewer, channelIds: readonly string[]): Promise<{ channelId: string; at: number }[]>;
  /** One page of turns of each of these conversations, newest first. */
  turnsOf(
    viewer: Viewer,
    conversationIds: readonly string[],
    request: PageRequest,
  ): Promise<Map<string, Page<TurnView>>>;
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
