import type { Json } from '../json.js';

/** Lenient readers of JSON from other programs: a wrong type reads as absent. */

export type Raw = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const object = (value: unknown): Raw => (isObject(value) ? value : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const objects = (value: unknown): Raw[] => list(value).filter(isObject);
export const flag = (value: unknown): boolean => value === true || value === 'true';

/** A string, or a number as its text; else the empty string. */
export function string(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

export function number(value: unknown): number | undefined {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : undefined;
}

export const strings = (value: unknown): string[] =>
  list(value)
    .map(string)
    .filter((entry) => entry !== '');

/** A JSON copy of a value; anything JSON cannot represent becomes null. */
export function json(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(json);
  if (!isObject(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, json(entry)]));
}

/** Own property of a record made from outside keys: `__proto__` and the like are never found. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
