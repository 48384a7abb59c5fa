import type { Viewer } from '../domain/access.js';
import type { Database } from '../store/database/database.js';
import type { Page, PageRequest } from '../store/database/page.js';
import { type ConversationFilter, listConversations } from '../store/tables/conversations.js';
import { type TurnRow, turnsOfConversations } from '../store/tables/turns.js';

/** The conversation's messages, for the bot's operators, within the viewer's account. */
export function createConversationLog({ database }: { database: Pick<Database, 'read'> }) {
  return {
    async list(viewer: Viewer, request: ConversationFilter & PageRequest) {
      const page = await listConversations(database.read, viewer.accountId, request);
      return mapPage(page, ({ userId: user, ...conversation }) => ({ ...conversation, user }));
    },

    async turnsOf(_viewer: Viewer, conversationIds: readonly string[], request: PageRequest) {
      const pages = await turnsOfConversations(database.read, conversationIds, request);
      return new Map([...pages].map(([id, page]) => [id, mapPage(page, toView)]));
    },
  };
}

function toView(turn: TurnRow) {
  return {
    id: turn.id,
    at: turn.createdAt,
    traceId: turn.traceId,
    input: parse(turn.input),
    replies: parse(turn.replies) ?? [],
    durationMs: turn.finishedAt === null ? null : turn.finishedAt - turn.createdAt,
    error: turn.error,
    trace: parse(turn.trace),
  };
}

const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

function mapPage<A, B>(page: Page<A>, map: (node: A) => B): Page<B> {
  return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: map(node) })) };
}
