import type { Worker } from 'node:worker_threads';
import { compile } from '../../../definition/compile.js';
import type { Program } from '../../../definition/program.js';
import { readDefinition } from '../../../definition/read.js';
import { AppError } from '../../../errors.js';
import { startWorker } from '../../../start-worker.js';
import type { CompileResult } from './compile-worker.js';

export interface Compiler extends AsyncDisposable {
  /** Compiles the JSON text of a bot definition. Rejects when it is none; with UNAVAILABLE when its thread ends. */
  compile(definition: string): Promise<Program>;
  close(): Promise<void>;
}

/** Smaller definitions compile in less time than their way to a thread and back is worth: some 20 ms. */
const INLINE_CHARACTERS = 50_000;

/** Compiles definitions away from the hot path, on a thread that starts when the first large one comes. */
export function createCompiler(): Compiler {
  let worker: Worker | null = null;
  let lastId = 0;
  const waiting = new Map<number, { resolve(program: Program): void; reject(error: Error): void }>();

  const fail = (error: Error): void => {
    worker = null;
    const ended = new AppError('UNAVAILABLE', 'The bot could not be compiled just now; try again.', { cause: error });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  const thread = (): Worker => {
    if (worker) return worker;
    const started = startWorker(new URL('./compile-worker.js', import.meta.url));
    started.on('message', (result: CompileResult) => {
      const pending = waiting.get(result.id);
      waiting.delete(result.id);
      if (waiting.size === 0) started.unref();
      if ('program' in result) pending?.resolve(result.program);
      else pending?.reject(new Error(result.error));
    });
    started.on('error', fail);
    started.on('exit', () => {
      if (worker === started) fail(new Error('The thread that compiles bots ended.'));
    });
    worker = started;
    return started;
  };
  const close = async (): Promise<void> => {
    const running = worker;
    fail(new Error('The compiler is closed.'));
    await running?.terminate();
  };
  return {
    compile: (definition) => {
      if (definition.length <= INLINE_CHARACTERS) {
        return Promise.resolve().then(() => compile(readDefinition(JSON.parse(definition)).definition));
      }
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        const running = thread();
        running.ref();
        running.postMessage({ id, definition });
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
