import { AppError } from '../../errors.js';

/** Something wrong with a document: which one of the request, where in it, and what to do. */
export interface Fault {
  document: number;
  path: (string | number)[];
  message: string;
}

/** Faults that an answer lists; beyond, it says how many more there are. */
const MAX_FAULTS = 500;

/** All that is wrong, at once. */
export function refuseFaults(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const shown = faults.slice(0, MAX_FAULTS);
  const lines = shown.map(({ document, path, message }) => `${placeOf(document, path)}: ${message}`);
  const more = faults.length > shown.length ? [`… and ${faults.length - shown.length} more.`] : [];
  throw new AppError('BAD_USER_INPUT', ['Nothing was changed.', ...lines, ...more].join('\n'), {
    details: { field: 'documents', faults: shown },
  });
}

const placeOf = (document: number, path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${step}`),
    `documents[${document}]`,
  );

/** `; did you mean "x"?`, where a known name is near. */
export function nearest(given: string, known: Iterable<string>): string {
  const limit = Math.max(2, Math.floor(given.length / 3));
  let best: string | null = null;
  let least = limit + 1;
  for (const name of known) {
    const distance = editDistance(given.toLowerCase(), name.toLowerCase(), least);
    if (distance < least) [best, least] = [name, distance];
  }
  return best === null ? '' : `; did you mean "${best}"?`;
}

/** Letters to add, take away or replace; `limit` or more where it is not less. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
