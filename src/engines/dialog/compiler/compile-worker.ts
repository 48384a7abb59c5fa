import { parentPort } from 'node:worker_threads';
import { compile } from '../../../definition/compile.js';
import type { Program } from '../../../definition/program.js';
import { readDefinition } from '../../../definition/read.js';

export type CompileResult = { id: number; program: Program } | { id: number; error: string };

/* A thread that compiles definitions, one after the other. */
parentPort?.on('message', ({ id, definition }: { id: number; definition: string }) => {
  parentPort?.postMessage(run(id, definition));
});

function run(id: number, definition: string): CompileResult {
  try {
    return { id, program: compile(readDefinition(JSON.parse(definition)).definition) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
