/**
 * Decodes a text of a bot export (kore-exports.md §6): exports hold some texts URI-encoded and some raw, without
 * saying which. Text with white space is raw; other text is decoded once, or kept when it does not decode.
 */
export function decodeText(text: string): string {
  if (/\s/.test(text) || !text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Encodes a text as newer exports do. `decodeText(encodeText(x))` is x for every well-formed text. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  '#39': "'",
  nbsp: ' ',
};

/** Unescapes a pattern; exports HTML-escape them: `&lt; need to &gt;`. */
export function unescapeHtml(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|apos|#39|nbsp);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
