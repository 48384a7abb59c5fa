import type { Worker } from 'node:worker_threads';
import { isObject } from '../../../definition/json.js';
import { AppError } from '../../../errors.js';
import type { Json, JsonObject } from '../../../json.js';
import { deeperThan, MAX_JSON_DEPTH } from '../../../json-depth.js';
import { startWorker } from '../../../start-worker.js';
import type { ScriptRunner } from '../../../wire/reply.js';
import type { ScriptClock, ScriptSandbox } from '../deps.js';
import { cpuMs } from './cpu-time.js';
import type { Job, Result, WorkerLimits } from './protocol.js';
import { ScriptError } from './script-error.js';

export interface SandboxOptions {
  /** How many threads run scripts. Default 2. */
  workers?: number;
  /** How much CPU time one script may take. Default 50 ms. */
  scriptTimeMs?: number;
  /** How much memory one script may hold. Default 16 MiB. */
  memoryBytes?: number;
  /** How many scripts may wait for a thread before more are refused. Default 2000. */
  maxWaiting?: number;
}

export interface Sandbox extends ScriptSandbox, ScriptRunner, AsyncDisposable {
  /** Starts the threads, if no script has done so. */
  warmUp(): void;
  /** Resolves when all threads are warm. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** A context larger than this is refused: it would be written to the database with every turn. */
const MAX_CONTEXT_BYTES = 1024 * 1024; // the platform's own limit (kore-webhook.md §8.1)
/** A thread that does not even stop its script is looked at this often, and ended when it was busy all the time. */
const WATCH_MS = 1000;
/** CPU time after which a script has had every chance to be stopped: native code does not notice its limit at once. */
const GRACE_CPU_MS = 500;
/** Whatever the machine is busy with, nobody waits longer for a script. */
const MAX_WATCHES = 10;
const MAX_STILLBORN = 6;

interface Pending {
  job: Job;
  resolve(result: Result): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  running: Pending | null;
  watchdog: NodeJS.Timeout | null;
  warm: Promise<void>;
  /** Null until it is warm; then where its CPU time is read. */
  cpuFile: string | null;
}

/** Runs JavaScript of bots in QuickJS on threads of its own: no network, no host objects, limits on time and memory. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const limits: WorkerLimits = {
    scriptTimeMs: options.scriptTimeMs ?? 50,
    memoryBytes: options.memoryBytes ?? 16 * 1024 * 1024,
  };
  const maxWaiting = options.maxWaiting ?? 2000;
  const waiting: Pending[] = [];
  const threads: Thread[] = [];
  let lastId = 0;
  let closed = false;
  /** Threads in a row that died before they were warm: something is wrong with the installation, not with a script. */
  let stillborn = 0;

