import type { UserMessage } from '../bots/engine.js';
import type { Database } from '../store/database/database.js';
import { conversationId } from '../store/tables/conversations.js';
import { type TurnRow, turnsOfConversation } from '../store/tables/turns.js';
import type { TurnInput } from '../wire/message.js';
import { storedReplies } from '../wire/outcome.js';

/** One message that was said, by the user or the bot. */
export interface ChatMessage {
  id: string;
  traceId: string;
  saidBy: 'USER' | 'BOT';
  /** A template is its JSON text. */
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** What was said, for the user who was there. */
export interface ChatHistory {
  /** The latest `limit` messages before the latest `offset`, oldest first; `more` when there are older ones. */
  messages(
    of: { channelId: string; userId: string },
    page: { offset: number; limit: number },
  ): Promise<{ messages: ChatMessage[]; more: boolean }>;
}

const TURNS_AT_ONCE = 50;

export function createChatHistory({ database }: { database: Pick<Database, 'read'> }): ChatHistory {
  return {
    async messages({ channelId, userId }, { offset, limit }) {
      const id = conversationId(channelId, userId, '');
      const newestFirst: ChatMessage[] = [];
      for (let after: string | undefined; newestFirst.length <= offset + limit; ) {
        const page = await turnsOfConversation(database.read, id, { first: TURNS_AT_ONCE, after });
        for (const { node } of page.edges) newestFirst.push(...messagesOf(node).reverse());
        after = page.edges.at(-1)?.cursor;
        if (!page.hasNextPage) break;
      }
      const messages = newestFirst.slice(offset, offset + limit).reverse();
      return { messages, more: newestFirst.length > offset + limit };
    },
  };
}

/** Events and forms are no messages. */
function messagesOf(turn: TurnRow): ChatMessage[] {
  const { message } = JSON.parse(turn.input) as TurnInput; // the receiver wrote it
  const { traceId } = turn;
  const said: ChatMessage[] = [];
  const text = textOf(message);
  if (text !== null) said.push({ id: turn.id, traceId, saidBy: 'USER', text, at: turn.createdAt });
  for (const reply of storedReplies(turn)) {
    if (reply.type === 'event') continue;
    const replied = reply.type === 'text' ? reply.text : (reply.printed ?? JSON.stringify(reply.template));
    said.push({ id: reply.id, traceId, saidBy: 'BOT', text: replied, at: reply.at });
  }
  return said;
}

function textOf(message: UserMessage): string | null {
  if (message.type === 'text') return message.text;
  return message.type === 'template' ? JSON.stringify(message.template) : null;
}
