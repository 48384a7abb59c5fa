import { type ScryptOptions, scryptSync } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

const KEY_BYTES = 32;
const cost = workerData as ScryptOptions; // what createHashingThread passes

/* A thread that derives keys from passwords, one after the other. */
parentPort?.on('message', ({ password, salt }: { password: string; salt: Uint8Array }) => {
  parentPort?.postMessage(scryptSync(password, salt, KEY_BYTES, cost));
});
