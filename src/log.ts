import { type Logger, pino } from 'pino';

export type Log = Logger;

/** One JSON line per entry on stdout. ERROR means that a person must act. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['*.authorization', '*.secret', '*.token', '*.password'], censor: '[secret]' },
  });
}

export const silentLog: Log = pino({ level: 'silent' });
