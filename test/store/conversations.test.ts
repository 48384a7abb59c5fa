import { expect, it } from 'vitest';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import type { Unit } from '../../src/store/commit/unit.js';
import { listConversations } from '../../src/store/tables/conversations.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { eachDatabase } from '../support/databases.js';

const NOW = 1_700_000_000_000;

function messageOf(accountId: string, userId: string, at: number, turnId = `tn-${accountId}-${userId}-${at}`): Unit {
  const id = `cv-${accountId}-${userId}`;
  return {
    conversation: { id, accountId, channelId: 'ch', userId, groupId: '', at },
    turn: {
      id: turnId,
      conversationId: id,
      channelId: 'ch',
      traceId: 't',
      status: 'DONE',
      input: '{}',
      replies: '[]',
      outcome: null,
      resume: null,
      error: null,
      trace: null,
      createdAt: at,
      finishedAt: at,
    },
  };
}

eachDatabase('the list of conversations', (database) => {
  function open() {
    const { write, dialect } = database();
    const batch = batchWriter(write, dialect, laneStore(dialect, 'p1'));
    return (...units: Unit[]) => batch(units, { now: NOW, leaseEnd: NOW + 60_000, keysForgottenBefore: 0 });
  }
  const listed = async (
    accountId: string,
    request: { from?: number; to?: number; first?: number; after?: string } = {},
  ) => {
    const { edges } = await listConversations(database().read, accountId, request);
    return edges.map(({ node }) => [node.userId, node.lastMessageAt - NOW]);
  };

  it('tells when the last message came, also while its place in the list is that of one shortly before', async () => {
    const write = open();
    await write(messageOf('order', 'ann', NOW));
    await write(messageOf('order', 'bob', NOW + 2_000));
    await write(messageOf('order', 'ann', NOW + 3_000));
    expect(await listed('order')).toEqual([
      ['bob', 2_000],
      ['ann', 3_000],
    ]);
    await write(messageOf('order', 'ann', NOW + 10_000));
    expect(await listed('order')).toEqual([
      ['ann', 10_000],
      ['bob', 2_000],
    ]);
    const [first] = (await listConversations(database().read, 'order', { first: 1 })).edges;
    expect(await listed('order', { first: 1, after: first?.cursor ?? '' })).toEqual([['bob', 2_000]]);
  });

  it('finds by the time of the last message itself', async () => {
    const write = open();
    await write(messageOf('times', 'ann', NOW));
    await write(messageOf('times', 'ann', NOW + 9_000));
    expect(await listed('times', { from: NOW + 9_000 })).toEqual([['ann', 9_000]]);
    expect(await listed('times', { from: NOW + 9_001 })).toEqual([]);
    expect(await listed('times', { to: NOW + 9_000 })).toEqual([]);
    expect(await listed('times', { to: NOW + 9_001 })).toEqual([['ann', 9_000]]);
  });

  it('has every conversation whose message was stored, also where a batch before it failed', async () => {
    const write = open();
    await write(messageOf('failure', 'ann', NOW, 'tn-1'));
    await expect(write(messageOf('failure', 'bob', NOW, 'tn-1'))).rejects.toThrow();
    await write(messageOf('failure', 'bob', NOW + 1_000));
    expect(await listed('failure')).toEqual([
      ['bob', 1_000],
      ['ann', 0],
    ]);
  });
});
