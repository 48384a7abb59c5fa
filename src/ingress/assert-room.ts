import { type Shortage, unavailable } from '../errors.js';

/** Throws UNAVAILABLE with its reason while nothing more can be taken in. */
export function assertRoom({ shortage }: { shortage(): Shortage | null }): void {
  const lack = shortage();
  if (lack) throw unavailable(lack.reason, BUSY, lack);
}

export const BUSY = 'The server is busy; send the message again later.';
