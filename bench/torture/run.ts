import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ChildServer, EarlyEnd, startChildServer } from '../child-server.js';
import { createLiveBot, serverEnv } from '../live-bot.js';
import { POINTS, type Point } from './deadly-point.js';
import { type History, type Kind, violations } from './history.js';
import { killWorker } from './kill-worker.js';
import { startSink } from './sink.js';
import { startTalkers } from './talkers.js';

export interface TortureOptions {
  /** Ends of a server by SIGKILL. */
  cycles: number;
  /** `postgres://…`; without, SQLite in a scratch folder. */
  databaseUrl?: string;
  /** Server processes on one database; on SQLite it is one. */
  nodes?: number;
  /** Workers of each, under a supervisor; PostgreSQL only. */
  workers?: number;
  users?: Record<Kind, number>;
  /** Seed of the kills (when, and how) and of the sink's failures. */
  random?(): number;
  /** Longest life of a server, in milliseconds. */
  maxLifeMs?: number;
  leaseMs?: number;
  /** Told of each kill. */
  onCycle?(cycle: number, how: string): void;
}

export interface TortureReport {
  violations: string[];
  sends: number;
  accepted: number;
  receipts: number;
  /** POSTs of an id that had been received before. */
  repeats: number;
  kills: Record<string, number>;
  /** From the last restart to the last callback. */
  settledMs: number;
}

const PARTS = 2;
const KEY_RING = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const USERS: Record<Kind, number> = { async: 24, sync: 12, 'sync-without-key': 6 };
/** Milliseconds without a callback that was not there before, after which those that are missing count as lost. */
const SETTLE_LIMIT_MS = 120_000;
/** Messages that are accepted between two kills among several workers. */
const TAKEN_BETWEEN = 40;
/** A server that is talked to passes its point long before. */
const POINT_LIMIT_MS = 20_000;

/** Talks to servers that are killed again and again, and tells whether they kept every promise. */
export async function torture(options: TortureOptions): Promise<TortureReport> {
  const {
    cycles,
    databaseUrl,
    nodes: count = 1,
    workers = 1,
    random = Math.random,
    maxLifeMs = 1_000,
    leaseMs,
    users = USERS,
  } = options;
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-torture-'));
  const history: History = { sends: [], receipts: [] };
  const kills: Record<string, number> = {};
  let now = 0;
  const tick = () => ++now;
  const sink = await startSink(history.receipts, tick, random);
  const ports = await freePorts(count);
  const nodes: (ChildServer | null)[] = ports.map(() => null);

  const start = async (index: number, args: string[] = []): Promise<ChildServer> => {
    const node = await startChildServer({
      args: [
        '--hurried',
        '--parts',
        String(PARTS),
        ...(leaseMs === undefined ? [] : ['--lease-ms', String(leaseMs)]),
        ...args,
      ],
      env: serverEnv(folder, {
        PORT: String(ports[index]),
        WORKERS: String(workers),
        ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl, KEY_RING }),
      }),
    });
    nodes[index] = node;
    return node;
  };

  try {
    for (const index of nodes.keys()) await start(index);
    const bot = await createLiveBot(nodes[0]?.url ?? '', [`${sink.url}/inbox`]);
    if (count * workers > 1) await wait(1_500); // every node knows of the channels within a second
    const talkers = startTalkers(
      {
        history,
        tick,
        random,
        path: { sync: bot.sync, async: bot.async[0] ?? '' },
        headers: () => ({ authorization: bot.authorization }),
        url: () =>
          pick(
            nodes.filter((node) => node !== null),
            random,
          )?.url ?? null,
      },
      users,
    );

    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      const index = cycle % count;
      const how = await (workers > 1 ? killOfSeveral(index, cycle) : killOne(index, cycle));
      kills[how] = (kills[how] ?? 0) + 1;
      options.onCycle?.(cycle, how);
    }
    await Promise.all(nodes.map(async (node, index) => void (node === null && (await start(index)))));
    const restarted = Date.now();
    await talkers.stop();
    await settled(history);
    const settledMs = Date.now() - restarted;
    for (const node of nodes) await node?.stop();
    const ids = new Set(history.receipts.map((receipt) => receipt.id));
    return {
      violations: violations(history, PARTS),
      sends: history.sends.length,
      accepted: history.sends.filter((send) => send.acceptedAt !== null).length,
      receipts: history.receipts.length,
      repeats: history.receipts.length - ids.size,
      kills,
      settledMs,
    };
  } finally {
    for (const node of nodes) await node?.kill();
    await sink.close();
    await rm(folder, { recursive: true, force: true });
  }

  /** Has some of a server's processes end; starts the supervisor again if it was that. */
  async function killOfSeveral(index: number, cycle: number): Promise<string> {
    const node = nodes[index] ?? (await start(index));
    await untilTaken(TAKEN_BETWEEN);
    const fate = await killWorker(node, cycle, { random, maxLifeMs });
    if (fate === 'supervisor') {
      nodes[index] = null;
      await start(index);
    }
    return fate;
  }

  /** Waits until so many more messages were accepted: whoever has just been killed may not serve again yet. */
  async function untilTaken(more: number): Promise<void> {
    const count = () => history.sends.filter(({ acceptedAt }) => acceptedAt !== null).length;
    const [wanted, limit] = [count() + more, Date.now() + SETTLE_LIMIT_MS];
    while (count() < wanted && Date.now() < limit) await wait(20);
  }

  /** Replaces a server by one that is going to die at a point or at a moment, and waits until it has. */
  async function killOne(index: number, cycle: number): Promise<string> {
    const choice = cycle % (POINTS.length + 1);
    const point: Point | undefined = POINTS[choice];
    await nodes[index]?.kill();
    nodes[index] = null;
    const args = point === undefined ? [] : ['--die-at', `${point}:${1 + Math.floor(random() * 60)}`];
    let node: ChildServer;
    try {
      node = await start(index, args);
    } catch (error) {
      if (error instanceof EarlyEnd && point) return point; // it met its point while it took up what was left
      throw error;
    }
    const tooLong = () => wait(POINT_LIMIT_MS, false, { ref: false });
    const met = point && (await Promise.race([node.ended.then(() => true), tooLong()]));
    if (!point) await wait(Math.round(random() * maxLifeMs));
    nodes[index] = null;
    await node.kill();
    return met ? point : 'at random';
  }
}

/** Waits until every accepted message has been called back, or it is clear that one never will. */
async function settled(history: History): Promise<void> {
  const wanted = history.sends.filter((send) => send.kind === 'async').length * PARTS;
  let limit = Date.now() + SETTLE_LIMIT_MS;
  let seen = 0;
  const ids = new Set<string>();
  while (Date.now() < limit) {
    const known = ids.size;
    for (; seen < history.receipts.length; seen += 1) ids.add(history.receipts[seen]?.id ?? '');
    if (ids.size > known) limit = Date.now() + SETTLE_LIMIT_MS;
    if (ids.size >= wanted) break;
    await wait(50);
  }
  await wait(200); // for what should not come any more
}

async function freePorts(count: number): Promise<number[]> {
  const probes = await Promise.all(
    Array.from({ length: count }, async () => {
      const probe = createServer();
      await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
      return probe;
    }),
  );
  const ports = probes.map((probe) => {
    const address = probe.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  });
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

const pick = <T>(items: T[], random: () => number): T | undefined => items[Math.floor(random() * items.length)];
