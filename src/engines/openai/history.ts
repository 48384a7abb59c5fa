import { objects } from '../../definition/json.js';
import type { Json } from '../../json.js';

export interface ChatMessage {
  role: 'user' | 'assistant';
  content: string;
}

/** The conversation so far, as the session keeps it. */
export function readHistory(value: Json | undefined): ChatMessage[] {
  return objects(value).flatMap(({ role, content }) =>
    (role === 'user' || role === 'assistant') && typeof content === 'string' ? [{ role, content }] : [],
  );
}

/** The newest messages that fit, beginning with one of the user: models expect the two to take turns. */
export function withinBudget(history: readonly ChatMessage[], tokens: number): ChatMessage[] {
  let left = tokens;
  let from = history.length;
  while (from > 0) {
    left -= tokensOf(history[from - 1]?.content ?? '');
    if (left < 0) break;
    from -= 1;
  }
  while (from < history.length && history[from]?.role !== 'user') from += 1;
  return history.slice(from);
}

const BYTES_PER_TOKEN = 4;
const TOKENS_PER_MESSAGE = 4; // its role and its separators

/**
 * About how many tokens a text takes. Every model counts differently and a compatible server may run any of them; four
 * bytes of UTF-8 is the rule of thumb for English, and errs on the safe side for scripts of several bytes a letter.
 */
export const tokensOf = (text: string): number =>
  Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN) + TOKENS_PER_MESSAGE;
