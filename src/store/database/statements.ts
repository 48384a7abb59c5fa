import type { Knex } from 'knex';
import { discardConnection, isSqlite, queryOn, releaseConnection, takeConnection } from './knex-internals.js';

export type Cell = string | number | boolean | null;

/** Runs SQL text, in which `?` stands for a binding. */
export interface Statements {
  /** Gives the rows the statement returns. */
  query<Row>(sql: string, bindings: readonly Cell[]): Promise<Row[]>;
}

/** The open transaction of a batch. */
export interface BatchTransaction extends Statements {
  /** Registers a hook that runs once the batch is durable, and never if it is not. */
  afterCommit(hook: () => void): void;
}

/** Plans made while a table is small are kept when it is large: what reads all of it (see `RowSource.by`) is not to be among them. */
const BEGIN_BY_INDEX = 'BEGIN; SET LOCAL enable_seqscan = off';

/**
 * Runs `work` in a transaction straight on a connection of knex's pool, with statements that PostgreSQL prepares once per
 * connection. knex makes a client, an emitter and three promises for every statement, which cost more than it does.
 */
export async function inBatchTransaction<T>(db: Knex, work: (trx: BatchTransaction) => Promise<T>): Promise<T> {
  const connection = await takeConnection(db);
  const hooks: (() => void)[] = [];
  try {
    await queryOn(db, connection, isSqlite(db) ? 'BEGIN' : BEGIN_BY_INDEX);
    const result = await work({
      query: async <Row>(sql: string, bindings: readonly Cell[]) =>
        rowsOf<Row>(await queryOn(db, connection, sql, bindings, nameOf(sql))),
      afterCommit: (hook) => void hooks.push(hook),
    });
    await queryOn(db, connection, 'COMMIT');
    for (const hook of hooks) hook();
    return result;
  } catch (error) {
    // A connection that cannot roll back is closed, and its transaction with it.
    await queryOn(db, connection, 'ROLLBACK').catch((failure: unknown) => discardConnection(connection, failure));
    throw error;
  } finally {
    releaseConnection(db, connection);
  }
}

/** Runs one such statement, which is its own transaction. */
export async function queryOnce<Row>(db: Knex, sql: string, bindings: readonly Cell[]): Promise<Row[]> {
  const connection = await takeConnection(db);
  try {
    return rowsOf<Row>(await queryOn(db, connection, sql, bindings, nameOf(sql)));
  } finally {
    releaseConnection(db, connection);
  }
}

/** The same by way of knex, in a transaction that is open there, or in none. */
export const statementsOn = (db: Knex): Statements => ({
  query: async <Row>(sql: string, bindings: readonly Cell[]) => rowsOf<Row>(await db.raw(sql, [...bindings])),
});

const names = new Map<string, string>();

/** The name under which PostgreSQL keeps a statement. SQLite's client keeps all by their text. */
function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known) return known;
  const name = `batch_${names.size}`;
  names.set(sql, name);
  return name;
}

/** SQLite's driver gives the rows, PostgreSQL's an object that has them. */
const rowsOf = <Row>(response: unknown): Row[] =>
  (Array.isArray(response) ? response : ((response as { rows?: unknown } | undefined)?.rows ?? [])) as Row[]; // as the statement says
