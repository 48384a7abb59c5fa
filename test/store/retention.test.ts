import { expect, it } from 'vitest';
import { sweep } from '../../src/store/tables/retention.js';
import { DAY } from '../../src/time.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('the sweep', (database) => {
  it('removes what is past its time and keeps what is open, however old', async () => {
    const { write: db } = database();
    const now = 400 * DAY;
    const old = now - 40 * DAY;
    const conversation = (id: string, at: number) => ({
      id,
      account_id: 'ac',
      channel_id: 'ch',
      user_id: id,
      started_at: at,
      last_message_at: at,
    });
    const turn = (id: string, conversationId: string, status: string, at: number) => ({
      id,
      conversation_id: conversationId,
      channel_id: 'ch',
      seq: 1,
      trace_id: 't',
      status,
      input: '{}',
      created_at: at,
    });
    const delivery = (id: string, status: string, at: number) => ({
      id,
      account_id: 'ac',
      channel_id: 'ch',
      conversation_id: 'busy',
      seq: 1,
      status,
      trace_id: 't',
      payload: '{}',
      created_at: at,
    });
    await db('conversations').insert([conversation('gone', old), conversation('busy', now)]);
    await db('sessions').insert([
      { conversation_id: 'gone', id: 's', state: '{}', started_at: old, last_message_at: old },
    ]);
    await db('lanes').insert([
      { id: 'gone:in', direction: 'IN', conversation_id: 'gone', channel_id: 'ch', next_seq: 2, pending: 0, due: null },
      { id: 'busy:in', direction: 'IN', conversation_id: 'busy', channel_id: 'ch', next_seq: 2, pending: 1, due: now },
    ]);
    await db('turns').insert([
      turn('t1', 'gone', 'DONE', old),
      turn('t2', 'busy', 'QUEUED', old),
      turn('t3', 'busy', 'DONE', old),
      turn('t4', 'busy', 'DONE', now),
    ]);
    await db('deliveries').insert([
      delivery('d1', 'DELIVERED', old),
      delivery('d2', 'PENDING', old),
      delivery('d3', 'DEAD', now),
    ]);
    await db('delivery_attempts').insert([{ delivery_id: 'd1', number: 1, started_at: old, duration_ms: 1 }]);
    await db('channel_metrics').insert([
      { channel_id: 'ch', interval: 'MINUTE', start: old },
      { channel_id: 'ch', interval: 'HOUR', start: old },
      { channel_id: 'ch', interval: 'DAY', start: DAY },
    ]);
    const horizon = {
      logs: [{ accountId: 'ac', before: now - 30 * DAY }],
      idempotencyKeys: 0,
      polls: 0,
      changes: 0,
      now,
    };
    await sweep(db, horizon);
    const left = (table: string, column = 'id') => db(table).orderBy(column).pluck(column);
    expect(await left('conversations')).toEqual(['busy']);
    expect(await left('sessions')).toEqual([]);
    expect(await left('lanes')).toEqual(['busy:in']);
    expect(await left('turns')).toEqual(['t2', 't4']);
    expect(await left('deliveries')).toEqual(['d2', 'd3']);
    expect(await left('delivery_attempts', 'delivery_id')).toEqual([]);
    expect(await left('channel_metrics', 'interval')).toEqual(['DAY', 'HOUR']);
    expect(await sweep(db, horizon)).toBe(0);
  });
});
