import { parentPort } from 'node:worker_threads';
import { MAX_UPLOADED_VALUES } from '../json-limits.js';
import type { ThreadAnswer } from '../thread.js';
import { parseJson } from './parse-json.js';

/* A thread that parses large bodies, one after the other. */
parentPort?.on('message', ({ id, work }: { id: number; work: Uint8Array }) => {
  parentPort?.postMessage(answer(id, work));
});

function answer(id: number, { buffer, byteOffset, byteLength }: Uint8Array): ThreadAnswer<unknown> {
  try {
    return { id, result: parseJson(Buffer.from(buffer, byteOffset, byteLength), MAX_UPLOADED_VALUES) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
