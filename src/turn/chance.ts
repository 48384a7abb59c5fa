import { hashText } from '../definition/hash-text.js';

/** Random numbers that can be drawn again: a stream of them for each name, none of which depends on the others. */
export type Chance = (name: string) => () => number;

export function createChance(seed: number): Chance {
  const names = new Map<string, number>();
  return (name) => {
    const nth = names.get(name) ?? 0;
    names.set(name, nth + 1);
    const key = `${seed} ${nth} ${name}`;
    return stream(hashText(key, 0, key.length));
  };
}

/** Numbers in [0, 1) by mulberry32: quick, and good enough for what bots say and scripts make up. */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
