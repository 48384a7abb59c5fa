import { SECOND } from '../time.js';

/**
 * Milliseconds that a connection nobody uses stays open while its server retires: clients give theirs up after some
 * seconds, and one that is cut might be just about to be used.
 */
export const RETIRE_MS = 5 * SECOND;
