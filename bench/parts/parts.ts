import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { type ChildServer, entryOf, startChildServer } from '../child-server.js';
import type { LoadResult, LoadTask } from './load-task.js';

/** The other processes of a measurement. */
export interface Parts extends AsyncDisposable {
  floors: { http: ChildServer; koa: ChildServer; stored: ChildServer };
  /** F5, which is none of the floors of synchronous turns. */
  delivered: ChildServer;
  /** F3. */
  poster: ChildServer;
  /** What the floors let in. */
  floorAuthorization: string;
  sinkUrl: string;
  /** URL of a sink that never answers: another endpoint than the first. */
  holeUrl: string;
  load(task: LoadTask): Promise<LoadResult>;
  /** POSTs a second of the bare client to the sink. */
  post(ms: number): Promise<number>;
  sink: {
    reset(keep: boolean): void;
    ask(): Promise<SinkState>;
    /** Resolves when so many callbacks have come, or none came for a while. */
    until(count: number): Promise<SinkState>;
  };
}

export interface SinkState {
  count: number;
  lastAt: number;
  arrivals: [text: string, at: number][];
}

/** `folder`: for what they store. */
export async function startParts(folder: string): Promise<Parts> {
  const secret = randomBytes(32).toString('hex');
  const part = (name: string, args: string[] = []) =>
    startChildServer({ entry: entryOf(`parts/${name}`), args, env: {} });
  const sink = await part('sink');
  const [http, koa, stored, delivered, hole, load, poster] = await Promise.all([
    part('floor-http', [secret]),
    part('floor-koa', [secret]),
    part('floor-stored', [secret, join(folder, 'floor-stored.db')]),
    part('floor-delivered', [secret, join(folder, 'floor-delivered.db'), sink.url]),
    part('sink'),
    part('load'),
    part('poster'),
  ]);
  const call = async <T>(child: ChildServer, message: object): Promise<T> => {
    child.process.send(message);
    const [answer] = await once(child.process, 'message');
    return answer as T; // each part answers in one form
  };
  const ask = () => call<SinkState>(sink, { ask: true });
  return {
    floors: { http, koa, stored },
    delivered,
    poster,
    floorAuthorization: `bearer ${jwt.sign({ appId: 'cs-1', sub: 'user' }, secret)}`,
    sinkUrl: sink.url,
    holeUrl: hole.url,
    load: (task) => call(load, task),
    post: async (ms) => (await call<{ count: number }>(poster, { url: sink.url, ms })).count / (ms / 1000),
    sink: {
      reset: (keep) => void sink.process.send({ since: { keep } }),
      ask,
      async until(count) {
        let idle = 0;
        for (let last = -1; ; ) {
          const state = await ask();
          idle = state.count === last ? idle + 1 : 0;
          last = state.count;
          if (state.count >= count || idle > 100) return state;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      },
    },
    async [Symbol.asyncDispose]() {
      for (const child of [http, koa, stored, delivered, sink, hole, load, poster]) await child.kill();
    },
  };
}
