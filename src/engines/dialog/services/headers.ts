import { isObject, objects, string } from '../../../definition/json.js';
import type { Json } from '../../../json.js';
import { NodeFailure, type Run } from '../run.js';
import { fillJson, parseJson } from './body.js';
import { fill, fillEncoded } from './fill.js';

/** The headers of a call: a JSON object, or a list of `{key, value}`. Values change no other header and no name. */
export async function headersOf(run: Run, text: string): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  // What is JSON before its variables are filled in has the same headers after that, whatever the values hold.
  const template = parseJson(text);
  for (const [name, value] of entriesOf(template ?? parseJson(await fillJson(run, text)))) {
    const lower = (template === undefined ? name : await fillName(run, name)).trim().toLowerCase();
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(lower) && !OWN_HEADERS.has(lower))
      headers[lower] = headerValue(template === undefined ? string(value) : await fill(run, string(value)));
  }
  return headers;
}

function entriesOf(parsed: Json | undefined): [string, unknown][] {
  if (Array.isArray(parsed)) return objects(parsed).map((entry) => [string(entry.key), entry.value]);
  return Object.entries(isObject(parsed) ? parsed : {});
}

function fillName(run: Run, name: string): Promise<string> {
  return fillEncoded(run, name, ({ source, text, name: variable }) => {
    if (source === 'AUTHOR') return text;
    throw new NodeFailure(`A header would be named by {{${variable}}}. Only variables ({{env.…}}) may name headers.`);
  });
}

/** On one line, and in the bytes of UTF-8 where a character has more than one byte. */
function headerValue(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a header must not hold
  const line = text.replace(/[\0-\x1f\x7f]+/g, ' ').trim();
  return /^[\0-\xff]*$/.test(line) ? line : Buffer.from(line).toString('latin1');
}

/** Set by whoever makes the connection. */
const OWN_HEADERS = new Set([
  'host',
  'accept-encoding', // answers are read as sent, not unpacked
  'content-length',
  'connection',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
]);
