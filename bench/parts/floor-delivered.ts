import { Pool } from 'undici';
import type { Appended } from '../../src/store/tables/lane-writes.js';
import { floorHook } from './floor-hook.js';
import { floorRows, openFloorStore } from './floor-store.js';
import { IN_FLIGHT, LIMIT_MS, signedPost } from './signed-post.js';

/** F5: F4 for an asynchronous message: it is stored and accepted, then its turn and its callback, which F3's client posts. */
const [secret = '', databaseFile = '', sinkUrl = ''] = process.argv.slice(2);
const queue = await openFloorStore(databaseFile);
const pool = new Pool(sinkUrl, { connections: IN_FLIGHT, headersTimeout: LIMIT_MS, bodyTimeout: LIMIT_MS });

floorHook(secret, async (message) => {
  const rows = floorRows(message);
  const accepted = await queue.commit({ conversation: rows.conversation, turn: rows.queued });
  if (accepted.status !== 'committed') throw new Error(accepted.status);
  setImmediate(() => void answer(rows, accepted.inbound));
  return { status: 'accepted' };
});

async function answer({ progress, session, counts, delivery }: ReturnType<typeof floorRows>, inbound?: Appended) {
  const answered = await queue.commit(
    { progress, session, counts, deliveries: [delivery], settle: settled(inbound) },
    'SOON',
  );
  if (answered.status !== 'committed') throw new Error(answered.status);
  const startedAt = Date.now();
  const firstStatusCode = await signedPost(pool, delivery.id, delivery.payload);
  const at = Date.now();
  const written = await queue.commit(
    {
      delivered: [
        {
          id: delivery.id,
          status: 'DELIVERED',
          attempts: 1,
          spent: 1,
          firstAttemptAt: startedAt,
          nextAttemptAt: null,
          finishedAt: at,
          deadReason: null,
          firstStatusCode,
          firstDurationMs: at - startedAt,
          firstResponseBody: '',
        },
      ],
      settle: settled(answered.outbound),
      counts: { channelId: delivery.channelId, deliveriesSucceeded: 1 },
    },
    'SOON',
  );
  if (written.status !== 'committed') throw new Error(written.status);
}

/** This process alone works on the lane, and never gives it back while work is left. */
function settled(lane?: Appended) {
  if (!lane?.lease) throw new Error('another process has the lane');
  return { ...lane.lease, done: 1, dueAt: null };
}
