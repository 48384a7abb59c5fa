import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../../src/definition/compile-conditions.js';
import { pieces } from '../../../src/definition/pieces.js';
import type { EntityField, EntityType } from '../../../src/definition/program.js';
import { words } from '../../../src/definition/words.js';
import { compare } from '../../../src/engines/dialog/conditions.js';
import { recognise } from '../../../src/engines/dialog/entities/recognise.js';
import { createLexicon } from '../../../src/engines/dialog/understanding/lexicon.js';
import { markedValues } from '../../../src/engines/dialog/understanding/marked-values.js';
import { matchPattern, parsePattern } from '../../../src/engines/dialog/understanding/pattern.js';

const TYPES: EntityType[] = [
  'string',
  'list',
  'number',
  'phone',
  'date',
  'time',
  'datetime',
  'email',
  'person',
  'zip',
  'location',
  'city',
  'url',
  'currency',
  'percentage',
  'color',
  'attachment',
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom('9'.repeat(400), '1/1/'.repeat(50), '@'.repeat(300), '+'.repeat(99)),
);

const field = (entityType: EntityType): EntityField => ({
  name: 'X',
  entityType,
  array: false,
  optional: false,
  pattern: '',
  choices: {},
  dynamic: {},
});

describe('whatever comes from outside', () => {
  it('an answer of any text gives JSON values or none, for every type of entity', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...TYPES),
        anyText,
        fc.constantFrom('answer' as const, 'mention' as const),
        fc.constantFrom('UTC', 'America/St_Johns', 'Pacific/Apia'),
        fc.constantFrom('en', 'en-GB', 'de', 'ar', 'ja', 'zh'),
        async (type, text, as, timeZone, locale) => {
          const scope = {
            dates: { now: 0, timeZone, locale },
            choices: [{ title: 'One', value: 1, synonyms: ['"x"', 'uno'] }],
            attachments: [],
            as,
            matchRegex: async () => null,
          };
          const values = await recognise(field(type), text, scope);
          expect(JSON.parse(JSON.stringify(values))).toEqual(values);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('any text is a pattern, and matching it ends', () => {
    const token = fc.constantFrom(
      '<',
      '>',
      '[',
      ']',
      '{',
      '}',
      '!',
      '*',
      '*~2',
      '~you',
      '~loop',
      'a',
      'b_c',
      '"',
      "'",
      '?',
      ' ',
    );
    const lexicon = createLexicon({ '~loop': ['~loop a', '* ~loop'] });
    fc.assert(
      fc.property(fc.array(token, { maxLength: 30 }), fc.string({ maxLength: 60 }), (tokens, text) => {
        const match = matchPattern(parsePattern(tokens.join(' ')), words(text), lexicon);
        expect(match === null || match.matched > 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('a text without braces is one literal, and its pieces keep what stands between', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const clean = (text: string) => text.replace(/[{}]/g, '');
        const found = pieces(`${clean(before)}{{a.b}}${clean(after)}`);
        expect(found.map((piece) => ('literal' in piece ? piece.literal : '')).join('')).toBe(
          clean(before) + clean(after),
        );
        expect(found).toContainEqual({ path: ['a', 'b'] });
      }),
    );
  });

  it('any JSON compiles as a condition, and any two values compare', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.string(), (raw, actual, expected) => {
        compileCondition(raw as never, () => null);
        for (const op of ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'contains', 'exists', 'absent'] as const) {
          expect(typeof compare(actual as never, op, expected)).toBe('boolean');
        }
        expect(compare(actual as never, 'neq', expected)).toBe(!compare(actual as never, 'eq', expected));
      }),
    );
  });

  it('marked values are parts of what was said', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), fc.nat(20), fc.string(), (text, start, length, said) => {
        const values = markedValues([{ text, entities: [{ name: 'X', start, end: start + length }] }], said);
        const plain = said.trim().replace(/\s+/g, ' ');
        for (const value of Object.values(values)) expect(plain).toContain(value);
      }),
    );
    const sentence = {
      text: 'book a flight to Rome on Friday',
      entities: [
        { name: 'City', start: 17, end: 21 },
        { name: 'Day', start: 25, end: 31 },
      ],
    };
    expect(markedValues([sentence], 'Book a flight to New York on Sunday')).toEqual({
      City: 'New York',
      Day: 'Sunday',
    });
  });
});
