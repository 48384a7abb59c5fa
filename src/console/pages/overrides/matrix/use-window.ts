import { type RefObject, useLayoutEffect, useState } from 'react';

/** Sizes of the grid, in pixels; the stylesheet takes them from here. */
export const ROW = 56;
export const COLUMN = 220;
export const HEAD = 72;
/** Rows and columns drawn beyond what is seen. */
const BEYOND = 4;

export interface Part {
  first: number;
  /** The one behind the last. */
  end: number;
}

interface Seen {
  top: number;
  left: number;
  height: number;
  width: number;
}

const part = (from: number, length: number, size: number, count: number): Part => ({
  first: Math.max(0, Math.floor(from / size) - BEYOND),
  end: Math.min(count, Math.ceil((from + length) / size) + BEYOND),
});

/** Which rows and columns of a scrolled grid are to be drawn. */
export function useWindow(box: RefObject<HTMLElement | null>, count: { rows: number; columns: number }) {
  const [seen, setSeen] = useState<Seen>({ top: 0, left: 0, height: 600, width: 1200 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () =>
      setSeen({
        top: element.scrollTop,
        left: element.scrollLeft,
        height: element.clientHeight,
        width: element.clientWidth,
      });
    look();
    element.addEventListener('scroll', look, { passive: true });
    const resized = new ResizeObserver(look);
    resized.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      resized.disconnect();
    };
  }, [box]);
  return {
    rows: part(seen.top, seen.height, ROW, count.rows),
    columns: part(seen.left, seen.width, COLUMN, count.columns),
  };
}

/** Scrolls as little as needed for a cell to be seen beside the heads of its row and column. */
export function reveal(element: HTMLElement, { row, column }: { row: number; column: number }): void {
  const [top, left] = [row * ROW, column * COLUMN];
  const height = element.clientHeight - HEAD;
  const width = element.clientWidth - COLUMN;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + ROW > element.scrollTop + height) element.scrollTop = top + ROW - height;
  if (left < element.scrollLeft) element.scrollLeft = left;
  else if (left + COLUMN > element.scrollLeft + width) element.scrollLeft = left + COLUMN - width;
}
