import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createOverload, type OverloadDeps } from '../../src/load/overload.js';
import { createCommitQueue, type Urgency } from '../../src/store/commit/commit-queue.js';
import type { UnitOutcome } from '../../src/store/commit/unit.js';
import { until } from '../support/dispatching.js';

const BATCH = 240; // of units for which somebody waits

const idle: OverloadDeps = {
  dataDir: tmpdir(),
  databaseFile: null,
  minFreeDiskBytes: 0,
  commitDepth: () => 0,
  commitWaitMs: () => 0,
  inboundDepth: () => 0,
};

/** A commit queue over a database whose transactions take as long as the test says. */
function setUp() {
  let now = 0;
  let written: ((outcomes: UnitOutcome[]) => void) | null = null;
  let size = 0;
  const queue = createCommitQueue({
    write: (units) => {
      size = units.length;
      return new Promise((resolve) => {
        written = resolve;
      });
    },
    times: () => ({ now: 0, leaseEnd: 0, keysForgottenBefore: 0 }),
    onFatal: () => {},
    monotonicNow: () => now,
  });
  const begun = () => until(() => written);
  return {
    overload: createOverload({ ...idle, commitDepth: queue.depth, commitWaitMs: queue.waitMs }),
    put(units: number, urgency: Urgency = 'NOW') {
      for (let n = 0; n < units; n += 1) void queue.commit({}, urgency);
      return begun();
    },
    async batchTakes(ms: number) {
      await begun();
      now += ms;
      written?.(Array.from({ length: size }, () => ({ status: 'committed' })));
      written = null;
      for (let tick = 0; tick < 3; tick += 1) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('overload', () => {
  it('takes in whatever finds room in the next batch, however slow the disk is', async () => {
    const { overload, put, batchTakes } = setUp();
    await put(1);
    await batchTakes(5_000);
    await put(1); // on its way to the disk
    await put(BATCH - 1);
    expect(overload.shortage()).toBeNull();
  });

  it('refuses while those who wait make a message wait too long, and not a moment after', async () => {
    const { overload, put, batchTakes } = setUp();
    await put(1);
    await put(5 * BATCH);
    expect(overload.shortage()).toBeNull(); // how long a batch takes is not known yet
    await batchTakes(400);
    expect(overload.shortage()?.reason).toBe('COMMITS_SLOW');
    for (let left = 4; left > 1; left -= 1) {
      await batchTakes(400);
      expect(overload.shortage()?.reason).toBe('COMMITS_SLOW');
    }
    await batchTakes(400);
    expect(overload.shortage()).toBeNull();
  });

  it('does not count what nobody waits for, but for its memory', async () => {
    const { overload, put, batchTakes } = setUp();
    await put(1);
    await batchTakes(400);
    await put(5_000, 'SOON');
    expect(overload.shortage()).toBeNull();
    await put(300, 'SOON');
    expect(overload.shortage()?.reason).toBe('COMMIT_QUEUE_FULL');
  });

  it('refuses when more messages wait in lanes than memory should hold', () => {
    expect(createOverload({ ...idle, inboundDepth: () => 50_000 }).shortage()).toBeNull();
    expect(createOverload({ ...idle, inboundDepth: () => 50_001 }).shortage()?.reason).toBe('TOO_MANY_MESSAGES');
  });

  it('refuses ahead of a full disk, and says so to whoever asks for its health', async () => {
    const overload = createOverload({ ...idle, minFreeDiskBytes: Number.MAX_SAFE_INTEGER });
    await overload.look();
    expect(overload.shortage()).toEqual({ reason: 'DISK_NEARLY_FULL', retryAfterSeconds: 30 });
    expect(overload.fault()).toBe('the data disk is nearly full');
  });
});
