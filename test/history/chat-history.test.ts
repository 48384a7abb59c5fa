import { expect, it } from 'vitest';
import { createChatHistory } from '../../src/history/chat-history.js';
import { conversationId } from '../../src/store/tables/conversations.js';
import { eachDatabase } from '../support/databases.js';

const USER = { channelId: 'ch', userId: 'ann' };
const TURNS = 1_200;

const turnOf = (at: number, message: object, replies: object[] | null) => ({
  id: `tn-${String(at).padStart(5, '0')}`,
  conversation_id: conversationId(USER.channelId, USER.userId, ''),
  channel_id: USER.channelId,
  seq: at,
  trace_id: 't',
  status: 'DONE',
  input: JSON.stringify({ message }),
  replies: replies && JSON.stringify(replies.map((reply, index) => ({ id: `ms-${at}-${index}`, at, ...reply }))),
  created_at: at - (at % 2), // two a millisecond
  finished_at: at,
});

eachDatabase('the history of a long chat', (database) => {
  it('reads the turns that are shown and counts the others, whatever they hold', async () => {
    const { write, read } = database();
    const expected: string[] = [];
    const rows = Array.from({ length: TURNS }, (_, at) => {
      const odd = `${at} \\u0000 \0 \ud83d "type":"event"`;
      if (at % 5 === 0)
        return turnOf(at, { type: 'event', event: {} }, [{ type: 'event' }, { type: 'text', text: odd }]);
      if (at % 7 === 0) return turnOf(at, { type: 'text', text: odd }, null);
      return turnOf(at, { type: 'text', text: odd }, [{ type: 'text', text: odd }]);
    });
    for (const { id, input, replies } of rows) {
      if (JSON.parse(input).message.type === 'text') expected.push(id);
      for (const reply of JSON.parse(replies ?? '[]')) if (reply.type === 'text') expected.push(reply.id);
    }
    await write.batchInsert('turns', rows, 100);

    let texts = 0;
    const count = (answer: unknown) => {
      for (const row of Array.isArray(answer) ? answer : ((answer as { rows?: unknown[] }).rows ?? []))
        if ('input' in Object(row) || 'cells' in Object(row)) texts += 1; // SQLite's rows come as one cell
    };
    read.on('query-response', count);
    const history = createChatHistory({ database: database() });
    const newestFirst = expected.toReversed();
    for (const [offset, limit] of [
      [0, 20],
      [1, 3],
      [1500, 40],
      [expected.length - 10, 10],
      [expected.length - 10, 9],
      [5000, 10],
    ] as const) {
      texts = 0;
      const { messages, more } = await history.messages(USER, { offset, limit });
      expect(messages.map(({ id }) => id)).toEqual(newestFirst.slice(offset, offset + limit).reverse());
      expect(more).toBe(expected.length > offset + limit);
      expect(texts).toBeLessThanOrEqual(limit);
      expect(texts > 0).toBe(messages.length > 0);
    }
    read.off('query-response', count);
  });
});
