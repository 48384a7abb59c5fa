import { parentPort } from 'node:worker_threads';
import type { ThreadAnswer } from '../thread.js';
import { parseJson } from './parse-json.js';

/** JSON values of an upload: a bot file of 20 MB holds half as many. Bounds what they cost the thread that gets them. */
const MAX_VALUES = 1_000_000;

/* A thread that parses large bodies, one after the other. */
parentPort?.on('message', ({ id, work }: { id: number; work: Uint8Array }) => {
  parentPort?.postMessage(answer(id, work));
});

function answer(id: number, { buffer, byteOffset, byteLength }: Uint8Array): ThreadAnswer<unknown> {
  try {
    return { id, result: parseJson(Buffer.from(buffer, byteOffset, byteLength), MAX_VALUES) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
