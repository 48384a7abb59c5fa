/** Between the sandbox on the main thread and its workers. Scopes travel as JSON text, which is also what they are. */
export interface Job {
  id: number;
  script: string;
  /** JSON of `{context, env, content, response …}`. */
  scope: string;
  now: number;
  /** Seeds `Math.random` of the script. */
  seed: number;
}

export type Result =
  | {
      id: number;
      printed: string /** JSON; null when the script left the context as it was. */;
      context: string | null;
    }
  /** `stopped`: it ran over its limits. */
  | { id: number; error: string; stopped: boolean };

export interface WorkerLimits {
  scriptTimeMs: number;
  memoryBytes: number;
}
