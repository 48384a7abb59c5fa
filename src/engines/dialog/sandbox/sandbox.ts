import { functionsFor } from '../../../definition/bot-functions.js';
import { isObject } from '../../../definition/json.js';
import type { Json, JsonObject } from '../../../json.js';
import { excessOf, MAX_JSON_DEPTH, MAX_JSON_VALUES } from '../../../json-limits.js';
import type { Scripts } from '../../../wire/reply.js';
import type { ScriptSandbox } from '../deps.js';
import type { Result } from './protocol.js';
import { ScriptError } from './script-error.js';
import { createScriptThreads } from './script-threads.js';

export interface SandboxOptions {
  /** Threads that run scripts. Default 2. */
  workers?: number;
  /** CPU time in milliseconds that one script may use; then it is stopped. Default 50. */
  scriptTimeMs?: number;
  /** Memory that one script may hold; what is more is out of memory to it. Default 16 MiB. */
  memoryBytes?: number;
  /** Scripts that may wait for a thread, a quarter of them of one bot; more are refused. Default 2000. */
  maxWaiting?: number;
}

export interface Sandbox extends ScriptSandbox, Scripts, AsyncDisposable {
  /** Starts the threads, if no script has done so. */
  warmUp(): void;
  /** Resolves when all threads can run scripts. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** Characters of JSON a script may leave as context, which is stored with every turn; beyond it the script fails. */
const MAX_CONTEXT_LENGTH = 1024 * 1024; // the platform's own limit (docs/reference/kore-webhook.md §8.1)

/** Runs bots' JavaScript in QuickJS on threads of its own: no network, no host objects, limits on time and memory. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const threads = createScriptThreads(options.workers ?? 2, options.maxWaiting ?? 2000, {
    scriptTimeMs: options.scriptTimeMs ?? 50,
    memoryBytes: options.memoryBytes ?? 16 * 1024 * 1024,
  });
  let lastId = 0;

  const run: ScriptSandbox['run'] = async (script, scope, { botId, now, random }) => {
    lastId += 1;
    const library = functionsFor(script, scope);
    const job = {
      id: lastId,
      script,
      library,
      scope: JSON.stringify(scope),
      now,
      seed: Math.floor(random() * 2 ** 32),
    };
    const result = await new Promise<Result>((resolve, reject) => threads.run({ botId, job, resolve, reject }));
    if ('error' in result) throw new ScriptError(result.error, result.stopped);
    assertModest(result.printed, 'printed JSON');
    if (result.context !== null) replaceContext(scope, result.context);
    return result.printed;
  };

  const close = async (): Promise<void> => threads[Symbol.asyncDispose]();
  return {
    run,
    runner: (caller) => ({ print: (script, scope) => run(script, scope, caller) }),
    warmUp: () => threads.start(),
    ready: () => threads.ready(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Refills the context: the engine and the renderer hold the very object. */
function replaceContext(scope: JsonObject, text: string): void {
  if (text.length > MAX_CONTEXT_LENGTH) {
    throw new ScriptError(`The script left a context of more than ${MAX_CONTEXT_LENGTH} characters. Keep less in it.`);
  }
  assertModest(text, 'left a context');
  const parsed: unknown = text.includes('__proto__') ? JSON.parse(text, dropPrototype) : JSON.parse(text);
  const target = scope.context;
  if (!isObject(parsed) || !isObject(target)) return;
  const context = target as JsonObject; // the context of a scope is JSON
  for (const key of Object.keys(context)) delete context[key];
  Object.assign(context, parsed);
}

/** Refuses JSON that is too deep to be rendered or stored, or too much for the thread that serves hooks. */
function assertModest(text: string, what: string): void {
  const excess = /^\s*\{/.test(text) ? excessOf(text) : null;
  if (excess?.of === 'levels')
    throw new ScriptError(`The script ${what} that is nested more than ${MAX_JSON_DEPTH} levels deep.`);
  if (excess) throw new ScriptError(`The script ${what} of more than ${MAX_JSON_VALUES} values.`);
}

/** Leaves out `__proto__`: copying it as a key would change the prototype of the copy. */
function dropPrototype(this: unknown, key: string, value: Json): Json | undefined {
  return key === '__proto__' ? undefined : value;
}
