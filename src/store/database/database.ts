import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import knexFactory, { type Knex } from 'knex';
import type pg from 'pg';
import { ReachablePostgres } from './postgres-client.js';
import { PreparingSqlite } from './sqlite-client.js';

/** A knex handle or an open transaction: what every query function takes first. */
export type Db = Knex;

export type Dialect = 'sqlite' | 'postgres';

export interface DatabaseConfig {
  /** `postgres://…`, or the path of the SQLite file. */
  url: string;
  /** SQLite: connections that read beside the writer. PostgreSQL: size of the pool. */
  readers?: number;
  /** PostgreSQL: statements may take any time, whatever the URL says; for migrations. */
  unlimited?: boolean;
}

/**
 * SQLite has one connection that writes and some that read (WAL lets them work side by side); on PostgreSQL both are
 * the same pool.
 */
export interface Database {
  dialect: Dialect;
  write: Knex;
  read: Knex;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How long a statement waits for another connection's lock, in ms; then it fails with SQLITE_BUSY. */
const BUSY_TIMEOUT_MS = 5_000;
/** Page cache of a connection, in KiB; pages beyond it are read from the system's cache. */
const WRITER_CACHE_KIB = 65_536;
const READER_CACHE_KIB = 16_384;
/** Pages of the log (16 MB) before they are written back to the file; SQLite's own 1,000 write hot pages back four times as often. */
const CHECKPOINT_PAGES = 4_000;

/** knex would write to standard output; the caller gets the error. */
const SILENT = { warn() {}, error() {}, deprecate() {}, debug() {} };

export function openDatabase(config: DatabaseConfig): Database {
  return /^postgres(ql)?:\/\//.test(config.url) ? openPostgres(config) : openSqlite(config);
}

function openSqlite({ url, readers = 4 }: DatabaseConfig): Database {
  mkdirSync(dirname(url), { recursive: true });
  const connect = (size: number, cacheKib: number, extra: string[] = []) =>
    knexFactory({
      client: PreparingSqlite,
      connection: { filename: url },
      useNullAsDefault: true,
      compileSqlOnError: false,
      log: SILENT,
      pool: {
        min: 1,
        max: size,
        afterCreate: (connection: SqliteConnection, done: (error?: Error | null) => void) =>
          connection.exec(
            [
              `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`,
              'PRAGMA journal_mode = WAL',
              'PRAGMA synchronous = FULL', // an acknowledged message survives a power cut
              'PRAGMA foreign_keys = ON',
              'PRAGMA secure_delete = ON', // what is removed is overwritten, in free pages too
              `PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
              'PRAGMA temp_store = MEMORY', // what a statement would undo if it failed halfway, of a batch at most
              `PRAGMA cache_size = -${cacheKib}`,
              ...extra,
            ].join(';'),
            (error) => done(error),
          ),
      },
    });
  const write = connect(1, WRITER_CACHE_KIB);
  const read = connect(readers, READER_CACHE_KIB, ['PRAGMA query_only = ON']);
  return {
    dialect: 'sqlite',
    write,
    read,
    async [Symbol.asyncDispose]() {
      await read.destroy();
      await write.destroy();
    },
  };
}

/**
 * Writes what the log of SQLite still holds of former rows back to the file, and empties it. False: somebody reads from
 * it, so it is to be tried again. PostgreSQL sees to it by itself.
 */
export async function emptyLog({ write, dialect }: Pick<Database, 'write' | 'dialect'>): Promise<boolean> {
  if (dialect !== 'sqlite') return true;
  const [row] = (await write.raw('PRAGMA wal_checkpoint(TRUNCATE)')) as { busy: number }[];
  return row?.busy === 0;
}

interface SqliteConnection {
  exec(sql: string, done: (error: Error | null) => void): void;
}

const INT8 = 20; // bigint columns hold milliseconds and counts, which fit a JavaScript number

/** How long an answer may take before the connection counts as lost. `?query_timeout=` in the URL overrides it. */
const QUERY_TIMEOUT_MS = 20_000;
/** Idle time before the system asks whether the other end of an unlimited connection is still there. */
const KEEP_ALIVE_AFTER_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Time limits of a session, in ms: by them PostgreSQL ends the transaction of a process that has vanished without a word,
 * which would stop every other process. Set by statement: poolers refuse what they do not know at the start of a session.
 */
const LIMITS = ['set idle_in_transaction_session_timeout = 5000'];
const NO_LIMITS = ['set statement_timeout = 0', 'set idle_in_transaction_session_timeout = 0'];
const KEEP_ALIVE = [
  'set tcp_keepalives_idle = 10',
  'set tcp_keepalives_interval = 5',
  'set tcp_keepalives_count = 3',
  'set tcp_user_timeout = 20000',
];

interface PostgresConnection {
  query(sql: string, done: (error: Error | null) => void): void;
}

/** Connections of a process to PostgreSQL, at most; what needs one more waits. */
export const CONNECTIONS = 16;

function openPostgres({ url, readers = CONNECTIONS, unlimited = false }: DatabaseConfig): Database {
  // Loaded here, since SQLite starts 0.1 s sooner without it.
  const { types: known } = createRequire(import.meta.url)('pg') as typeof pg;
  const types = {
    getTypeParser: (oid: number, format?: string) =>
      oid === INT8 ? Number : known.getTypeParser(oid, format as 'text'), // the declaration lists each format apart
  } as pg.CustomTypesConfig;
  const session = [...(unlimited ? NO_LIMITS : LIMITS), ...KEEP_ALIVE].join(';');
  const knex = knexFactory({
    client: ReachablePostgres,
    connection: {
      connectionString: unlimited ? withoutQueryTimeout(url) : url,
      types: types as never,
      application_name: 'hookswitch',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      ...(unlimited ? { keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS } : { query_timeout: QUERY_TIMEOUT_MS }),
    },
    pool: {
      min: 0,
      max: readers,
      afterCreate: (connection: PostgresConnection, done: (error?: Error | null) => void) =>
        connection.query(session, (error) => done(error)),
    },
    compileSqlOnError: false, // errors are logged, and must not hold stored values
    log: SILENT,
  });
  return {
    dialect: 'postgres',
    write: knex,
    read: knex,
    [Symbol.asyncDispose]: () => knex.destroy(),
  };
}

const withoutQueryTimeout = (url: string): string => url.replace(/(?<=[?&])query_timeout=[^&#]*/g, '');
