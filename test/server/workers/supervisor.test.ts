import { describe, expect, it } from 'vitest';
import type { FromWorker, ToWorker } from '../../../src/server/workers/messages.js';
import { createSupervisor, NotStarted } from '../../../src/server/workers/supervisor.js';
import type { Ending, WorkerProcess } from '../../../src/server/workers/worker-process.js';
import { SECOND } from '../../../src/time.js';
import { createTestClock } from '../../support/clock.js';

/** A worker that does what the test says. */
interface FakeWorker {
  number: number;
  says(message: FromWorker): void;
  ends(ending?: Partial<Ending>): void;
  told: ToWorker['is'][];
  /** Metrics of all that it got. */
  gathered: string[];
}

function supervised(count: number) {
  const clock = createTestClock();
  const workers: FakeWorker[] = [];
  const lines: string[] = [];
  const line = (_values: unknown, text: string) => void lines.push(text);
  const fork = (number: number): WorkerProcess => {
    let listener: (message: FromWorker) => void = () => {};
    let end: (ending: Ending) => void = () => {};
    const ended = new Promise<Ending>((resolve) => {
      end = resolve;
    });
    const worker: FakeWorker = {
      number,
      says: (message) => listener(message),
      ends: (ending = {}) => end({ code: 1, signal: null, ...ending }),
      told: [],
      gathered: [],
    };
    workers.push(worker);
    return {
      pid: workers.length,
      send(message) {
        worker.told.push(message.is);
        if (message.is === 'gathered') worker.gathered.push(message.text);
      },
      kill: () => end({ code: null, signal: 'SIGKILL' }),
      hear: (hear) => {
        listener = hear;
      },
      ended,
    };
  };
  const supervisor = createSupervisor({
    count,
    fork,
    clock,
    log: { info: line, warn: line, error: line } as never,
    limits: { drainMs: 20 * SECOND, retireMs: 5 * SECOND },
  });
  return { supervisor, clock, workers, lines };
}

