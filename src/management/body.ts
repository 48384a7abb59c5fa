import { parse } from 'jsonc-parser';
import type { Context } from 'koa';
import { excessOf } from '../json-limits.js';
import { readBody } from '../request-body.js';
import { invalidArguments } from './refusals.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Bytes of a body: ids and options, no files. Beyond: 413. */
const MAX_BYTES = 256 * 1024;
/** Levels of the JSON in a body. Beyond: 412. */
const MAX_LEVELS = 16;
const FORM = /^application\/x-www-form-urlencoded\b/i;

/**
 * The fields of a body: JSON, also with a comma too many, as one known script sends it, or called a form, as curl does; or a form, whose
 * fields may hold JSON and may be there several times. An empty body has none. 412 for anything else.
 */
export async function readFields(ctx: Context): Promise<Fields> {
  const text = (await readBody(ctx.req, MAX_BYTES)).toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return {};
  const isForm = FORM.test(ctx.get('content-type')) && !text.trimStart().startsWith('{');
  return isForm ? formFields(text) : jsonFields(text);
}

/** The objects of a body that is a list. 412 for anything else. */
export async function readList(ctx: Context): Promise<Fields[]> {
  const value = json((await readBody(ctx.req, MAX_BYTES)).toString('utf8').replace(/^\uFEFF/, ''));
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);
  if (!isList) throw invalidArguments('body', 'The body must be a JSON list of objects.');
  return value;
}

function formFields(text: string): Fields {
  const fields = new Map<string, unknown>();
  for (const [given, value] of new URLSearchParams(text)) {
    const name = given.replace(/\[\d*\]$/, '');
    const read = /^\s*[[{]/.test(value) ? json(value) : value;
    const before = fields.get(name);
    const isList = given !== name || before !== undefined;
    fields.set(
      name,
      isList ? [...(Array.isArray(before) ? before : before === undefined ? [] : [before]), read] : read,
    );
  }
  return Object.fromEntries(fields);
}

function jsonFields(text: string): Fields {
  const value = json(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalidArguments('body', 'The body must be a JSON object or a form.');
}

function json(text: string): unknown {
  if (excessOf(text, { levels: MAX_LEVELS }))
    throw invalidArguments('body', 'The JSON is nested too deep or too large.');
  const errors: unknown[] = [];
  const value: unknown = parse(text, errors as never, { disallowComments: true, allowTrailingComma: true });
  if (errors.length > 0) throw invalidArguments('body', 'The body is not JSON.');
  return value;
}

/** A text that may be left out. */
export function textField(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'string') return value;
  throw invalidArguments(name, `${name} must be a text.`);
}

export function requiredText(fields: Fields, name: string): string {
  const value = textField(fields, name);
  if (value === null) throw invalidArguments(name, `${name} is required.`);
  return value;
}

/** Texts, also one alone. */
export function textsField(fields: Fields, name: string): string[] {
  const value = fields[name] ?? [];
  const all = Array.isArray(value) ? value : [value];
  if (all.every((one): one is string => typeof one === 'string')) return all.filter((one) => one !== '');
  throw invalidArguments(name, `${name} must be a list of texts.`);
}

/** An object that may be left out. */
export function objectField(fields: Fields, name: string): Fields | null {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw invalidArguments(name, `${name} must be an object.`);
}

/** A whole number from 0, also as text. */
export function numberField(fields: Fields, name: string, fallback: number): number {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return fallback;
  const text = String(value);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw invalidArguments(name, `${name} must be a whole number from 0.`);
}

/** The fields of a query; the first of several. */
export const queryFields = (ctx: Context): Fields =>
  Object.fromEntries(Object.entries(ctx.query).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
