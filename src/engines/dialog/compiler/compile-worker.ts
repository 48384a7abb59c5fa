import { parentPort } from 'node:worker_threads';
import { compile } from '../../../definition/compile.js';
import type { Program } from '../../../definition/program.js';
import { readDefinition } from '../../../definition/read.js';
import type { ThreadAnswer } from '../../../thread.js';

/* A thread that compiles definitions, one after the other. */
parentPort?.on('message', ({ id, work }: { id: number; work: string }) => {
  parentPort?.postMessage(answer(id, work));
});

function answer(id: number, definition: string): ThreadAnswer<Program> {
  try {
    return { id, result: compile(readDefinition(JSON.parse(definition)).definition) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
