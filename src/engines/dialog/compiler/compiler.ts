import { compile } from '../../../definition/compile.js';
import type { Program } from '../../../definition/program.js';
import { readDefinition } from '../../../definition/read.js';
import { createThread } from '../../../thread.js';

export interface Compiler extends AsyncDisposable {
  /** Compiles the JSON text of a bot definition. Rejects when it is none; with UNAVAILABLE when its thread ends. */
  compile(definition: string): Promise<Program>;
  close(): Promise<void>;
}

/** Smaller definitions compile in less time than their way to a thread and back is worth: some 20 ms. */
const INLINE_CHARACTERS = 50_000;

/** Compiles definitions away from the hot path, on a thread that starts when the first large one comes. */
export function createCompiler(): Compiler {
  const thread = createThread<string, Program>(new URL('./compile-worker.js', import.meta.url));
  return {
    compile: async (definition) =>
      definition.length <= INLINE_CHARACTERS
        ? compile(readDefinition(JSON.parse(definition)).definition)
        : thread.run(definition),
    close: thread.close,
    [Symbol.asyncDispose]: thread.close,
  };
}
