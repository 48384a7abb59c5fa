import type { Outbound } from '../../src/outbound/request.js';
import type { AppOverrides } from '../../src/server/app.js';
import type { Database } from '../../src/store/database/database.js';

/** Where a crash leaves the outside world and the database furthest apart. */
export const POINTS = ['before-commit', 'after-commit', 'after-post'] as const;
export type Point = (typeof POINTS)[number];

/**
 * Ends this process by SIGKILL at the n-th time it passes a point, e.g. `after-post:12`; with `before-commit:1:canaries` only
 * commits of transactions count that have named this table.
 */
export function deadlyPoint(spec: string): Pick<AppOverrides, 'database' | 'outbound' | 'commitThread'> {
  const [point, count, table] = spec.split(':');
  let left = Number(count);
  const pass = (at: Point): void => {
    if (at !== point) return;
    left -= 1;
    if (left <= 0) process.kill(process.pid, 'SIGKILL');
  };
  return {
    database(real) {
      if (table !== undefined) watchTransactions(real, table, pass);
      else watchBatches(real, pass);
      return real;
    },
    outbound: (real) => watched(real, pass),
    commitThread: false, // its transactions would not pass here
  };
}

/** A transaction ends with COMMIT, alone or at the end of a script, or is one call of the function that writes a batch. */
function watchBatches({ write }: Database, pass: (at: Point) => void): void {
  const commits = (statement: unknown): boolean => {
    const sql = typeof statement === 'string' ? statement : ((statement as { sql?: string }).sql ?? '');
    return sql.endsWith('COMMIT') || sql.startsWith('select hookswitch_commit_');
  };
  const watchedCall =
    (call: (connection: unknown, statement: unknown) => Promise<unknown>) =>
    async (connection: unknown, statement: unknown): Promise<unknown> => {
      if (!commits(statement)) return call(connection, statement);
      pass('before-commit');
      const result = await call(connection, statement);
      pass('after-commit');
      return result;
    };
  for (const name of ['query', 'script']) {
    const call: unknown = write.client[name];
    if (typeof call === 'function') write.client[name] = watchedCall(call.bind(write.client) as never);
  }
}

type Query = (this: unknown, connection: object, query: string | { sql?: string }) => Promise<unknown>;

/** knex makes the client of each transaction of the prototype of the pool's. */
function watchTransactions({ write }: Database, table: string, pass: (at: Point) => void): void {
  const client: { query: Query } = Object.getPrototypeOf(write.client);
  const { query } = client;
  const named = new WeakSet<object>();
  client.query = async function (connection, statement) {
    const sql = typeof statement === 'string' ? statement : (statement.sql ?? '');
    if (sql.includes(table)) named.add(connection);
    const isEnd = /^(COMMIT|ROLLBACK);?$/i.test(sql.trim()) && named.delete(connection);
    if (!isEnd || !/^COMMIT/i.test(sql.trim())) return query.call(this, connection, statement);
    pass('before-commit');
    const result = await query.call(this, connection, statement);
    pass('after-commit');
    return result;
  };
}

function watched(real: Outbound, pass: (at: Point) => void): Outbound {
  return {
    close: () => real.close(),
    [Symbol.asyncDispose]: () => real.close(),
    async request(input) {
      const response = await real.request(input);
      pass('after-post');
      return response;
    },
  };
}
