import type { FromWorker, ToWorker } from './messages.js';

/** How a process ended. */
export interface Ending {
  code: number | null;
  signal: string | null;
}

/** A process that the supervisor has started. */
export interface WorkerProcess {
  pid: number;
  send(message: ToWorker): void;
  kill(): void;
  hear(listener: (message: FromWorker) => void): void;
  ended: Promise<Ending>;
}

export const wordsOf = ({ code, signal }: Ending): string =>
  signal === null ? `exit code ${code}` : `signal ${signal}`;
