import { badInput } from '../../../errors.js';
import { isHeaderValue, isSettableHeader } from '../../../outbound/headers.js';
import type { Delivery } from './delivery.js';

export interface HeaderInput {
  name: string;
  /** Null: what is sealed under that name. */
  value?: string | null | undefined;
}

/** Headers of one channel; more are refused. */
export const MAX_HEADERS = 32;
/** Characters of all names and values; more are refused. Servers commonly take 8 KiB of headers, ours among them. */
const MAX_CHARACTERS = 6_144;
const MAX_NAME = 128;

/** Headers that callbacks have anyway, with a meaning of their own. */
const OURS = /^(webhook-.*|hookswitch-.*|idempotency-key|content-type|content-encoding|traceparent)$/;

/** The headers of the input in place of those before. BAD_USER_INPUT (`settings.headers[n].name` or `.value`). */
export function headersInput(before: Delivery, input: readonly HeaderInput[]): Readonly<Record<string, string>> {
  if (input.length > MAX_HEADERS) {
    throw badInput('settings.headers', `A channel may have at most ${MAX_HEADERS} headers of its own.`);
  }
  const headers = new Map<string, string>();
  for (const [index, { name: given, value }] of input.entries()) {
    const field = `settings.headers[${index}]`;
    const name = headerNameInput(given, `${field}.name`);
    if (headers.has(name))
      throw badInput(
        `${field}.name`,
        'This header is in the list twice; upper and lower case make no difference. Leave one out.',
      );
    const isGiven = typeof value === 'string';
    headers.set(name, isGiven ? headerValueInput(value, `${field}.value`) : sealedValue(before, name, field));
  }
  const entries = [...headers].sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > MAX_CHARACTERS) {
    throw badInput(
      'settings.headers',
      `The names and values of all headers may have at most ${MAX_CHARACTERS} characters together: receivers refuse longer ones.`,
    );
  }
  return Object.fromEntries(entries);
}

/** A header's name in lower case. BAD_USER_INPUT (`field`) when no channel may set it. */
export function headerNameInput(given: string, field: string): string {
  const name = given.toLowerCase();
  if (name.length > MAX_NAME || !isSettableHeader(name)) {
    throw badInput(
      field,
      `A header of this name cannot be sent. Use up to ${MAX_NAME} letters, digits and hyphens, and none that belongs to the connection, such as Host or Content-Length.`,
    );
  }
  if (OURS.test(name)) throw badInput(field, `Callbacks have a header "${name}" of their own. Choose another name.`);
  return name;
}

/** A header's value. BAD_USER_INPUT (`field`) when HTTP cannot carry it as it is. */
export function headerValueInput(value: string, field: string): string {
  if (value.length > MAX_CHARACTERS || !isHeaderValue(value) || value !== value.trim()) {
    throw badInput(
      field,
      `HTTP cannot carry this value: up to ${MAX_CHARACTERS} characters on one line, no blanks at its ends, no characters beyond Latin-1.`,
    );
  }
  return value;
}

function sealedValue({ secrets }: Delivery, name: string, field: string): string {
  const value = Object.hasOwn(secrets.headers, name) ? secrets.headers[name] : undefined;
  if (value === undefined) {
    throw badInput(`${field}.value`, `The channel has no value of the header "${name}" that could be kept. Give one.`);
  }
  return value;
}
