import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startChildServer } from '../../bench/child-server.js';
import { createLiveBot, serverEnv } from '../../bench/live-bot.js';
import { createReceiver } from '../support/receiver.js';

const WARM_UP = 200;
const MEASURED = 300;

/** Members that Node gives each AbortSignal of the turn, whose classes are its own affair. */
const OF_NODE = /,symbol\("k(Aborted|Reason|Composite)" /;

/** How often V8 has made a hidden class (`--log-maps`) by adding a member to an object, so far. */
async function classesIn(log: string): Promise<number> {
  const lines = (await readFile(log, 'latin1')).split('\n');
  return lines.filter((line) => line.startsWith('map,Transition,') && !OF_NODE.test(line)).length;
}

/**
 * Objects that are made alike share a hidden class, or else all code that meets them is slow, and the classes are garbage.
 * Node 20 makes one anew for each member that an object literal adds to what it begins with: `{ ...row, seq }`.
 */
it('makes no hidden class for one message alone', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-classes-'));
  const log = join(folder, 'v8.log');
  const receiver = await createReceiver();
  const execArgv = ['--log-maps', `--logfile=${log}`, '--no-logfile-per-isolate'];
  const server = await startChildServer({ env: serverEnv(folder), execArgv });
  try {
    const bot = await createLiveBot(server.url, [receiver.url]);
    const send = async (path: string, n: number) => {
      const response = await fetch(server.url + path, {
        method: 'POST',
        headers: {
          authorization: bot.authorization,
          'content-type': 'application/json',
          'idempotency-key': `k${n}`,
        },
        body: JSON.stringify({ message: { text: `t${n}` }, from: { id: `u${n % 20}` }, customData: { n } }),
      });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    };
    const paths = [bot.sync, bot.async[0] ?? ''];
    const sendAll = async (from: number, to: number) => {
      for (let n = from; n < to; n += 1) await Promise.all(paths.map((path) => send(path, n)));
      await receiver.received(to);
    };
    await sendAll(0, WARM_UP);
    const before = await classesIn(log);
    await sendAll(WARM_UP, WARM_UP + MEASURED);
    await server.stop();
    // Some 200 are of what happens for the first time meanwhile.
    expect((await classesIn(log)) - before).toBeLessThan(paths.length * MEASURED);
  } finally {
    await server.kill();
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  }
});