  const startThread = (): Thread => {
    const worker = startWorker(new URL('./script-worker.js', import.meta.url), {
      workerData: limits,
      // Scripts hold their memory in the wasm heap; this is for the thread itself.
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    let warmed: () => void = () => {};
    const warm = new Promise<void>((resolve) => {
      warmed = resolve;
    });
    const thread: Thread = { worker, running: null, watchdog: null, warm, cpuFile: null };
    worker.on('message', (result: Result) => {
      if (result.id === 0 && 'printed' in result) {
        stillborn = 0;
        thread.cpuFile = result.printed;
        worker.unref();
        warmed();
        return next();
      }
      const pending = settle(thread);
      if (pending?.job.id === result.id) pending.resolve(result);
      next();
    });
    const failed = (error: Error): void => {
      if (!threads.includes(thread) || closed) return;
      stillborn += 1;
      warmed();
      settle(thread)?.reject(new ScriptError(`The script broke its sandbox and was stopped: ${error.message}`, true));
      replace(thread);
    };
    worker.on('error', failed);
    worker.on('exit', () => failed(new Error('its thread ended')));
    return thread;
  };

  const replace = (thread: Thread): void => {
    const at = threads.indexOf(thread);
    if (at === -1 || closed) return;
    void thread.worker.terminate(); // a no-op when it has ended
    if (stillborn < MAX_STILLBORN) threads[at] = startThread();
    else threads.splice(at, 1);
    if (threads.length === 0)
      for (const pending of waiting.splice(0)) pending.reject(noThread('No thread for scripts can be started.'));
    next();
  };

  const settle = (thread: Thread): Pending | null => {
    if (thread.watchdog) clearTimeout(thread.watchdog);
    const pending = thread.running;
    thread.running = null;
    thread.watchdog = null;
    if (!pending) return null;
    thread.worker.unref();
    // Last in line for the next script: it is putting its memory back.
    const at = threads.indexOf(thread);
    if (at !== -1) threads.push(...threads.splice(at, 1));
    return pending;
  };

  const next = (): void => {
    while (waiting.length > 0) {
      const thread = threads.find((candidate) => candidate.cpuFile !== null && candidate.running === null);
      const pending = thread && waiting.shift();
      if (!thread || !pending) return;
      thread.running = pending;
      thread.worker.ref();
      watch(thread, busyMs(thread), 1);
      thread.worker.postMessage(pending.job);
    }
  };

  const watch = (thread: Thread, busyAtStart: number, round: number): void => {
    thread.watchdog = setTimeout(() => {
      const usedMs = busyMs(thread) - busyAtStart;
      if (usedMs < limits.scriptTimeMs + GRACE_CPU_MS && round < MAX_WATCHES)
        return watch(thread, busyAtStart, round + 1);
      settle(thread)?.reject(
        new ScriptError(`The script did not stop after ${limits.scriptTimeMs} ms; its thread was ended.`, true),
      );
      replace(thread);
    }, WATCH_MS);
  };

  const execute = (script: string, scope: string, at: ScriptClock): Promise<Result> => {
    open();
    if (closed || threads.length === 0) return Promise.reject(noThread('No thread runs scripts.'));
    if (waiting.length >= maxWaiting) return Promise.reject(noThread('Too many scripts wait to run.'));
    lastId += 1;
    const job: Job = { id: lastId, script, scope, now: at.now, seed: Math.floor(at.random() * 2 ** 32) };
    return new Promise((resolve, reject) => {
      waiting.push({ job, resolve, reject });
      next();
    });
  };

  const run: ScriptSandbox['run'] = async (script, scope, at) => {
    const result = await execute(script, JSON.stringify(scope), at);
    if ('error' in result) throw new ScriptError(result.error, result.stopped);
    assertShallow(result.printed, 'printed JSON');
    if (result.context !== null) replaceContext(scope, result.context);
    return result.printed;
  };

  let opened = false;
  const open = (): void => {
    if (opened || closed) return;
    opened = true;
    for (let count = 0; count < (options.workers ?? 2); count += 1) threads.push(startThread());
  };

  const close = async (): Promise<void> => {
    closed = true;
    for (const pending of waiting.splice(0)) pending.reject(noThread('No thread runs scripts.'));
    await Promise.all(threads.map((thread) => thread.worker.terminate()));
  };
  return {
    run,
    runner: (at) => ({ print: (script, scope) => run(script, scope, at) }),
    print: (script, scope) => run(script, scope, { now: Date.now(), random: Math.random }),
    warmUp: open,
    ready: async () => {
      open();
      await Promise.all(threads.map((thread) => thread.warm));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The script was not tried: that is no failure of its bot. */
const noThread = (why: string): AppError => new AppError('UNAVAILABLE', `${why} Try again.`);

function busyMs(thread: Thread): number {
  try {
    return cpuMs(thread.cpuFile ?? '');
  } catch {
    return Number.POSITIVE_INFINITY; // the thread is gone
  }
}

/** The engine and the renderer hold the very context object, so it is refilled instead of replaced. */
function replaceContext(scope: JsonObject, text: string): void {
  if (text.length > MAX_CONTEXT_BYTES) {
    throw new ScriptError(`The script left a context of more than ${MAX_CONTEXT_BYTES} characters. Keep less in it.`);
  }
  assertShallow(text, 'left a context');
  const parsed: unknown = text.includes('__proto__') ? JSON.parse(text, dropPrototype) : JSON.parse(text);
  const target = scope.context;
  if (!isObject(parsed) || !isObject(target)) return;
  const context = target as JsonObject; // the context of a scope is JSON
  for (const key of Object.keys(context)) delete context[key];
  Object.assign(context, parsed);
}

/** What is nested deeper could neither be rendered nor stored. */
function assertShallow(text: string, what: string): void {
  if (/^\s*\{/.test(text) && deeperThan(text, MAX_JSON_DEPTH) !== null)
    throw new ScriptError(`The script ${what} that is nested more than ${MAX_JSON_DEPTH} levels deep.`);
}

/** As a key of its own it would, once copied, change the prototype instead. */
function dropPrototype(this: unknown, key: string, value: Json): Json | undefined {
  return key === '__proto__' ? undefined : value;
}