/** Lets everything that has been decided take place. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const ready: FromWorker = { is: 'ready', url: 'http://here' };
const numbersOf = (workers: readonly FakeWorker[]) => workers.map(({ number }) => number);

async function started(count: number) {
  const all = supervised(count);
  const start = all.supervisor.start();
  all.workers[0]?.says(ready);
  await settle();
  for (const worker of all.workers.slice(1)) worker.says(ready);
  await start;
  return all;
}

describe('a supervisor', () => {
  it('starts the first worker alone, and the others once that one serves', async () => {
    const { supervisor, workers } = supervised(3);
    const start = supervisor.start();
    await settle();
    expect(numbersOf(workers)).toEqual([1]);
    workers[0]?.says(ready);
    await settle();
    expect(numbersOf(workers)).toEqual([1, 2, 3]);
    for (const worker of workers.slice(1)) worker.says(ready);
    expect(await start).toBe('http://here');
  });

  it('starts none when the first one ends before it serves', async () => {
    const { supervisor, workers } = supervised(2);
    const start = supervisor.start();
    workers[0]?.ends({ code: 1 });
    await expect(start).rejects.toThrow(NotStarted);
    expect(workers).toHaveLength(1);
  });

  it('starts a worker again that ends, at once and then with growing pauses, and gives up when it ends again and again', async () => {
    const { supervisor, clock, workers } = await started(2);
    let gaveUp = '';
    void supervisor.gaveUp.then((reason) => {
      gaveUp = reason;
    });
    for (const [index, pauseMs] of [0, 1_000, 2_000, 4_000, 8_000].entries()) {
      workers.at(index === 0 ? 1 : -1)?.ends({ code: 134 });
      await settle();
      if (pauseMs > 0) {
        clock.advance(pauseMs - 1);
        expect(workers).toHaveLength(2 + index);
      }
      clock.advance(1);
      expect(workers).toHaveLength(3 + index);
      expect(workers.at(-1)?.number).toBe(2);
      workers.at(-1)?.says(ready);
    }
    expect(gaveUp).toBe('');
    workers.at(-1)?.ends({ code: 134 });
    await settle();
    expect(gaveUp).toBe('Worker 2 ends again and again (exit code 134): the lines before say why.');
  });

  it('forgets earlier ends of a worker once it has served for a minute', async () => {
    const { supervisor, clock, workers } = await started(2);
    let gaveUp = false;
    void supervisor.gaveUp.then(() => {
      gaveUp = true;
    });
    for (let count = 0; count < 20; count += 1) {
      for (let beat = 0; beat < 61; beat += 1) {
        clock.advance(1_000);
        for (const worker of workers) worker.says({ is: 'beat' });
      }
      workers.at(count === 0 ? 1 : -1)?.ends();
      await settle();
      clock.advance(0);
      workers.at(-1)?.says(ready);
    }
    expect(workers).toHaveLength(22);
    expect(gaveUp).toBe(false);
  });

  it('restarts one by one: the old worker leaves when the new one serves', async () => {
    const { supervisor, workers } = await started(2);
    const restart = supervisor.restart();
    await settle();
    expect(numbersOf(workers)).toEqual([1, 2, 1]);
    expect(workers[0]?.told).toEqual([]);
    workers[2]?.says(ready);
    await settle();
    expect(workers[0]?.told).toEqual(['retire']);
    expect(workers).toHaveLength(3); // the second waits for the first to be gone
    workers[0]?.ends({ code: 0 });
    await settle();
    expect(numbersOf(workers)).toEqual([1, 2, 1, 2]);
    workers[3]?.says(ready);
    await settle();
    workers[1]?.ends({ code: 0 });
    await restart;
    expect(workers).toHaveLength(4);
  });

  it('leaves the old workers where they are when a new one does not start', async () => {
    const { supervisor, workers, lines } = await started(2);
    const restart = supervisor.restart();
    await settle();
    workers[2]?.ends({ code: 1 });
    await restart;
    expect(workers).toHaveLength(3);
    expect(workers[0]?.told).toEqual([]);
    expect(lines.at(-1)).toMatch(/the old ones go on/);
  });

  it('fills the place of a worker that ends while its successor does not start', async () => {
    const { supervisor, clock, workers } = await started(2);
    const restart = supervisor.restart();
    await settle();
    workers[0]?.ends();
    await settle();
    clock.advance(0);
    expect(workers).toHaveLength(3);
    workers[2]?.ends();
    await restart;
    expect(numbersOf(workers)).toEqual([1, 2, 1, 1]);
  });

  it('stops all together, kills those that do not end in time, and starts none again', async () => {
    const { supervisor, clock, workers } = await started(3);
    const stop = supervisor.stop();
    await settle();
    expect(workers.map(({ told }) => told)).toEqual([['stop'], ['stop'], ['stop']]);
    workers[0]?.ends({ code: 0 });
    workers[1]?.ends({ code: 0 });
    await settle();
    clock.advance(30 * SECOND);
    await stop;
    expect(workers).toHaveLength(3);
  });

  it('kills a worker that has been silent for half a minute, and starts another', async () => {
    const { clock, workers } = await started(2);
    for (let second = 0; second < 40; second += 1) {
      clock.advance(1_000);
      workers[0]?.says({ is: 'beat' });
      await settle();
    }
    expect(numbersOf(workers)).toEqual([1, 2, 2]);
  });

  it('has all workers tell their metrics when one is asked, and leaves out one that does not answer', async () => {
    const { clock, workers } = await started(2);
    const [first, second] = workers;
    first?.says({ is: 'gather', id: 7 });
    expect([first?.told, second?.told]).toEqual([['report'], ['report']]);
    first?.says({ is: 'metrics', id: 1, text: '# HELP a b\n# TYPE a gauge\na{worker="1"} 1\n' });
    clock.advance(3 * SECOND - 1);
    expect(first?.gathered).toEqual([]);
    clock.advance(1);
    expect(first?.gathered).toEqual([
      '# HELP a b\n# TYPE a gauge\na{worker="1"} 1\n\n# HELP hookswitch_worker_restarts_total Starts of a worker after it had ended by itself\n# TYPE hookswitch_worker_restarts_total counter\nhookswitch_worker_restarts_total{worker="1"} 0\nhookswitch_worker_restarts_total{worker="2"} 0\n',
    ]);
  });
});
