/** What the driver calls a failure, or nothing. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/**
 * Whether the database could not be reached, as against refusing what it was asked: SQLSTATE class 08 is a lost
 * connection, 57P a server going down, 53 out of resources (PostgreSQL, appendix A).
 */
export function isConnectionFailure(error: unknown): boolean {
  if (/^(08|57P|53)/.test(codeOf(error))) return true;
  if (['UNAVAILABLE', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(codeOf(error))) return true;
  return (
    error instanceof Error && /Connection terminated|acquiring a connection|Query read timeout/i.test(error.message)
  );
}
