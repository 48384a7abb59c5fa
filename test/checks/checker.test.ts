import { expect, it } from 'vitest';
import { type CheckerDeps, createChecker, type PackedTurn } from '../../src/checks/checker.js';
import type { Clock } from '../../src/time.js';
import { packed, type TurnRecord } from '../../src/turn/turn-record.js';

/** Milliseconds that a check of 20 turns waited, on a clock of which each look takes three and each wait none. */
async function restsOf(share: number): Promise<number> {
  let at = 0;
  let waited = 0;
  const clock: Clock = {
    now: () => at,
    monotonicNow() {
      at += 3;
      return at;
    },
    after(delayMs, fn) {
      waited += delayMs;
      queueMicrotask(fn);
      return { cancel() {} };
    },
  };
  const open = async () => ({ program: {} });
  const check = createChecker({ open, clock, scripts: {}, engineLimitMs: 1 } as unknown as CheckerDeps); // as far as it uses them
  const record = { kept: 'TOO_LARGE' } as TurnRecord;
  const ids = { traceId: 't', conversationId: 'cv', channelId: 'ch', botId: 'st' };
  const turns = Array.from(
    { length: 20 },
    (_, n): PackedTurn => ({ ...ids, turnId: `tn-${n}`, packed: packed(record) }),
  );
  const candidate = { spec: {}, overrides: [], env: {}, plainEnv: {}, sessionTimeoutMs: 1 } as never; // nothing of it runs
  const done = await check({ key: 'ck', candidate, mode: 'EACH_TURN', share, tests: [], turns, relived: null });
  expect(done).toMatchObject({ turns: turns.map(({ turnId }) => ({ turnId, outcome: 'UNKNOWN' })) });
  return waited;
}

it('rests between turns where only a share of the time is its own', async () => {
  expect(await restsOf(0.2)).toBeGreaterThan(100);
  expect(await restsOf(1)).toBe(0);
});
