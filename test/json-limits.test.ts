import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excessOf } from '../src/json-limits.js';

interface Size {
  levels: number;
  values: number;
}

/** Values and levels of a parsed value, counted one by one; an object's keys are no values. */
function sizeOf(value: unknown): Size {
  if (typeof value !== 'object' || value === null) return { levels: 0, values: 1 };
  const parts = Object.values(value).map(sizeOf);
  const levels = 1 + Math.max(0, ...parts.map((part) => part.levels));
  return { levels, values: 1 + parts.reduce((sum, part) => sum + part.values, 0) };
}

const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ',', 'x') }));
const values = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, texts, fc.integer(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('any'), { maxLength: 5 }),
  object: fc.dictionary(texts, tie('any'), { maxKeys: 5 }),
})).any;

describe('the size of a JSON text', () => {
  it('is found without parsing it, whatever its strings hold', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const size = sizeOf(value);
        // An empty list or object counts twice.
        expect(excessOf(text, { levels: size.levels, values: size.values * 2 })).toBeNull();
        if (size.levels > 0) expect(excessOf(text, { levels: size.levels - 1 })?.of).toBe('levels');
        if (size.values > 1) expect(excessOf(text, { values: size.values - 1 })?.of).toBe('values');
      }),
    );
  });

  it('of text that is no JSON is found all the same', () => {
    fc.assert(fc.property(texts, (text) => void excessOf(text)));
    expect(excessOf('"never closed, {{{', { levels: 1 })).toBeNull();
  });
});
