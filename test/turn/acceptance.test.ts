import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Appended } from '../../src/store/tables/lanes.js';
import { Acceptance, type AcceptanceState, type TurnWrite } from '../../src/turn/acceptance.js';

const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
const PLACE: Appended = { firstSeq: 1, lease: null, backlog: 0 };

describe('a message', () => {
  it('is stored by its turn when that is quick, and by itself while something else is slow', async () => {
    const writes: string[] = [];
    const insert = async () => {
      writes.push('itself');
      return PLACE;
    };
    const commit = async (kind: TurnWrite) => void writes.push(kind);
    const quick = new Acceptance(insert);
    quick.storeSoon();
    await quick.commit(commit);
    await breathe();
    await quick.commit(commit);
    const slow = new Acceptance(insert);
    slow.storeSoon();
    await breathe();
    await slow.settled;
    await slow.commit(commit);
    expect(writes).toEqual(['INSERT', 'UPDATE', 'itself', 'UPDATE']);
  });

  it('is not stored by itself when what might have been slow is over', async () => {
    const acceptance = new Acceptance(() => Promise.reject(new Error('nobody asked for it')));
    acceptance.storeSoon()();
    await breathe();
    expect(acceptance.state).toBe('NEW');
  });

  it('that was read from its row is stored, and is not inserted again', async () => {
    const acceptance = Acceptance.stored();
    expect(await acceptance.commit(async (kind) => kind)).toBe('UPDATE');
    expect(await acceptance.refuse(new Error('too late'))).toBe(false);
    await expect(acceptance.store()).rejects.toThrow('a message is never STORING after STORED');
  });
});

type Step = 'storeSoon' | 'store' | 'commit' | 'refuse' | 'breathe';

/** Whatever is tried of one message, all at once or one after the other, while writes succeed or fail, soon or late. */
async function live(steps: readonly Step[], writes: readonly { fails: boolean; pauses: number }[]) {
  const inserted: string[] = [];
  const states: AcceptanceState[] = [];
  let count = 0;
  const write = async (by: string) => {
    const { fails, pauses } = writes[count++ % writes.length] ?? { fails: false, pauses: 0 };
    for (let left = pauses; left > 0; left -= 1) await breathe();
    states.push(acceptance.state);
    if (fails) throw new Error(`${by} failed`);
    inserted.push(by);
    return PLACE;
  };
  const acceptance = new Acceptance(() => write('itself'));
  const commits: Promise<TurnWrite>[] = [];
  const others: Promise<unknown>[] = [];
  const turnCommit = async (kind: TurnWrite) => {
    if (kind === 'INSERT') await write('turn');
    return kind;
  };
  for (const step of steps) {
    states.push(acceptance.state);
    if (step === 'breathe') await breathe();
    else if (step === 'storeSoon') acceptance.storeSoon();
    else if (step === 'commit') commits.push(acceptance.commit(turnCommit));
    else if (step === 'refuse') others.push(acceptance.refuse(new Error('refused')));
    else if (acceptance.state === 'NEW') others.push(acceptance.store());
    for (const promise of [...commits, ...others]) promise.catch(() => {}); // they are looked at in the end
  }
  others.push(...commits);
  await Promise.allSettled(others);
  for (let left = 5; left > 0; left -= 1) await breathe();
  return { acceptance, inserted, states: [...states, acceptance.state], commits: await Promise.allSettled(commits) };
}

it('is inserted once or refused, whatever its turn, its caller and the database do', async () => {
  const step = fc.constantFrom<Step[]>('storeSoon', 'store', 'commit', 'commit', 'refuse', 'breathe', 'breathe');
  const outcome = fc.record({ fails: fc.boolean(), pauses: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.array(outcome, { minLength: 1 }), async (steps, writes) => {
      const { acceptance, inserted, states, commits } = await live(steps, writes);
      const order: AcceptanceState[] = ['NEW', 'STORING', 'STORED', 'REFUSED'];
      const ranks = states.map((state) => order.indexOf(state));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      expect(new Set(states).has('STORED') && new Set(states).has('REFUSED')).toBe(false);
      expect(acceptance.state).not.toBe('STORING');
      expect(inserted.length).toBe(acceptance.state === 'STORED' ? 1 : 0);
      const kinds = commits.map((commit) => (commit.status === 'fulfilled' ? commit.value : 'REJECTED'));
      if (acceptance.state === 'STORED') {
        expect(kinds).not.toContain('REJECTED');
        expect(kinds.filter((kind) => kind === 'INSERT')).toHaveLength(inserted[0] === 'turn' ? 1 : 0);
      } else expect(new Set(kinds).size === 0 || kinds.every((kind) => kind === 'REJECTED')).toBe(true);
      const settled = Promise.race([acceptance.settled.then(() => 'STORED'), breathe().then(() => 'NEW')]);
      expect(await settled.catch(() => 'REFUSED')).toBe(acceptance.state);
    }),
    { numRuns: 300 },
  );
});
