import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { LoadResult, LoadTask } from './load-task.js';

/**
 * The clients: keep-alive connections over bare sockets, so that the measurement costs little of the machine. Closed
 * loop, or so many messages a second whatever the server does.
 */
process.on('message', (task: LoadTask) => void run(task).then((result) => process.send?.(result)));
process.send?.({ url: '' });

async function run(task: LoadTask): Promise<LoadResult> {
  const servers = [task.url, ...(task.others ?? [])].map((url) => new URL(url));
  const latencies: number[] = [];
  const accepted: [text: string, at: number][] = [];
  const statuses: Record<string, number> = {};
  let sent = 0;

  const one = async (socket: Connection): Promise<void> => {
    const n = sent++;
    const text = task.text ?? `t${n}`;
    const { body, headers } = messageOf(
      task,
      n,
      text,
      `${task.prefix}${task.apart ? `${socket.server}-` : ''}${(n * (task.step ?? 1)) % task.users}`,
    );
    const started = performance.now();
    const status = await socket.exchange(
      `POST ${task.path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n${headers}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const done = performance.now();
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status !== '200') return;
    latencies.push(done - started);
    if (task.rate !== undefined) accepted.push([text, performance.timeOrigin + done]);
  };
  const sockets = await Promise.all(
    Array.from({ length: task.connections }, (_, n) => {
      const { hostname, port } = servers[n % servers.length] as URL; // there is one at least
      return open(hostname, Number(port), n % servers.length);
    }),
  );
  // Accepted, too: a server takes one new connection in a round of its event loop, and those of a client are kept.
  await Promise.all(sockets.map((socket) => socket.exchange('GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n')));
  const begun = performance.now();
  const end = begun + task.ms;
  const more = () => performance.now() < end && sent < (task.messages ?? Number.POSITIVE_INFINITY);
  if (task.rate === undefined) {
    await Promise.all(
      sockets.map(async (socket) => {
        while (more()) await one(socket);
      }),
    );
  } else await steady(sockets, task.rate, more, one);
  const seconds = (performance.now() - begun) / 1000;
  for (const socket of sockets) socket.end();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    ok: latencies.length,
    seconds,
    p50: at(0.5),
    p99: at(0.99),
    statuses,
    accepted,
    latencies: task.rate === undefined ? [] : latencies,
  };
}

/** Every message at its time, on whatever connection is free. */
function steady(
  sockets: Connection[],
  rate: number,
  more: () => boolean,
  one: (socket: Connection) => Promise<void>,
): Promise<void> {
  const free = [...sockets];
  const begun = performance.now();
  let due = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const wanted = Math.floor(((performance.now() - begun) / 1000) * rate);
      for (; due < wanted && more(); due += 1) {
        const socket = free.pop();
        if (!socket) break;
        void one(socket).then(() => free.push(socket));
      }
      if (more() || free.length < sockets.length) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
}

/** As the server or the peer takes it: its body, and the header that says who sends it. */
function messageOf(task: LoadTask, n: number, text: string, user: string): { body: string; headers: string } {
  const authorization = `Authorization: ${task.authorization}`;
  if (task.body === undefined) {
    return { body: JSON.stringify({ message: { text }, from: { id: user } }), headers: authorization };
  }
  if (task.body !== 'LINE') return { body: JSON.stringify(activity(task, n, text, user)), headers: authorization };
  const body = JSON.stringify(lineEvents(n, text, user));
  const mac = createHmac('sha256', task.lineSecret ?? '')
    .update(body)
    .digest('base64');
  return { body, headers: `X-Line-Signature: ${mac}` };
}

const activity = ({ body, serviceUrl }: LoadTask, n: number, text: string, user: string) => ({
  type: 'message',
  id: `a${n}`,
  channelId: 'bench',
  serviceUrl,
  ...(body === 'ACTIVITY' && { deliveryMode: 'expectReplies' }),
  conversation: { id: user },
  recipient: { id: 'bot' },
  from: { id: user },
  text,
});

const lineEvents = (n: number, text: string, userId: string) => ({
  destination: 'bench',
  events: [
    {
      type: 'message',
      mode: 'active',
      timestamp: n,
      replyToken: `r${n}`,
      source: { type: 'user', userId },
      message: { type: 'text', id: `m${n}`, text },
    },
  ],
});

interface Connection extends Exchange {
  /** The place of its server among those of the task. */
  server: number;
}

interface Exchange {
  /** Gives the status of the answer, once all of it is there; a 503 that does not say when to come back is another one. */
  exchange(request: string): Promise<string>;
  end(): void;
}

/** A connection that the server closes is opened again for the next message. */
async function open(host: string, port: number, server: number): Promise<Connection> {
  let socket = await openSocket(host, port);
  return {
    server,
    async exchange(request) {
      if (socket.closed()) socket = await openSocket(host, port);
      return socket.exchange(request);
    },
    end: () => socket.end(),
  };
}

function openSocket(host: string, port: number): Promise<Exchange & { closed(): boolean }> {
  return new Promise((resolve, reject) => {
    let answered: (status: string) => void = () => {};
    let seen = '';
    let closing = false;
    const socket: Socket = connect(port, host, () =>
      resolve({
        exchange: (request) =>
          new Promise((told) => {
            answered = told;
            socket.write(request);
          }),
        end: () => socket.destroy(),
        closed: () => closing || socket.destroyed,
      }),
    );
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => answered('closed'));
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1');
      const end = seen.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = seen.slice(0, end);
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (seen.length < end + 4 + length) return;
      const status = head.slice(9, 12);
      const silent = status === '503' && !/^retry-after: *\d+/im.test(head);
      closing = /^connection: *close/im.test(head);
      seen = '';
      answered(silent ? '503 without Retry-After' : status);
    });
  });
}
