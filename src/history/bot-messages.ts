import { assertMay, type Viewer } from '../domain/access.js';
import type { Database } from '../store/database/database.js';
import { findBots } from '../store/tables/bots.js';
import { findChannels } from '../store/tables/channels.js';
import { type ConversationRecord, conversationsByIds, listConversations } from '../store/tables/conversations.js';
import { type TurnRow, turnsBehind } from '../store/tables/turns.js';
import { type ChatMessage, messagesOf } from './chat-history.js';

interface Filter {
  /** Null: all of the account. */
  botId: string | null;
  /** Conversations by id; null: whichever. */
  ids: readonly string[] | null;
  userId?: string | null;
  from?: number;
  to?: number;
  offset: number;
  limit: number;
}

export interface Found<T> {
  /** How many there are; of messages, how many were looked at while there are more. */
  total: number;
  more: boolean;
  found: T[];
}

export interface BotMessage extends ChatMessage {
  botId: string;
  channelId: string;
  conversationId: string;
  userId: string;
}

export interface BotConversation extends ConversationRecord {
  botId: string;
  sessionTimeoutMinutes: number;
}

/** What was said to bots, for programs that may read it all, by place in the list. */
export type BotMessages = ReturnType<typeof createBotMessages>;

const CONVERSATIONS_AT_ONCE = 100;
const TURNS_AT_ONCE = 500;

export function createBotMessages({ database }: { database: Pick<Database, 'read'> }) {
  const db = database.read;

  const botsOfChannels = async (accountId: string, ids: readonly string[]): Promise<Map<string, string>> =>
    new Map((await findChannels(db, accountId, [...new Set(ids)])).map(({ id, botId }) => [id, botId]));

  async function withBots(accountId: string, rows: readonly ConversationRecord[]): Promise<BotConversation[]> {
    const botOf = await botsOfChannels(
      accountId,
      rows.map(({ channelId }) => channelId),
    );
    const bots = await findBots(db, accountId, [...new Set(botOf.values())]);
    const minutes = new Map(bots.map(({ id, sessionTimeoutMinutes }) => [id, sessionTimeoutMinutes]));
    return rows.map((row) => {
      const botId = botOf.get(row.channelId) ?? '';
      return { ...row, botId, sessionTimeoutMinutes: minutes.get(botId) ?? 0 };
    });
  }

  async function ofTurns(accountId: string, turns: readonly TurnRow[]): Promise<BotMessage[]> {
    const botOf = await botsOfChannels(
      accountId,
      turns.map(({ channelId }) => channelId),
    );
    const rows = await conversationsByIds(db, [...new Set(turns.map(({ conversationId }) => conversationId))]);
    const userOf = new Map(rows.map(({ id, userId }) => [id, userId]));
    return turns.flatMap((turn) => {
      const { channelId, conversationId } = turn;
      const of = {
        channelId,
        conversationId,
        botId: botOf.get(channelId) ?? '',
        userId: userOf.get(conversationId) ?? '',
      };
      return messagesOf(turn)
        .reverse()
        .map((message) => ({ ...message, ...of }));
    });
  }

  return {
    /** The last active first. FORBIDDEN. */
    async conversations(viewer: Viewer, filter: Filter): Promise<Found<BotConversation>> {
      assertMay(viewer, 'read');
      const { botId, ids, userId, from, to, offset, limit } = filter;
      const rows: ConversationRecord[] = [];
      let after: string | undefined;
      for (let passed = 0; ; ) {
        const page = await listConversations(db, viewer.accountId, {
          ...{ ids, user: userId, from, to, after, first: CONVERSATIONS_AT_ONCE },
          botIds: botId === null ? null : [botId],
        });
        const nodes = page.edges.map(({ node }) => node);
        rows.push(...nodes.slice(Math.max(0, offset - passed)).slice(0, limit + 1 - rows.length));
        passed += nodes.length;
        after = page.endCursor ?? page.edges.at(-1)?.cursor;
        if (rows.length <= limit && page.hasNextPage) continue;
        const found = await withBots(viewer.accountId, rows.slice(0, limit));
        return { total: await page.count(), more: rows.length > limit, found };
      }
    },

    /** The newest first. FORBIDDEN. */
    async messages(viewer: Viewer, filter: Filter): Promise<Found<BotMessage>> {
      assertMay(viewer, 'conversation.read-content');
      const { botId, ids, userId = null, from, to, offset, limit } = filter;
      const { accountId } = viewer;
      const bounds = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const found: BotMessage[] = [];
      let passed = 0;
      let before: TurnRow | null = null;
      for (;;) {
        const turns: TurnRow[] = await turnsBehind(
          db,
          { accountId, botId, conversationIds: ids, userId, ...bounds },
          { before, limit: TURNS_AT_ONCE },
        );
        const said = await ofTurns(accountId, turns);
        found.push(...said.slice(Math.max(0, offset - passed)).slice(0, limit + 1 - found.length));
        passed += said.length;
        before = turns.at(-1) ?? null;
        if (found.length > limit || turns.length < TURNS_AT_ONCE)
          return { total: passed, more: found.length > limit, found: found.slice(0, limit) };
      }
    },
  };
}
