import type { JsonObject } from '../json.js';
import { stableJson } from '../stable-json.js';
import type { SaidMessage, Transcript } from '../turn/recording.js';

/** Messages in place of others. One of the two may be empty, not both. */
export interface WordsDifference {
  was: readonly SaidMessage[];
  is: readonly SaidMessage[];
  /** The number of the first of `is` among all that the candidate says. */
  at: number;
}

/**
 * The places where a candidate says something else, in order; empty: nowhere. Messages with the same keys in the same order are
 * compared one by one; otherwise everything from the first to the last differing message is one difference.
 */
export function differencesInWords(was: Transcript, is: Transcript): WordsDifference[] {
  const before = flat(was);
  const after = flat(is);
  const shorter = Math.min(before.length, after.length);
  const differs = before.findIndex(({ text }, index) => text !== after[index]?.text);
  const first = differs === -1 ? shorter : differs;
  if (first === before.length && first === after.length) return [];
  let same = 0; // replies at the end
  while (same < shorter - first && before.at(-1 - same)?.text === after.at(-1 - same)?.text) same += 1;
  const middle = ({ said }: Transcript, replies: typeof before) => {
    const [from, ...more] = replies.slice(first, replies.length - same);
    return from ? said.slice(from.message, (more.at(-1) ?? from).message + 1) : [];
  };
  const gone = middle(was, before);
  const come = middle(is, after);
  const at = after[first]?.message ?? is.said.length;
  const inStep = gone.length === come.length && gone.every(({ key }, index) => key === come[index]?.key);
  if (!inStep) return [{ was: gone, is: come, at }];
  return gone.flatMap((one, index) =>
    textOf(one) === textOf(come[index]) ? [] : [{ was: [one], is: come.slice(index, index + 1), at: at + index }],
  );
}

/** Each reply with the number of its message. */
const flat = ({ said }: Transcript): { text: string; message: number }[] =>
  said.flatMap(({ replies }, message) => replies.map((reply) => ({ text: contentOf(reply), message })));

const textOf = (message: SaidMessage | undefined): string => stableJson(message?.replies.map(contentOf));

/** A template is its structure, not the text that a script printed of it; the signature of a link is none of the content. */
export function contentOf(reply: SaidMessage['replies'][number]): string {
  const { printed: _, ...content } = reply as JsonObject & { printed?: string };
  return stableJson(content).replaceAll(/expires=\d+&signature=[\w.%-]+/g, 'signed');
}
