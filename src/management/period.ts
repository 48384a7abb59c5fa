import { DAY } from '../time.js';
import { type Fields, textField } from './body.js';
import { invalidArguments } from './refusals.js';

/** `dateFrom` and `dateTo`: ISO times, or days in UTC, the last of which counts whole. Without them: the last seven days. */
export function periodIn(fields: Fields, now: number): { from: number; to: number } {
  const to = moment(fields, 'dateTo', 1 * DAY) ?? now + 1;
  const from = moment(fields, 'dateFrom', 0) ?? to - 7 * DAY;
  if (from >= to) throw invalidArguments('dateTo', 'dateTo must be later than dateFrom.');
  return { from, to };
}

function moment(fields: Fields, name: string, ofDay: number): number | null {
  const text = textField(fields, name);
  if (text === null) return null;
  const at = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(at))
    throw invalidArguments(name, `${name} must be a day (2026-01-31) or an ISO 8601 time.`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? at + ofDay : at;
}
