/** A piece of a text: literal, a path such as `context.entities.Name`, or a JavaScript expression. */
export type Piece = { literal: string } | { path: string[] } | { expression: string };

const PATH = /^[\p{L}_$][\p{L}\p{M}\p{N}_$-]*(?:\.[\p{L}\p{M}\p{N}_$-]+|\[\d+\]|\[(?:'[^']*'|"[^"]*")\])*$/u;
const STEP = /[\p{L}\p{M}\p{N}_$-]+|\[\d+\]|\[(?:'[^']*'|"[^"]*")\]/gu;
/** The fields of forms have the names their authors gave them, with blanks too: `context.forms.Leave.Start date`. */
const FORM_PATH =
  /^(?:context\.)?forms(?:\.[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_$-]*(?: +[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_$-]*)*)+$/u;

/** Cuts a text at its `{{…}}`. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    const close = open === -1 ? -1 : text.indexOf('}}', open + 2);
    if (close === -1) break;
    if (open > at) found.push({ literal: text.slice(at, open) });
    found.push(toPiece(text.slice(open + 2, close).trim()));
    at = close + 2;
  }
  if (at < text.length) found.push({ literal: text.slice(at) });
  return found;
}

/** The steps of a path, e.g. `a.b[0]['c d']` → `a, b, 0, c d`; null when the text is not a plain path. */
export function parsePath(text: string): string[] | null {
  if (!PATH.test(text)) return FORM_PATH.test(text) ? text.split('.') : null;
  return [...text.matchAll(STEP)].map(([step]) =>
    step.startsWith('[') ? step.slice(1, -1).replace(/^['"]|['"]$/g, '') : step,
  );
}

function toPiece(inside: string): Piece {
  const path = parsePath(inside);
  return path ? { path } : inside === '' ? { literal: '' } : { expression: inside };
}
