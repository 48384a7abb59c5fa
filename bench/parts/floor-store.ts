import { migrationSource } from '../../migrations/index.js';
import { rowId } from '../../src/ids.js';
import { type CommitThread, startCommitThread } from '../../src/store/commit/commit-thread.js';
import type { Unit } from '../../src/store/commit/unit.js';
import { openDatabase } from '../../src/store/database/database.js';
import { migrate } from '../../src/store/database/migrate.js';
import type { NewDelivery } from '../../src/store/tables/deliveries.js';
import { MINUTE } from '../../src/time.js';
import type { FloorMessage } from './floor-hook.js';

/** The server's own commit thread on a SQLite file of its own. */
export async function openFloorStore(databaseFile: string): Promise<CommitThread> {
  const database = openDatabase({ url: databaseFile });
  await migrate(database.write, migrationSource);
  const times = () => {
    const now = Date.now();
    return { now, leaseEnd: now + MINUTE, keysForgottenBefore: 0 };
  };
  const onFatal = (error: Error) => {
    throw error;
  };
  const setup = { databaseFile, owner: 'floor', directions: ['IN', 'OUT'] as const };
  return startCommitThread({ write: database.write, times, onFatal }, setup);
}

const channelId = 'ivrInst-00000000-0000-0000-0000-000000000000';
const traceId = 'RTM-TRACE-00000000-0000-0000-0000-000000000000';
const sessionId = 'se-00000000000000000000000000000000';

/** What a turn stores, of texts as long as the server's with its own bot. */
export function floorRows(message: FloorMessage) {
  const at = Date.now();
  const conversationId = `cv-${message.from.id.padEnd(32, '0')}`;
  const id = rowId('tn');
  const { text } = message.message;
  const said = { type: 'text', text: `${text}|1|0`, at };
  const outcome = {
    status: 'DONE' as const,
    replies: JSON.stringify([said]),
    outcome: JSON.stringify({ sessionId }),
    resume: null,
    error: null,
    trace: JSON.stringify([{ kind: 'begun', at: 1 }, { rest: 'x'.repeat(100) }]),
    finishedAt: at,
  };
  const queued = { replies: null, outcome: null, resume: null, error: null, trace: null, finishedAt: null };
  const input = JSON.stringify({ message: { type: 'text', text }, user: message.from, rest: 'x'.repeat(120) });
  const turn = { id, conversationId, channelId, traceId, input, createdAt: at };
  const state = JSON.stringify({ context: { said, rest: 'x'.repeat(280) } });
  return {
    conversation: { id: conversationId, accountId: 'ac-1', channelId, userId: message.from.id, groupId: '', at },
    queued: { status: 'QUEUED' as const, ...queued, ...turn },
    done: Object.assign({}, turn, outcome),
    progress: { id, ...outcome },
    session: { conversationId, id: sessionId, state, startedAt: at, lastMessageAt: at },
    counts: { channelId, messagesIn: 1, messagesOut: 1, responseTimeMs: 1 },
    delivery: {
      id: rowId('ms'),
      accountId: 'ac-1',
      channelId,
      conversationId,
      turnId: id,
      traceId,
      payload: JSON.stringify({
        text: said.text,
        to: message.from.id,
        from: 'st-1',
        messageId: id,
        rest: 'x'.repeat(120),
      }),
      createdAt: at,
    } satisfies NewDelivery,
  } satisfies Partial<Unit> & Record<string, unknown>;
}
