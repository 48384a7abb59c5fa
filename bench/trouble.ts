import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createLiveBot } from './live-bot.js';
import { type Bench, hookTask } from './measures.js';
import { atMost, type Figure, quantile } from './report.js';

const USERS = 60;
const now = () => performance.timeOrigin + performance.now();

/** A receiver whose answers can be set, and what it has taken. */
async function startReceiver() {
  let statusOf: (sequence: number) => number = () => 200;
  let taken = new Map<string, number>();
  let lastOf = new Map<string, number>();
  let overtaken = 0;
  let attempts = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { conversation, sequence } = placeOf(request);
      const status = statusOf(sequence);
      attempts += 1;
      if (status === 200) {
        const text = String((JSON.parse(Buffer.concat(chunks).toString()) as { text: unknown }).text).split('|')[0];
        if (!taken.has(text ?? '')) taken.set(text ?? '', now());
        if (sequence < (lastOf.get(conversation) ?? 0)) overtaken += 1;
        lastOf.set(conversation, sequence);
      }
      response.writeHead(status, { 'content-length': 0 }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/inbox`, // it listens on TCP
    reset(answer: (sequence: number) => number) {
      statusOf = answer;
      taken = new Map();
      lastOf = new Map();
      overtaken = 0;
      attempts = 0;
    },
    taken: () => taken,
    overtaken: () => overtaken,
    attempts: () => attempts,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

const placeOf = ({ headers }: IncomingMessage) => ({
  conversation: String(headers['hookswitch-conversation-id']),
  sequence: Number(headers['hookswitch-sequence']),
});

/** Endpoints that restart, fail at random, reject messages, and are down for `outageSeconds`. */
export async function measureTrouble(bench: Bench, outageSeconds: number): Promise<Figure[]> {
  const receiver = await startReceiver();
  const { parts } = bench;
  const live = await createLiveBot(bench.server.url, [receiver.url]);
  const task = (prefix: string) => ({
    ...hookTask(bench, live.async[0] ?? '', prefix),
    authorization: live.authorization,
    users: USERS,
  });
  /** Waits until so many messages were taken, or none was for half a minute. */
  async function settle(count: number): Promise<void> {
    for (let idle = 0, last = -1; receiver.taken().size < count && idle < 300; ) {
      idle = receiver.taken().size === last ? idle + 1 : 0;
      last = receiver.taken().size;
      await wait(100);
    }
  }
  const waitsOf = (accepted: readonly [text: string, at: number][]) =>
    accepted.map(([text, at]) => Math.max(0, (receiver.taken().get(text) ?? Number.POSITIVE_INFINITY) - at));

  try {
    await parts.load({ ...task('w-'), rate: 100, ms: 2_000 });
    await wait(1_000);

    const begun = now();
    receiver.reset(() => (now() - begun < 2_000 ? 503 : 200));
    const restart = await parts.load({ ...task('r-'), rate: 36, ms: 20_000 });
    await settle(restart.accepted.length);
    const early = restart.accepted.filter(([, at]) => at - begun < 2_000).map(([text]) => receiver.taken().get(text));
    const figures: Figure[] = [
      atMost(
        'a receiver that restarts for 2 s: from its return until all of that time is delivered',
        (Math.max(...early.map((at) => at ?? Number.POSITIVE_INFINITY)) - begun - 2_000) / 1_000,
        10,
        's',
      ),
      atMost('messages overtaken in their conversation', receiver.overtaken(), 0, ''),
    ];

    receiver.reset(() => (Math.random() < 0.03 ? 503 : 200));
    const random = await parts.load({ ...task('f-'), rate: USERS, ms: 20_000 });
    await settle(random.accepted.length);
    const randomWaits = waitsOf(random.accepted);
    figures.push(
      atMost('3 of 100 answered 503 at random: accept → taken, p50', quantile(randomWaits, 0.5) / 1_000, 1, 's'),
      atMost('3 of 100 answered 503 at random: accept → taken, p99', quantile(randomWaits, 0.99) / 1_000, 5, 's'),
    );

    receiver.reset(() => (Math.random() < 0.01 ? 400 : 200));
    const rejected = await parts.load({ ...task('j-'), rate: USERS, ms: 10_000 });
    await wait(1_000);
    const takenWaits = waitsOf(rejected.accepted).filter(Number.isFinite);
    figures.push(
      {
        work: '1 of 100 rejected with 400: share taken',
        value: takenWaits.length / rejected.accepted.length,
        unit: '',
      },
      atMost('1 of 100 rejected with 400: accept → taken, p99', quantile(takenWaits, 0.99) / 1_000, 1, 's'),
    );

    receiver.reset(() => 503);
    const down = await parts.load({ ...task('d-'), rate: 50, ms: outageSeconds * 1_000 });
    const calls = receiver.attempts();
    const back = now();
    receiver.reset(() => 200);
    await settle(down.accepted.length);
    const times = [...receiver.taken().values()].sort((a, b) => a - b);
    figures.push(
      { work: `calls to a receiver that is down for ${outageSeconds} s`, value: calls, unit: '' },
      atMost('first callback after it is back', ((times[0] ?? Number.POSITIVE_INFINITY) - back) / 1_000, 3, 's'),
      {
        work: `draining ${down.accepted.length} callbacks after that`,
        value: times.length / (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000),
        unit: '/s',
      },
      atMost('callbacks lost', down.accepted.length - times.length, 0, ''),
      atMost('messages overtaken in their conversation after it', receiver.overtaken(), 0, ''),
    );
    return figures;
  } finally {
    await receiver.close();
  }
}
