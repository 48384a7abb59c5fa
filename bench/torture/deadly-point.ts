import type { Outbound } from '../../src/outbound/request.js';
import type { AppOverrides } from '../../src/server/app.js';
import type { Database } from '../../src/store/database.js';

/** Where a crash leaves the outside world and the database furthest apart. */
export const POINTS = ['before-commit', 'after-commit', 'after-post'] as const;
export type Point = (typeof POINTS)[number];

/** Ends this process by SIGKILL at the n-th time it passes a point, e.g. `after-post:12`. */
export function deadlyPoint(spec: string): Pick<AppOverrides, 'database' | 'outbound' | 'commitThread'> {
  const [point, count] = spec.split(':');
  let left = Number(count);
  const pass = (at: Point): void => {
    if (at !== point) return;
    left -= 1;
    if (left <= 0) process.kill(process.pid, 'SIGKILL');
  };
  return {
    database: (real) => ({ ...real, ...watchedDatabase(real, pass) }),
    outbound: (real) => watched(real, pass),
    commitThread: false, // its transactions would not pass here
  };
}

function watchedDatabase(real: Database, pass: (at: Point) => void): Pick<Database, 'write'> {
  type Transaction = Database['write']['transaction'];
  const transaction = async (work: (trx: unknown) => Promise<unknown>): Promise<unknown> => {
    const result = await real.write.transaction(async (trx) => {
      const written = await work(trx);
      pass('before-commit');
      return written;
    });
    pass('after-commit');
    return result;
  };
  const write = new Proxy(real.write, {
    get: (target, name) =>
      name === 'transaction' ? (transaction as Transaction) : (Reflect.get(target, name) as unknown),
  });
  return { write };
}

function watched(real: Outbound, pass: (at: Point) => void): Outbound {
  return {
    request: (input) => real.request(input),
    close: () => real.close(),
    [Symbol.asyncDispose]: () => real.close(),
    async post(input) {
      const response = await real.post(input);
      pass('after-post');
      return response;
    },
  };
}
