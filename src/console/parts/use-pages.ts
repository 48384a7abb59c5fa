import { useState } from 'react';

/** One page of a list on the screen. */
export interface ListPage {
  /** The cursor it starts after; null: the first page. */
  after: string | null;
  /** Nothing is shown below it. */
  last: boolean;
  /** What follows below starts after this cursor; null: nothing does. */
  next(cursor: string | null): void;
}

/** The pages of a list that are shown: the first one, and those that were asked for. */
export function usePages(): ListPage[] {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return cursors.map((after, at) => ({
    after,
    last: at === cursors.length - 1,
    next: (cursor) =>
      setCursors((shown) => {
        if (shown[at + 1] === cursor) return shown; // a page that changed below would hide or repeat rows
        return [...shown.slice(0, at + 1), ...(cursor === null ? [] : [cursor])];
      }),
  }));
}
