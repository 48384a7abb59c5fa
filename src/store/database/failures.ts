/** The driver's code of a failure; empty when it has none. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** Whether the database could not be reached or is locked, as against refusing what it was asked. */
export const isUnavailable = (error: unknown): boolean =>
  ['UNAVAILABLE', 'SQLITE_BUSY', 'SQLITE_LOCKED'].includes(codeOf(error)) || isPoolTimeout(error);

/** knex gives this error no code. */
const isPoolTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'KnexTimeoutError';

/** Code of the error after which the thread that writes to SQLite is gone. */
export const COMMIT_THREAD_LOST = 'COMMIT_THREAD_LOST';

/** SQLite result codes after which the file's state on disk is in doubt (sqlite.org/rescode.html). */
const FATAL = new Set([
  COMMIT_THREAD_LOST,
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
]);

/** Whether nothing more may be written after this: what was acknowledged is safe, what comes now might not be. */
export const isFatal = (error: unknown): error is Error => error instanceof Error && FATAL.has(codeOf(error));

/** Whether this server failed, and not what it was asked to do: never a bot's answer, and worth another try. */
export const isInfrastructure = (error: unknown): boolean => isUnavailable(error) || isFatal(error);
