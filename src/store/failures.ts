/** What the driver calls a failure, or nothing. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** Whether the database could not be reached, or is locked by somebody else: as against refusing what it was asked. */
export const isUnavailable = (error: unknown): boolean =>
  ['UNAVAILABLE', 'SQLITE_BUSY', 'SQLITE_LOCKED'].includes(codeOf(error));

/** The thread that writes to SQLite is gone. */
export const COMMIT_THREAD_LOST = 'COMMIT_THREAD_LOST';
