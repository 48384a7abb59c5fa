import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { getQuickJS, type QuickJSContext, type QuickJSHandle, type QuickJSRuntime } from 'quickjs-emscripten';
import { cpuMs, ownCpuFile } from './cpu-time.js';
import { PRELUDE } from './prelude.js';
import type { Job, Result, WorkerLimits } from './protocol.js';

/*
 * A worker thread that runs scripts of bots, each in a QuickJS runtime of its own that is thrown away afterwards. The
 * next runtimes are made ready while nobody waits. An error that is not the script's own ends the worker: a wasm heap
 * that was interrupted in the middle cannot be trusted.
 */

const STACK_BYTES = 128 * 1024; // QuickJS must notice a deep recursion before the thread's own stack ends
const SPARES = 3;
/** Loading the libraries takes some 40 ms, running a script that uses them under 1 ms. */
const NEEDS_LIBRARIES = /\bkoreUtil\b/;

interface Prepared {
  runtime: QuickJSRuntime;
  context: QuickJSContext;
  run: QuickJSHandle;
}

// The pool that starts this worker passes exactly this.
const limits = workerData as WorkerLimits;
const port = parentPort;
if (!port) throw new Error('script-worker runs as a worker thread only');

const cpuFile = ownCpuFile();
const quickJs = await getQuickJS();
const plain: Prepared[] = [];
const equipped: Prepared[] = [];
let librariesWanted = false;
let librarySources: string[] | null = null;

port.on('message', (job: Job) => {
  const libraries = NEEDS_LIBRARIES.test(job.script);
  librariesWanted ||= libraries;
  const prepared = (libraries ? equipped : plain).pop() ?? prepare(libraries);
  port.postMessage(execute(prepared, job));
  setImmediate(() => {
    prepared.run.dispose();
    prepared.context.dispose();
    prepared.runtime.dispose();
    stockUp();
  });
});
stockUp();
// Says that the worker is warm, and where to read how busy it is.
port.postMessage({ id: 0, printed: cpuFile, context: null } satisfies Result);

function stockUp(): void {
  while (plain.length < SPARES) plain.push(prepare(false));
  if (librariesWanted && equipped.length < SPARES) {
    equipped.push(prepare(true));
    setImmediate(stockUp);
  }
}

function prepare(libraries: boolean): Prepared {
  const runtime = quickJs.newRuntime();
  runtime.setMemoryLimit(limits.memoryBytes);
  runtime.setMaxStackSize(STACK_BYTES);
  const context = runtime.newContext();
  if (libraries) for (const source of sources()) context.unwrapResult(context.evalCode(source, 'library.js')).dispose();
  return { runtime, context, run: context.unwrapResult(context.evalCode(PRELUDE, 'prelude.js')) };
}

function execute({ runtime, context, run }: Prepared, job: Job): Result {
  const arguments_ = [
    context.newString(job.scope),
    context.newString(job.script),
    context.newNumber(job.now),
    context.newNumber(job.seed),
  ];
  const startedAt = performance.now();
  const cpuAtStart = cpuMs(cpuFile);
  // The clock on the wall is cheap to read and never behind the CPU time, so it is asked first.
  runtime.setInterruptHandler(
    () => performance.now() - startedAt > limits.scriptTimeMs && cpuMs(cpuFile) - cpuAtStart > limits.scriptTimeMs,
  );
  const result = context.callFunction(run, context.undefined, ...arguments_);
  runtime.removeInterruptHandler();
  for (const argument of arguments_) argument.dispose();
  if (result.error) {
    const message = describe(context.dump(result.error));
    result.error.dispose();
    return { id: job.id, error: message };
  }
  // The prelude returns JSON of exactly this pair.
  const [printed, changed] = JSON.parse(context.getString(result.value)) as [string, string | null];
  result.value.dispose();
  return { id: job.id, printed, context: changed };
}

/** What a developer of the bot reads: kind, message and the place in the script. */
function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { name = 'Error', message = '', stack = '' } = error as { name?: unknown; message?: unknown; stack?: unknown };
  if (message === 'interrupted') return `The script ran longer than ${limits.scriptTimeMs} ms and was stopped.`;
  const place = /<(?:anonymous|input)>:(\d+)/.exec(String(stack))?.[1];
  const line = place === undefined ? '' : ` (line ${Math.max(1, Number(place) - 1)})`;
  return `${String(name)}: ${String(message)}${line}`.slice(0, 500);
}

function sources(): string[] {
  if (librarySources) return librarySources;
  const require = createRequire(import.meta.url);
  const lodash = readFileSync(require.resolve('lodash/lodash.min.js'), 'utf8');
  const moment = readFileSync(require.resolve('moment/min/moment.min.js'), 'utf8');
  librarySources = [
    `${lodash}\n;globalThis.__lodash = globalThis._;`,
    `${moment}\n;globalThis.__moment = globalThis.moment;`,
  ];
  return librarySources;
}
