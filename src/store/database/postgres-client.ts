import PostgresClient, { type Connection } from 'knex/lib/dialects/postgres/index.js';
import { unavailable } from '../../errors.js';
import { codeOf } from './failures.js';

/**
 * knex's PostgreSQL, which tells a database that cannot be reached (UNAVAILABLE, worth another try) from one that
 * refuses what it was asked, and never uses such a connection again, nor those that were open beside it: what cuts
 * one without a word (a fail-over, a firewall) cuts all, and each would cost its user the whole time limit.
 *
 * PostgreSQL keeps no NUL in a text, where SQLite does: what a name or a search holds of them becomes U+FFFD. JSON texts
 * write theirs as an escape, which stays.
 */
export class ReachablePostgres extends PostgresClient {
  /** Those opened since one was last given up. */
  readonly #fresh: Company = { number: 0 };

  override async acquireRawConnection(): Promise<Connection> {
    const connection = await super.acquireRawConnection();
    opened.set(connection, { beside: this.#fresh, number: this.#fresh.number });
    return connection;
  }

  override async validateConnection(connection: Connection): Promise<boolean> {
    const valid = isFresh(connection);
    if (!valid) connection.connection.stream.destroy(); // or its end would wait for a goodbye
    return valid;
  }

  override async acquireConnection(): Promise<Connection> {
    try {
      return await super.acquireConnection();
    } catch (error) {
      throw explain(error);
    }
  }

  override prepBindings(bindings: unknown[] | undefined): unknown[] | undefined {
    return super.prepBindings(bindings)?.map(withoutNul);
  }

  override async query(connection: Connection, query: unknown): Promise<unknown> {
    try {
      return await super.query(connection, query);
    } catch (error) {
      const explained = explain(error);
      if (explained !== error) {
        connection.__knex__disposed = error;
        giveUpAllBeside(connection);
        connection.connection.stream.destroy(); // or a rollback would wait behind an answer that never comes
      }
      throw explained;
    }
  }
}

interface Company {
  /** Of the present ones; counted up when they are given up. */
  number: number;
}

/** Kept by connection: a transaction asks a client of its own, which knex makes without its fields. */
const opened = new WeakMap<Connection, { beside: Company; number: number }>();

const isFresh = (connection: Connection): boolean => {
  const known = opened.get(connection);
  return known === undefined || known.number === known.beside.number;
};

function giveUpAllBeside(connection: Connection): void {
  const known = opened.get(connection);
  if (known && isFresh(connection)) known.beside.number += 1;
}

const withoutNul = (binding: unknown): unknown =>
  typeof binding === 'string' && binding.includes('\0') ? binding.replaceAll('\0', '\uFFFD') : binding;

function explain(error: unknown): unknown {
  if (!isConnectionFailure(error)) return error;
  return unavailable('DATABASE_AWAY', 'The database does not answer just now; try again.', { cause: error });
}

/**
 * SQLSTATE class 08 is a lost connection, 57P a server going down, 53 out of resources, 25P03 a session that was ended
 * for its silence within a transaction, 25006 a server that only reads: a standby, or the former primary after a
 * fail-over (PostgreSQL, appendix A).
 */
const LOST = /^(08|57P|53|25P03|25006)/;

/** Of Node's sockets and resolver. */
const UNREACHABLE = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ETIMEDOUT',
]);

/** The words of pg and of knex's pool. */
const WORDS = /Connection terminated|acquiring a connection|Query read timeout|not queryable|timeout expired/i;

function isConnectionFailure(error: unknown): boolean {
  const code = codeOf(error);
  return LOST.test(code) || UNREACHABLE.has(code) || (error instanceof Error && WORDS.test(error.message));
}
