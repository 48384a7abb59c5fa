import type { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { unavailable } from '../../../errors.js';
import { startWorker } from '../../../start-worker.js';
import { MINUTE, SECOND } from '../../../time.js';
import { cpuMs } from './cpu-time.js';
import type { Job, Result, WorkerData, WorkerLimits } from './protocol.js';
import { ScriptError } from './script-error.js';
import { createScriptQueue } from './script-queue.js';

/** A script that waits for a thread or runs on one. */
export interface PendingScript {
  botId: string;
  job: Job;
  resolve(result: Result): void;
  reject(error: Error): void;
}

/** The threads that run scripts, and the queue in front of them. A thread runs one script at a time and queues none. */
export interface ScriptThreads extends AsyncDisposable {
  start(): void;
  /** Resolves when all threads can run scripts. */
  ready(): Promise<void>;
  run(script: PendingScript): void;
}

/**
 * CPU time in milliseconds that a script may use beyond its limit before its thread is ended. QuickJS asks whether to
 * stop only between its own instructions: one call of native code (a big number, a search in a long text) may go on.
 */
const GRACE_CPU_MS = 100;
/** How often in milliseconds a script that is over its time is looked at, until it stops or its thread is ended. */
const LOOK_EVERY_MS = 50;
/** Milliseconds beyond its limit that a script may take on the wall, however little CPU time the machine gives it. */
const GRACE_MS = 10 * SECOND;
/** Threads that die one after another before they can run a script; then the installation is broken and no more start. */
const MAX_FAILED_STARTS = 6;
/** How long in milliseconds a bot whose script ran over its limits must leave one thread to the others. */
const CONFINED_MS = 1 * MINUTE;
/** Bots confined at once; beyond it the one confined longest is let go. */
const MAX_CONFINED = 1000;

interface Thread {
  worker: Worker;
  task: 'STARTING' | 'IDLE' | PendingScript;
  watchdog: NodeJS.Timeout | null;
  started: Promise<void>;
  /** Where the thread's CPU time is read. */
  cpuFile: string;
  /** The CPU time at which the running script began, written by the thread; 0 while no script runs. */
  scriptStart: Float64Array;
}

export function createScriptThreads(count: number, capacity: number, limits: WorkerLimits): ScriptThreads {
  const queue = createScriptQueue<PendingScript>(capacity);
  const confined = new LRUCache<string, true>({ max: MAX_CONFINED, ttl: CONFINED_MS });
  /** In the order in which they take scripts: the one that ended its script last is putting its memory back. */
  const threads: Thread[] = [];
  let failedStarts = 0;
  let closed = false;

  function startThread(): Thread {
    const scriptStart = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
    const worker = startWorker(new URL('./script-worker.js', import.meta.url), {
      workerData: { ...limits, scriptStart } satisfies WorkerData,
      // Scripts hold their memory in the wasm heap; this is for the thread itself.
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    let isStarted: () => void = () => {};
    const started = new Promise<void>((resolve) => {
      isStarted = resolve;
    });
    const thread: Thread = { worker, task: 'STARTING', watchdog: null, started, cpuFile: '', scriptStart };
    worker.on('message', (message: Result | { cpuFile: string }) => {
      if ('cpuFile' in message) {
        failedStarts = 0;
        thread.cpuFile = message.cpuFile;
        thread.task = 'IDLE';
        worker.unref();
        isStarted();
      } else {
        const script = release(thread);
        if (script && 'error' in message && message.stopped) confined.set(script.botId, true);
        if (script?.job.id === message.id) script.resolve(message);
      }
      startNext();
    });
    const died = (error: Error): void => {
      if (!threads.includes(thread) || closed) return;
      failedStarts += 1;
      isStarted();
      replace(thread, `The script broke its sandbox and was stopped: ${error.message}`);
    };
    worker.on('error', died);
    worker.on('exit', () => died(new Error('its thread ended')));
    return thread;
  }

  /** Ends a thread and starts another in its place. Only the script it runs is lost: the queue is not its own. */
  function replace(thread: Thread, why: string): void {
    const script = release(thread);
    if (script) confined.set(script.botId, true);
    script?.reject(new ScriptError(why, true));
    const at = threads.indexOf(thread);
    if (at === -1 || closed) return;
    void thread.worker.terminate(); // does nothing when it has ended
    if (failedStarts < MAX_FAILED_STARTS) threads[at] = startThread();
    else threads.splice(at, 1);
    if (threads.length === 0) rejectAll();
    startNext();
  }

  function release(thread: Thread): PendingScript | null {
    if (thread.watchdog) clearTimeout(thread.watchdog);
    thread.watchdog = null;
    if (typeof thread.task === 'string') return null;
    const script = thread.task;
    thread.task = 'IDLE';
    thread.worker.unref();
    const at = threads.indexOf(thread);
    if (at !== -1) threads.push(...threads.splice(at, 1));
    return script;
  }

  function startNext(): void {
    while (queue.size > 0) {
      const thread = threads.find(({ task }) => task === 'IDLE');
      const script = thread && queue.take(running, (botId) => running(botId) < mostThreads(botId));
      if (!script) return;
      thread.task = script;
      thread.worker.ref();
      watch(thread, performance.now());
      thread.worker.postMessage(script.job);
    }
  }

  const running = (botId: string): number =>
    threads.filter(({ task }) => typeof task === 'object' && task.botId === botId).length;
  const mostThreads = (botId: string): number => (confined.has(botId) ? Math.max(1, count - 1) : count);

  function watch(thread: Thread, since: number): void {
    const waited = performance.now() - since;
    thread.watchdog = setTimeout(
      () => {
        const late = performance.now() - since > limits.scriptTimeMs + GRACE_MS;
        if (!late && usedMs(thread) < limits.scriptTimeMs + GRACE_CPU_MS) return watch(thread, since);
        replace(
          thread,
          `The script ran longer than ${limits.scriptTimeMs} ms inside one call and did not stop: its thread was ended.`,
        );
      },
      waited < limits.scriptTimeMs ? limits.scriptTimeMs + GRACE_CPU_MS : LOOK_EVERY_MS,
    );
  }

  function rejectAll(): void {
    for (const script of queue.drain()) script.reject(notTried('No thread runs scripts.'));
  }

  function start(): void {
    if (closed || threads.length > 0 || failedStarts > 0) return;
    for (let at = 0; at < count; at += 1) threads.push(startThread());
  }

  return {
    start,
    async ready() {
      start();
      await Promise.all(threads.map(({ started }) => started));
    },
    run(script) {
      start();
      if (threads.length === 0) script.reject(notTried('No thread runs scripts.'));
      else if (queue.add(script)) startNext();
      else script.reject(notTried('Too many scripts wait to run.'));
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      rejectAll();
      for (const thread of [...threads]) release(thread)?.reject(notTried('No thread runs scripts.'));
      await Promise.all(threads.splice(0).map(({ worker }) => worker.terminate()));
    },
  };
}

/** The error of a script that was not run to its end for no fault of its bot. */
const notTried = (why: string): Error => unavailable('THREADS_BUSY', `${why} Try again.`);

/** CPU time the running script has used; none while the thread prepares for it. */
function usedMs({ cpuFile, scriptStart }: Thread): number {
  const [startedAt = 0] = scriptStart;
  try {
    return startedAt === 0 ? 0 : cpuMs(cpuFile) - startedAt;
  } catch {
    return Number.POSITIVE_INFINITY; // the thread is gone
  }
}
