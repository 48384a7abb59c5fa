import type { Knex } from 'knex';
import PostgresClient, { type Connection as PostgresConnection } from 'knex/lib/dialects/postgres/index.js';
import SqliteClient, {
  type Query,
  type Connection as SqliteConnection,
  type Statement,
} from 'knex/lib/dialects/sqlite3/index.js';

// All that is used of knex beyond its declared API. test/store/knex-internals.test.ts fails when an update changes it.

export type { PostgresConnection, SqliteConnection, Statement };

/** knex's PostgreSQL client with hooks. Transactions call them on clients without fields, which knex makes of the prototype. */
export abstract class HookedPostgres extends PostgresClient {
  /** Called once for each new connection, on the client that was constructed. */
  protected abstract opened(connection: PostgresConnection): void;
  /** Whether the pool may hand the connection out again. */
  protected abstract isUsable(connection: PostgresConnection): boolean;
  /** The error to throw for a failed query, or for a connection that could not be had (null). */
  protected abstract explain(error: unknown, connection: PostgresConnection | null): unknown;
  /** The text sent for a bound value. */
  protected abstract toSent(binding: unknown): unknown;

  override async acquireRawConnection(): Promise<PostgresConnection> {
    const connection = await super.acquireRawConnection();
    this.opened(connection);
    return connection;
  }

  override async validateConnection(connection: PostgresConnection): Promise<boolean> {
    return this.isUsable(connection);
  }

  override async acquireConnection(): Promise<PostgresConnection> {
    try {
      return await super.acquireConnection();
    } catch (error) {
      throw this.explain(error, null);
    }
  }

  override prepBindings(bindings: unknown[] | undefined): unknown[] | undefined {
    return super.prepBindings(bindings)?.map(this.toSent);
  }

  override async query(connection: PostgresConnection, query: unknown): Promise<unknown> {
    try {
      return await super.query(connection, query);
    } catch (error) {
      throw this.explain(error, connection);
    }
  }
}

/** Closes a PostgreSQL connection without the farewell that one gone silent would never answer. */
export const cutConnection = (connection: PostgresConnection): void => connection.connection.stream.destroy();

/** knex's SQLite client with hooks. */
export abstract class HookedSqlite extends SqliteClient {
  /** The compiled statement to run. */
  protected abstract statementOf(connection: SqliteConnection, sql: string): Promise<Statement>;
  /** Called before the connection is closed. */
  protected abstract closing(connection: SqliteConnection): Promise<void>;

  override async _query(connection: SqliteConnection, query: Query): Promise<Query> {
    const statement = await this.statementOf(connection, query.sql);
    return new Promise((resolve, reject) => {
      statement[returnsRows(query) ? 'all' : 'run'](query.bindings ?? [], function (error, rows) {
        if (error) return reject(error);
        query.response = rows;
        query.context = this; // where knex looks for `lastID` and `changes`
        resolve(query);
      });
    });
  }

  override async destroyRawConnection(connection: SqliteConnection): Promise<void> {
    await this.closing(connection);
    return super.destroyRawConnection(connection);
  }
}

/** The choice knex makes between the driver's `all` and `run`. */
function returnsRows({ method, returning }: Query): boolean {
  if (method === 'insert' || method === 'update') return Boolean(returning);
  return method !== 'counter' && method !== 'del';
}

/** A connection taken out of a pool; `.connection()` of a builder accepts it. */
export interface TakenConnection {
  __knex__disposed?: unknown;
}

export const takeConnection = (db: Knex): Promise<TakenConnection> => db.client.acquireConnection();

/** Gives the connection back, before this returns. */
export function releaseConnection(db: Knex, connection: TakenConnection): void {
  void db.client.releaseConnection(connection);
}

/** Makes the pool close the connection once it is released. */
export function discardConnection(connection: TakenConnection, reason: unknown): void {
  connection.__knex__disposed = reason;
}

/** Whether anybody waits for a connection of the pool. */
export const isConnectionAwaited = (db: Knex): boolean => db.client.pool.numPendingAcquires() > 0;

/**
 * Runs SQL on a taken connection and gives what the driver answers. `?` stands for a binding. PostgreSQL prepares a
 * statement that has a name once per connection.
 */
export async function queryOn(
  db: Knex,
  connection: TakenConnection,
  sql: string,
  bindings: readonly unknown[] = [],
  name?: string,
): Promise<unknown> {
  const query: Query & { options?: { name: string } } = { sql, method: 'raw', bindings: [...bindings] };
  if (name !== undefined) query.options = { name };
  await db.client.query(connection, query);
  return query.response;
}

export const isSqlite = (db: Knex): boolean => db.client.dialect === 'sqlite3';
