import { unavailable } from '../../errors.js';
import { codeOf } from './failures.js';
import { cutConnection, discardConnection, HookedPostgres, type PostgresConnection } from './knex-internals.js';

/**
 * knex's PostgreSQL client, which tells a database that cannot be reached (UNAVAILABLE, worth another try) from one that
 * refuses what it was asked. It never uses a connection that failed again, nor any other of its generation: what cuts one
 * without a word (a fail-over, a firewall) cuts all, and each would cost its user the whole time limit.
 *
 * PostgreSQL keeps no NUL in a text, where SQLite does: in names and searches each becomes U+FFFD. JSON texts write theirs
 * as an escape, which stays.
 */
export class ReachablePostgres extends HookedPostgres {
  /** The generation new connections belong to. */
  readonly #current: Generation = { number: 0 };

  protected override opened(connection: PostgresConnection): void {
    generations.set(connection, { pool: this.#current, number: this.#current.number });
  }

  protected override isUsable(connection: PostgresConnection): boolean {
    const usable = isCurrent(connection);
    if (!usable) cutConnection(connection);
    return usable;
  }

  protected override toSent(binding: unknown): unknown {
    return typeof binding === 'string' && binding.includes('\0') ? binding.replaceAll('\0', '\uFFFD') : binding;
  }

  protected override explain(error: unknown, connection: PostgresConnection | null): unknown {
    if (!isConnectionFailure(error)) return error;
    if (connection) {
      discardConnection(connection, error);
      invalidateGeneration(connection);
      cutConnection(connection); // or a rollback would wait behind an answer that never comes
    }
    return unavailable('DATABASE_AWAY', 'The database does not answer just now; try again.', { cause: error });
  }
}

/** The connections of a pool opened since one last failed; `number` counts the failures. */
interface Generation {
  number: number;
}

/** The pool's generation, and the connection's own, by connection: transactions have clients without fields. */
const generations = new WeakMap<PostgresConnection, { pool: Generation; number: number }>();

function isCurrent(connection: PostgresConnection): boolean {
  const own = generations.get(connection);
  return own === undefined || own.number === own.pool.number;
}

function invalidateGeneration(connection: PostgresConnection): void {
  const own = generations.get(connection);
  if (own && isCurrent(connection)) own.pool.number += 1;
}

/**
 * SQLSTATE class 08 is a lost connection, 57P a server going down, 53 out of resources, 25P03 a session that was ended
 * for its silence within a transaction, 25006 a server that only reads: a standby, or the former primary after a
 * fail-over (PostgreSQL, appendix A).
 */
const LOST = /^(08|57P|53|25P03|25006)/;

/** Codes of Node's sockets and resolver. */
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

/** Messages of pg and of knex's pool, which give no code. */
const WORDS = /Connection terminated|acquiring a connection|Query read timeout|not queryable|timeout expired/i;

function isConnectionFailure(error: unknown): boolean {
  const code = codeOf(error);
  return LOST.test(code) || UNREACHABLE.has(code) || (error instanceof Error && WORDS.test(error.message));
}
