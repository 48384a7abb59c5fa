import type { UserMessage } from '../bots/engine.js';
import type { Database } from '../store/database/database.js';
import { conversationId } from '../store/tables/conversations.js';
import { countSaid, type SaidInTurn, type TurnRow, turnsByIds } from '../store/tables/turns.js';
import { storedReplies } from '../wire/outcome.js';
import { readInput } from '../wire/stored-input.js';

/** One message of the user or the bot. */
export interface ChatMessage {
  id: string;
  traceId: string;
  saidBy: 'USER' | 'BOT';
  /** The text; for a template, its JSON. */
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** The conversation's messages, for its own user. */
export interface ChatHistory {
  /** The latest `limit` messages before the latest `offset`, oldest first; `more` when there are older ones. */
  messages(
    of: { channelId: string; userId: string },
    page: { offset: number; limit: number },
  ): Promise<{ messages: ChatMessage[]; more: boolean }>;
}

/** Turns whose messages are counted in one statement; further turns take further statements. */
const COUNTED_AT_ONCE = 500;

export function createChatHistory({ database }: { database: Pick<Database, 'read' | 'dialect'> }): ChatHistory {
  /** Reads the turns of a range of messages, newest first; newer turns are only counted. */
  async function find(conversation: string, from: number, to: number) {
    const ids: string[] = [];
    let newer = 0; // messages of turns newer than those found
    let passed = 0;
    let before: SaidInTurn | null = null;
    for (;;) {
      const turns = await countSaid(database.read, database.dialect, conversation, { before, limit: COUNTED_AT_ONCE });
      for (const turn of turns) {
        const isBefore = passed < to;
        passed += turn.messages;
        if (passed <= from) newer = passed;
        else if (isBefore && turn.messages > 0) ids.push(turn.id);
        if (passed > to) return { ids, newer, more: true };
        before = turn;
      }
      if (turns.length < COUNTED_AT_ONCE) return { ids, newer, more: false };
    }
  }

  return {
    async messages({ channelId, userId }, { offset, limit }) {
      const { ids, newer, more } = await find(conversationId(channelId, userId, ''), offset, offset + limit);
      const turns = new Map((await turnsByIds(database.read, ids)).map((turn) => [turn.id, turn]));
      const newestFirst = ids.flatMap((id) => {
        const turn = turns.get(id);
        return turn ? messagesOf(turn).reverse() : []; // deleted meanwhile
      });
      return { messages: newestFirst.slice(offset - newer, offset - newer + limit).reverse(), more };
    },
  };
}

/** What was said in a turn, oldest first. Events and forms are no messages. */
export function messagesOf(turn: TurnRow): ChatMessage[] {
  const { message } = readInput(turn.input);
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
