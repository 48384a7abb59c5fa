/** FNV-1a over the UTF-16 code units of a part of a text, as an unsigned 32-bit number. */
export function hashText(text: string, start: number, end: number, seed = 0x811c9dc5): number {
  let value = seed;
  for (let at = start; at < end; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** Seed that keeps hashes of letter n-grams apart from those of words with the same letters. */
export const GRAM_SEED = 0x9dc5811c;
