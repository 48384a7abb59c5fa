/** Finds the row of a feature: a hash table without deletion. */
export interface RowTable {
  /** -1: no such feature. */
  rowOf(feature: number): number;
}

/** A table of features that are hashes already, in the order of their rows. Slots hold rows from 1; 0 is free. */
export function createRowTable(features: Uint32Array): RowTable {
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * features.length + 2)));
  const mask = slots.length - 1;
  for (let row = 0; row < features.length; row += 1) {
    let at = (features[row] ?? 0) & mask;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = row + 1;
  }
  return {
    rowOf(feature) {
      for (let at = feature & mask; ; at = (at + 1) & mask) {
        const row = (slots[at] ?? 0) - 1;
        if (row === -1 || features[row] === feature) return row;
      }
    },
  };
}
