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
