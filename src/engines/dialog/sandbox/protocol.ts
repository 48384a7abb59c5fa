/** What the sandbox sends a thread. Scopes travel as JSON text. */
export interface Job {
  id: number;
  script: string;
  /** Source of the functions that the script may call; null for none. */
  library: string | null;
  /** JSON of `{context, env, content, response …}`. */
  scope: string;
  now: number;
  /** Seeds `Math.random` of the script. */
  seed: number;
}

/**
 * What a thread answers. `context` is JSON, or null when the script left the context as it was; `stopped` says that the
 * script ran over its limits.
 */
export type Result =
  | { id: number; printed: string; context: string | null }
  | { id: number; error: string; stopped: boolean };

export interface WorkerLimits {
  scriptTimeMs: number;
  memoryBytes: number;
}

export interface WorkerData extends WorkerLimits {
  /** Shared memory: the CPU time in milliseconds at which the running script began, 0 while no script runs. */
  scriptStart: Float64Array;
}
