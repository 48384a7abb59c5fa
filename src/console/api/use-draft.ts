import { useEffect, useState } from 'react';

/** What was typed, and what was saved when that began. */
interface Kept {
  changes: Record<string, unknown>;
  seen: Record<string, unknown>;
}

const drafts = new Map<string, Kept>();

export interface Draft<T extends object> {
  values: T;
  set(change: Partial<T>): void;
  /** Something was typed that is not saved. */
  dirty: boolean;
  /** What was saved when each changed field began to change. */
  seen: Partial<T>;
  /** Takes note of what somebody else saved of them meanwhile, and gives what is seen from now on. */
  acknowledge(current: Partial<T>): Partial<T>;
  /** Back to what is saved: these fields, or all. */
  discard(fields?: readonly string[]): void;
}

/**
 * A form's values over what is saved. What was typed outlives the page it was typed on, as long as this tab is open; it
 * is in memory only, because it may hold a secret.
 */
export function useDraft<T extends object>(
  key: string,
  saved: T,
  /** For each field that holds a secret, the mark of the one that was saved (`secretMarks`). */
  marks: { [K in keyof T]?: unknown } = {},
): Draft<T> {
  const [, redraw] = useState(0);
  const kept = drafts.get(key) ?? { changes: {}, seen: {} };
  // Only this function writes them, with fields of T.
  const changes = kept.changes as Partial<T>;
  const seen = kept.seen as Partial<T>;
  const values = { ...saved, ...changes };
  const dirty = JSON.stringify(values) !== JSON.stringify(saved);
  const keep = (next: Kept) => {
    drafts.set(key, next);
    redraw((count) => count + 1);
  };
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [dirty]);
  return {
    values,
    set(change) {
      const before = drafts.get(key) ?? { changes: {}, seen: {} };
      const first = Object.entries({ ...saved, ...marks }).filter(
        ([field]) => field in change && !(field in before.seen),
      );
      keep({ changes: { ...before.changes, ...change }, seen: { ...before.seen, ...Object.fromEntries(first) } });
    },
    dirty,
    seen,
    acknowledge(current) {
      const next = { ...seen, ...current };
      keep({ changes: kept.changes, seen: next });
      return next;
    },
    discard(fields) {
      const left = (all: Record<string, unknown>) =>
        Object.fromEntries(Object.entries(all).filter(([field]) => fields && !fields.includes(field)));
      keep({ changes: left(kept.changes), seen: left(kept.seen) });
    },
  };
}

/** The fields of an input that were changed. */
export const onlyChanged = <T extends object>(input: T, { seen }: Pick<Draft<object>, 'seen'>): Partial<T> =>
  Object.fromEntries(Object.entries(input).filter(([field]) => field in seen)) as Partial<T>; // fields of T

/** What was seen, as the API takes it: an empty text is nothing. */
export const asExpected = <T extends object>(seen: T): { [K in keyof T]: T[K] | null } =>
  Object.fromEntries(Object.entries(seen).map(([field, value]) => [field, value === '' ? null : value])) as {
    [K in keyof T]: T[K] | null;
  }; // the same fields
