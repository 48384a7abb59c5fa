import { parentPort, workerData } from 'node:worker_threads';
import { newQuickJSWASMModule, type QuickJSContext, type QuickJSHandle } from 'quickjs-emscripten';
import { cpuClock, ownCpuFile } from './cpu-time.js';
import { librarySources } from './libraries.js';
import { PRELUDE } from './prelude.js';
import type { Job, Result, WorkerData } from './protocol.js';
import { takeSnapshot } from './snapshot.js';

/*
 * A worker thread that runs scripts of bots. After each one the memory of its QuickJS is put back to what it was before
 * the first: nothing a script did is there for the next. An error that is not the script's own ends the worker: a wasm
 * heap that was interrupted in the middle cannot be trusted.
 */

/** Bytes of stack a script may use, well below the thread's own; beyond it the script fails with a stack overflow. */
const STACK_BYTES = 128 * 1024;
/** Loading the libraries takes some 40 ms, once, and running a script that uses them under 1 ms. */
const NEEDS_LIBRARIES = /\bkoreUtil\b/;

interface Prepared {
  context: QuickJSContext;
  run: QuickJSHandle;
  /** Forgets all scripts that ran. */
  reset(): void;
}

// The pool that starts this worker passes exactly this.
const { scriptStart, ...limits } = workerData as WorkerData;
const port = parentPort;
if (!port) throw new Error('script-worker runs as a worker thread only');

const cpuFile = ownCpuFile();
const ownCpuMs = cpuClock(cpuFile);
/** When the running script began, by the clock and by this thread's CPU time. */
const started = { at: 0, cpuMs: 0 };
const plain = await prepare([]);
let equipped: Promise<Prepared> | null = null;
let last: Promise<void> = Promise.resolve();

port.on('message', (job: Job) => {
  // One after the other: a script must not run while another's memory is being put back.
  last = last.then(() => answer(job));
});
// Ready to run scripts.
port.postMessage({ cpuFile });

async function answer(job: Job): Promise<void> {
  const needsLibraries =
    NEEDS_LIBRARIES.test(job.script) || (job.library !== null && NEEDS_LIBRARIES.test(job.library));
  if (needsLibraries) equipped ??= prepare(librarySources());
  const prepared = equipped && needsLibraries ? await equipped : plain;
  port?.postMessage(execute(prepared, job));
  prepared.reset();
}

async function prepare(libraries: readonly string[]): Promise<Prepared> {
  const quickJs = await newQuickJSWASMModule();
  const runtime = quickJs.newRuntime();
  runtime.setMemoryLimit(limits.memoryBytes);
  runtime.setMaxStackSize(STACK_BYTES);
  const context = runtime.newContext();
  for (const source of libraries) context.unwrapResult(context.evalCode(source, 'library.js')).dispose();
  const run = context.unwrapResult(context.evalCode(PRELUDE, 'prelude.js'));
  // The clock on the wall is cheap to read and never behind the CPU time, so it is asked first.
  runtime.setInterruptHandler(
    () => performance.now() - started.at > limits.scriptTimeMs && ownCpuMs() - started.cpuMs > limits.scriptTimeMs,
  );
  const { memoryBytes } = limits;
  return { context, run, reset: takeSnapshot(quickJs.getWasmMemory(), { memoryBytes, stackBytes: STACK_BYTES }) };
}

/** Runs one script. What it allocates is not freed: the reset that follows forgets it. */
function execute({ context, run }: Prepared, job: Job): Result {
  const arguments_ = [
    context.newString(job.scope),
    context.newString(job.script),
    context.newNumber(job.now),
    context.newNumber(job.seed),
  ];
  started.at = performance.now();
  started.cpuMs = ownCpuMs();
  scriptStart[0] = started.cpuMs;
  const loaded = job.library === null ? null : context.evalCode(job.library, 'functions.js');
  const result = loaded?.error ? loaded : context.callFunction(run, context.undefined, ...arguments_);
  scriptStart[0] = 0;
  if (result.error) {
    const error: unknown = context.dump(result.error);
    return { id: job.id, error: describe(error), stopped: ranOverLimits(error) };
  }
  // The prelude returns JSON of exactly this pair.
  const [printed, changed] = JSON.parse(context.getString(result.value)) as [string, string | null];
  return { id: job.id, printed, context: changed };
}

/** Lines that QuickJS puts before a script when it makes a function of it. */
const LINES_BEFORE = 2;
/** Characters of an error that are kept; what is longer is cut. */
const MAX_DESCRIPTION = 500;

/** The error as the bot's developer reads it: kind, message and line in the script. */
function describe(error: unknown): string {
  // There may be no memory left for an error that says so.
  if (error === null) return 'The script used up its memory, or threw null.';
  if (typeof error !== 'object')
    return String(error).slice(0, MAX_DESCRIPTION) || 'The script threw something that says nothing.';
  const { name = 'Error', message, stack = '' } = error as { name?: unknown; message?: unknown; stack?: unknown };
  if (message === 'interrupted') return `The script ran longer than ${limits.scriptTimeMs} ms and was stopped.`;
  const place = /<(?:anonymous|input)>:(\d+)/.exec(String(stack))?.[1];
  const line = place === undefined ? '' : ` (line ${Math.max(1, Number(place) - LINES_BEFORE)})`;
  // A script may throw any value. One that is no error has no message: it is shown as JSON.
  const said = message === undefined ? `The script threw ${inJson(error)}` : `${String(name)}: ${String(message)}`;
  return `${said.slice(0, MAX_DESCRIPTION)}${line}`;
}

/** A script may throw an error that looks like these; it gains nothing by it. */
const ranOverLimits = (error: unknown): boolean =>
  error === null ||
  (typeof error === 'object' && 'message' in error && /^(interrupted|out of memory)$/.test(String(error.message)));

function inJson(thrown: object): string {
  try {
    return JSON.stringify(thrown);
  } catch {
    return 'an object that is nested too deep to be shown';
  }
}
