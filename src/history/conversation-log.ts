import { readableBots, type Viewer } from '../domain/access.js';
import { contentReadable } from '../domain/content.js';
import type { Database } from '../store/database/database.js';
import type { Page, PageRequest } from '../store/database/page.js';
import { type ConversationFilter, listConversations } from '../store/tables/conversations.js';
import { type TurnRow, turnsOfConversations } from '../store/tables/turns.js';

/** The conversation's messages, for the bot's operators, within the viewer's account. */
export function createConversationLog({ database }: { database: Pick<Database, 'read'> }) {
  return {
    async list(viewer: Viewer, request: ConversationFilter & PageRequest) {
      const botIds = readableBots(viewer);
      const page = await listConversations(database.read, viewer.accountId, { ...request, botIds });
      return mapPage(page, ({ userId: user, ...conversation }) => ({ ...conversation, user }));
    },

    async turnsOf(viewer: Viewer, conversationIds: readonly string[], request: PageRequest) {
      readableBots(viewer);
      const pages = await turnsOfConversations(database.read, conversationIds, request);
      const turns = [...pages.values()].flatMap(({ edges }) => edges.map(({ node }) => node));
      const readable = await contentReadable(
        database.read,
        viewer,
        turns.map(({ channelId }) => channelId),
      );
      const show = (turn: TurnRow) => (readable(turn.channelId) ? toView(turn) : withoutContent(turn));
      return new Map([...pages].map(([id, page]) => [id, mapPage(page, show)]));
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

/** That it happened and how long it took, for those who may not read what was said; an error may quote it. */
function withoutContent(turn: TurnRow): ReturnType<typeof toView> {
  const { error, ...seen } = toView(turn);
  const replies = Array.isArray(seen.replies) ? seen.replies.map(() => HIDDEN) : [];
  return { ...seen, input: HIDDEN, replies, error: error === null ? null : 'It failed.', trace: null };
}

const HIDDEN = { hidden: true };

const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

function mapPage<A, B>(page: Page<A>, map: (node: A) => B): Page<B> {
  return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: map(node) })) };
}
