import { useCallback, useState } from 'react';

/** Rows that are picked out of a list, by id. */
export interface Picked {
  ids: ReadonlySet<string>;
  toggle(id: string): void;
  clear(): void;
}

export function usePicked(): Picked {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (id: string) =>
      setIds((before) => new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id])),
    [],
  );
  return { ids, toggle, clear: useCallback(() => setIds(new Set()), []) };
}
