import { type Logger, pino } from 'pino';

export type Log = Logger;

/** One JSON line per entry on stdout, with the number of the worker if it is one. ERROR means that a person must act. */
export function createLog(level: string, worker?: number): Log {
  return pino({
    level,
    base: worker === undefined ? null : { worker },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['*.authorization', '*.secret', '*.token', '*.password'], censor: '[secret]' },
  });
}

export const silentLog: Log = pino({ level: 'silent' });
