import { useEffect, useState } from 'react';

const drafts = new Map<string, unknown>();

export interface Draft<T extends object> {
  values: T;
  set(change: Partial<T>): void;
  /** Something was typed that is not saved. */
  dirty: boolean;
  /** Back to what is saved. */
  discard(): void;
}

/**
 * A form's values over what is saved. What was typed outlives the page it was typed on, as long as this tab is open; it
 * is in memory only, because it may hold a secret.
 */
export function useDraft<T extends object>(key: string, saved: T): Draft<T> {
  const [, redraw] = useState(0);
  const changes = (drafts.get(key) ?? {}) as Partial<T>; // only this function writes it
  const values = { ...saved, ...changes };
  const dirty = JSON.stringify(values) !== JSON.stringify(saved);
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [dirty]);
  return {
    values,
    set(change) {
      drafts.set(key, { ...((drafts.get(key) ?? {}) as Partial<T>), ...change });
      redraw((count) => count + 1);
    },
    dirty,
    discard() {
      drafts.delete(key);
      redraw((count) => count + 1);
    },
  };
}
