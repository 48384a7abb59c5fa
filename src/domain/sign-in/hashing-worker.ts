import { scryptSync } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

const KEY_BYTES = 32;
// OWASP's password storage cheat sheet: N = 2^17, r = 8, p = 1 (128 MiB, about a third of a second).
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

/* A thread that derives keys from passwords, one after the other. */
parentPort?.on('message', ({ password, salt }: { password: string; salt: Uint8Array }) => {
  parentPort?.postMessage(scryptSync(password, salt, KEY_BYTES, COST));
});
