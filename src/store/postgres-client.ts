import PostgresClient, { type Connection } from 'knex/lib/dialects/postgres/index.js';
import { AppError } from '../errors.js';
import { codeOf } from './failures.js';

/**
 * knex's PostgreSQL, which tells a database that cannot be reached (UNAVAILABLE, worth another try) from one that
 * refuses what it was asked, and never uses such a connection again.
 */
export class ReachablePostgres extends PostgresClient {
  override async acquireConnection(): Promise<Connection> {
    try {
      return await super.acquireConnection();
    } catch (error) {
      throw explain(error);
    }
  }

  override async query(connection: Connection, query: unknown): Promise<unknown> {
    try {
      return await super.query(connection, query);
    } catch (error) {
      const explained = explain(error);
      if (explained !== error) {
        connection.__knex__disposed = error;
        connection.connection.stream.destroy(); // or a rollback would wait behind an answer that never comes
      }
      throw explained;
    }
  }
}

function explain(error: unknown): unknown {
  if (!isConnectionFailure(error)) return error;
  return new AppError('UNAVAILABLE', 'The database does not answer just now; try again.', { cause: error });
}

/**
 * SQLSTATE class 08 is a lost connection, 57P a server going down, 53 out of resources (PostgreSQL, appendix A); the
 * words are those of pg and of knex's pool.
 */
function isConnectionFailure(error: unknown): boolean {
  if (/^(08|57P|53)/.test(codeOf(error))) return true;
  if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(codeOf(error))) return true;
  return (
    error instanceof Error &&
    /Connection terminated|acquiring a connection|Query read timeout|not queryable/i.test(error.message)
  );
}
