import type { Knex } from 'knex';

export type Cell = string | number | boolean | null;

/** What SQL text is run with. */
export interface Statements {
  /** Gives the rows it returns. `?` stands for a binding. */
  query<Row>(sql: string, bindings: readonly Cell[]): Promise<Row[]>;
}

/** The open transaction of a batch. */
export interface BatchTransaction extends Statements {
  /** Runs the hook once the batch is durable, and never where it is not. */
  afterCommit(hook: () => void): void;
}

/**
 * A transaction straight on a connection of knex's pool. knex makes a client, an emitter and three promises of its own for
 * every statement, which is more than the statement costs; and on PostgreSQL these few statements are prepared once for
 * each connection.
 */
export async function inBatchTransaction<T>(db: Knex, work: (trx: BatchTransaction) => Promise<T>): Promise<T> {
  const client = db.client as Client;
  const connection = await client.acquireConnection();
  const hooks: (() => void)[] = [];
  const run = async (statement: Statement, bindings: readonly Cell[] = []): Promise<unknown> => {
    const query: Query = { ...statement, method: 'raw', bindings: [...bindings] };
    await client.query(connection, query);
    return query.response;
  };
  try {
    await run({ sql: 'BEGIN' });
    const result = await work({
      query: async <Row>(sql: string, bindings: readonly Cell[]) =>
        rowsOf<Row>(await run(preparedOf(client, sql), bindings)),
      afterCommit: (hook) => void hooks.push(hook),
    });
    await run({ sql: 'COMMIT' });
    for (const hook of hooks) hook();
    return result;
  } catch (error) {
    await run({ sql: 'ROLLBACK' }).catch((failure: unknown) => {
      connection.__knex__disposed = failure; // whatever is open on it goes with it
    });
    throw error;
  } finally {
    await client.releaseConnection(connection);
  }
}

/** The same by way of knex, in a transaction that is open there, or in none. */
export const statementsOn = (db: Knex): Statements => ({
  query: async <Row>(sql: string, bindings: readonly Cell[]) => rowsOf<Row>(await db.raw(sql, [...bindings])),
});

/** What knex's clients of both databases offer, beside what it declares. */
interface Client {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
  query(connection: Connection, query: Query): Promise<unknown>;
  positionBindings(sql: string): string;
}

interface Connection {
  /** Set, the pool gives it to nobody any more. */
  __knex__disposed?: unknown;
}

interface Statement {
  sql: string;
  /** Passed on to pg, which prepares a statement that has a name. SQLite's client prepares all. */
  options?: { name: string };
}

interface Query extends Statement {
  method: 'raw';
  bindings: Cell[];
  /** Where knex puts what the driver gave. */
  response?: unknown;
}

const prepared = new Map<string, Statement>();

function preparedOf(client: Client, sql: string): Statement {
  const known = prepared.get(sql);
  if (known) return known;
  const made = { sql: client.positionBindings(sql), options: { name: `batch_${prepared.size}` } };
  prepared.set(sql, made);
  return made;
}

/** SQLite's driver gives the rows, PostgreSQL's an object that has them. */
const rowsOf = <Row>(response: unknown): Row[] =>
  (Array.isArray(response) ? response : ((response as { rows?: unknown } | undefined)?.rows ?? [])) as Row[]; // as the statement says
