import type { Localized, MessageEntry } from './definition.js';
import { isObject, list, object, objects, type Raw, string } from './json.js';
import { decodeText } from './text.js';

/**
 * Reads `message`, `errorMessage` and `msg` lists: entries per channel, each with texts per language (kore-exports.md
 * §3, §6). Entries of old files that have no languages count for the default one.
 */
export function readMessage(value: unknown, languages: readonly string[]): MessageEntry[] {
  return objects(value).flatMap((entry) => {
    const channel = string(entry.channel) || 'default';
    if (!isObject(entry.localeData)) return toEntry(entry, channel, languages[0] ?? 'en', decodeText);
    const texts = entry.localeData;
    return languages.flatMap((language) => toEntry(object(texts[language]), channel, language, decodeText));
  });
}

/** Answers of small talk: one language, never encoded, one of them at random. Type `advance` is JavaScript. */
export function readAnswers(value: unknown, language: string): MessageEntry[] {
  return list(value)
    .flat(2)
    .filter(isObject)
    .flatMap((entry) => toEntry(entry, string(entry.channel) || 'default', language, keepText));
}

/**
 * Answers of a FAQ: the entries of `answer` are the parts of one, said one after the other; each list in
 * `alternateAnswers` holds those of another. Either holds the answers of other channels besides.
 */
export function readFaqAnswers(answer: unknown, alternates: unknown, language: string): MessageEntry[] {
  const others = list(alternates).map((entry) => list(Array.isArray(entry) ? entry : [entry]));
  return [list(isObject(answer) ? [answer] : answer), ...others].flatMap((parts) =>
    joinParts(readAnswers(parts, language)),
  );
}

/** One entry a channel, with the parts that follow inside it. */
function joinParts(entries: readonly MessageEntry[]): MessageEntry[] {
  const first = new Map<string, MessageEntry>();
  for (const entry of entries) {
    const known = first.get(entry.channel);
    if (known) known.content.after = [...(known.content.after ?? []), entry.content];
    else first.set(entry.channel, { ...entry, content: { ...entry.content } });
  }
  return [...first.values()];
}

/** A value of every supported language under `localeData`. */
export function localized<T>(
  value: unknown,
  languages: readonly string[],
  read: (entry: Raw, language: string) => T | undefined,
): Localized<T> {
  const locales = object(value);
  const found: Localized<T> = {};
  for (const language of languages) {
    const entry = locales[language];
    const result = isObject(entry) ? read(entry, language) : undefined;
    if (result !== undefined) found[language] = result;
  }
  return found;
}

/** Content types that mean JavaScript; they differ by age and place of the file. */
const SCRIPTS = new Set(['uxmap', 'advance', 'advanced', 'js', 'javascript']);

function toEntry(entry: Raw, channel: string, language: string, decode: (text: string) => string): MessageEntry[] {
  const value = decode(string(entry.text));
  if (value === '') return [];
  const type = string(entry.type);
  if (type === 'template') return [{ channel, language, content: { type: 'TEMPLATE', value } }];
  const script = SCRIPTS.has(type);
  return [{ channel, language, content: { type: script ? 'SCRIPT' : 'TEXT', value } }];
}

/** Reads a text that is normally raw; if decoding it yields its first blanks, an editor had encoded it. */
function keepText(text: string): string {
  const plain = /%20|%0A/i.test(text) ? decodeText(text) : text;
  return plain.replaceAll('<display-bot-name>', '{{context.bot}}');
}
