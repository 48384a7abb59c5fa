import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createInboundLanes, type Found, type LaneItem } from '../../src/lanes/lane.js';

const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Stored here and offered, stored by another process, a claim, or time for what is under way. */
type Step = 'own' | 'foreign' | 'claim' | 'breathe';

/** One lane of which some messages are only in the database. Gives the numbers in the order they ran. */
async function walk(steps: readonly Step[], atOnce: number, pace: readonly number[]): Promise<number[]> {
  const open: number[] = [];
  const ran: number[] = [];
  let next = 1;
  const itemOf = (seq: number): LaneItem => ({
    turnId: `tn-${seq}`,
    async run() {
      for (let pauses = pace[seq % pace.length] ?? 0; pauses > 0; pauses -= 1) await breathe();
      ran.push(seq);
      open.splice(open.indexOf(seq), 1);
    },
    drop: (reason) => {
      throw reason;
    },
  });
  const read = async (): Promise<Found<LaneItem>> => {
    await breathe(); // what comes now is in the rows as well
    const rows = open.slice(0, atOnce);
    await breathe(); // what comes now is not
    return { items: rows.map((seq) => ({ item: itemOf(seq), seq })), all: rows.length < atOnce };
  };
  const lanes = createInboundLanes<LaneItem>({
    more: read,
    shared: true,
    onFailure: (_conversationId, reason) => {
      throw reason;
    },
  });
  for (const step of steps) {
    if (step === 'breathe') await breathe();
    else if (step === 'claim') {
      if (!lanes.active('cv')) lanes.load('cv');
    } else {
      const seq = next++;
      const backlog = open.length;
      open.push(seq);
      if (step === 'own') lanes.enqueue('cv', itemOf(seq), { seq, backlog });
    }
  }
  lanes.load('cv');
  await lanes.drained();
  expect(lanes.depth()).toBe(0);
  return ran;
}

it('runs every message of a lane once, in the order they were stored, whoever stored them', async () => {
  const step = fc.constantFrom<Step[]>('own', 'own', 'foreign', 'claim', 'breathe', 'breathe');
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
      async (steps, atOnce, pace) => {
        const ran = await walk(steps, atOnce, pace);
        const stored = steps.filter((one) => one === 'own' || one === 'foreign').length;
        expect(ran).toEqual(Array.from({ length: stored }, (_, n) => n + 1));
      },
    ),
    { numRuns: 300 },
  );
});
