import type { ServiceDefinition } from '../../../definition/definition.js';
import { isObject, string } from '../../../definition/json.js';
import type { Json } from '../../../json.js';
import { excessOf } from '../../../json-limits.js';
import type { Run } from '../run.js';
import { type Filled, fillDeep, fillEncoded } from './fill.js';

/** The body of a call, its variables encoded for the format it has. Sets the content type where the bot names none. */
export async function bodyOf(
  run: Run,
  { body, bodyType }: ServiceDefinition,
  headers: Record<string, string>,
): Promise<string | null> {
  const type = headers['content-type'] ?? '';
  const filled = await fillBody(run, body, bodyType, type);
  if (filled === '') return null;
  headers['content-type'] = isForm(bodyType, type) ? FORM : type || 'application/json';
  return filled;
}

const FORM = 'application/x-www-form-urlencoded';
const isForm = (bodyType: string, type: string): boolean =>
  /urlencoded|form/i.test(bodyType) || /urlencoded/i.test(type);

async function fillBody(run: Run, body: string, bodyType: string, type: string): Promise<string> {
  if (isForm(bodyType, type)) return fillForm(run, body);
  if (/\bxml\b|\+xml/i.test(type) || /^\s*</.test(body)) return fillEncoded(run, body, inXml);
  if (/^text\//i.test(type)) return fillEncoded(run, body, ({ text }) => text);
  return fillJson(run, body);
}

/** Fields come as a JSON object, or as a text that is encoded already except for its variables. */
async function fillForm(run: Run, body: string): Promise<string> {
  const fields = parseJson(body);
  if (isObject(fields)) return formEncoded(await fillDeep(run, fields as Json)); // parsed from JSON
  const filled = await fillEncoded(run, body, ({ text, source, alone }) =>
    source === 'AUTHOR' || (source === 'SCRIPT' && alone) ? text : encodeURIComponent(text.toWellFormed()),
  );
  const whole = parseJson(filled);
  return isObject(whole) ? formEncoded(whole) : filled;
}

function formEncoded(fields: unknown): string {
  const text = (value: unknown): string =>
    isObject(value) || Array.isArray(value) ? JSON.stringify(value) : string(value);
  const entries = Object.entries(isObject(fields) ? fields : {});
  return new URLSearchParams(entries.map(([key, value]): [string, string] => [key, text(value)])).toString();
}

/** Fills in JSON. A value inside a string literal cannot end it; one outside is a whole JSON value. */
export function fillJson(run: Run, text: string): Promise<string> {
  return fillEncoded(run, text, (filled, before) =>
    insideString(before) ? JSON.stringify(filled.text).slice(1, -1) : jsonValue(filled),
  );
}

/** A script may hand over JSON as text, a user a number at most: other words of his are a string. */
function jsonValue({ value, text, source, alone }: Filled): string {
  if (typeof value !== 'string' || source === 'AUTHOR') return alone ? text : text || 'null';
  if (source === 'SCRIPT' ? alone || parseJson(text) !== undefined : SCALAR.test(text)) return text;
  return JSON.stringify(text);
}

const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?|true|false|null)$/;

function insideString(before: string): boolean {
  let inside = false;
  for (let at = 0; at < before.length; at += 1) {
    if (before[at] === '\\') at += 1;
    else if (before[at] === '"') inside = !inside;
  }
  return inside;
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** A script may build the whole document; anything else is text of it, without the characters XML forbids. */
function inXml({ text, source, alone }: Filled, before: string): string {
  if (source === 'AUTHOR' || (source === 'SCRIPT' && alone)) return text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
  const allowed = text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '');
  const isCdata = before.lastIndexOf('<![CDATA[') > before.lastIndexOf(']]>');
  return isCdata
    ? allowed.replaceAll(']]>', ']]]]><![CDATA[>')
    : allowed.replace(/[&<>"']/g, (sign) => XML_ENTITIES[sign] ?? '');
}

/** The JSON in a text, as far as it can be kept; undefined when there is none. */
export function parseJson(text: string): Json | undefined {
  if (!/^\s*[[{"\-\dtfn]/.test(text) || excessOf(text)) return undefined;
  try {
    // JSON.parse gives JSON.
    return text.includes('__proto__')
      ? (JSON.parse(text, (key, value: Json) => (key === '__proto__' ? undefined : value)) as Json)
      : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}
