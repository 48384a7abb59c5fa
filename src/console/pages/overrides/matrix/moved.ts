/** A cell by its place. */
export interface Place {
  row: number;
  column: number;
}

const PAGE = 10;

/** Where a key leads from a cell; null: it leads nowhere. */
export function moved(
  { row, column }: Place,
  { key, ctrlKey }: { key: string; ctrlKey: boolean },
  { rows, columns }: { rows: number; columns: number },
): Place | null {
  const to = (toRow: number, toColumn: number): Place => ({
    row: Math.min(Math.max(0, toRow), Math.max(0, rows - 1)),
    column: Math.min(Math.max(0, toColumn), Math.max(0, columns - 1)),
  });
  switch (key) {
    case 'ArrowUp':
      return to(row - 1, column);
    case 'ArrowDown':
      return to(row + 1, column);
    case 'ArrowLeft':
      return to(row, column - 1);
    case 'ArrowRight':
      return to(row, column + 1);
    case 'PageUp':
      return to(row - PAGE, column);
    case 'PageDown':
      return to(row + PAGE, column);
    case 'Home':
      return to(ctrlKey ? 0 : row, 0);
    case 'End':
      return to(ctrlKey ? rows : row, columns);
    default:
      return null;
  }
}
