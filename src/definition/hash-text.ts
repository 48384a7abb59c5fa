/** FNV-1a over the UTF-16 code units of a part of a text; unsigned. Another seed gives other hashes of the same text. */
export function hashText(text: string, start: number, end: number, seed = 0x811c9dc5): number {
  let value = seed;
  for (let at = start; at < end; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** Keeps letter n-grams apart from words of the same letters. */
export const GRAM_SEED = 0x9dc5811c;
