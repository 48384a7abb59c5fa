import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Filter, parseFilter, parseValuePath } from '../../src/scim/filter.js';
import { matches } from '../../src/scim/match.js';
import { applyPatch, readOperations } from '../../src/scim/patch.js';
import { ScimError } from '../../src/scim/scim-error.js';
import { type Document, USER } from '../../src/scim/shape.js';

const path = fc
  .tuple(fc.constantFrom('userName', 'emails', 'name', 'externalId'), fc.constantFrom(null, 'value', 'givenName'))
  .map(([attribute, sub]) => ({ schema: null, attribute: attribute.toLowerCase(), sub: sub?.toLowerCase() ?? null }));
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
  fc.boolean(),
  fc.constant(null),
);
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  path.map((of): Filter => ({ op: 'pr', path: of })),
  fc
    .tuple(fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le' as const), path, value)
    .map(([op, of, wanted]): Filter => ({ op, path: of, value: wanted }) as Filter),
);
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('filter'), { minLength: 2, maxLength: 3 }))
      .map(([op, parts]): Filter => ({ op, parts })),
    tie('filter').map((part): Filter => ({ op: 'not', part })),
    fc.tuple(path, tie('filter')).map(([of, part]): Filter => ({ op: 'has', path: { ...of, sub: null }, part })),
  ),
}));

/** As a careful client writes it, with brackets around all that binds. */
function written(of: Filter): string {
  if (of.op === 'and' || of.op === 'or') return of.parts.map((part) => `(${written(part)})`).join(` ${of.op} `);
  if (of.op === 'not') return `not (${written(of.part)})`;
  const name = of.path.sub === null ? of.path.attribute : `${of.path.attribute}.${of.path.sub}`;
  if (of.op === 'pr') return `${name} pr`;
  if (of.op === 'has') return `${name}[${written(of.part)}]`;
  return `${name} ${of.op} ${JSON.stringify(of.value)}`;
}

const refusal = (work: () => unknown): ScimError | null => {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
};

describe('a filter', () => {
  it('is read as it was meant, whatever is in its texts', () => {
    fc.assert(
      fc.property(filter, (meant) => {
        const text = written(meant);
        fc.pre(text.length <= 4_096);
        expect(parseFilter(text)).toEqual(meant);
      }),
    );
  });

  it('binds not before and before or', () => {
    const said = parseFilter('userName eq "a" OR userName eq "b" AND not (active eq false)');
    expect(said).toMatchObject({
      op: 'or',
      parts: [{ op: 'eq' }, { op: 'and', parts: [{ op: 'eq' }, { op: 'not' }] }],
    });
  });

  it('is refused as a whole where it makes no sense', () => {
    for (const text of [
      '',
      '   ',
      'userName',
      'userName eq',
      'userName eq Ada',
      'userName is "a"',
      'userName eq "a',
      'userName eq "\\x"',
      'userName eq "a" and',
      'userName eq "a" userName eq "b"',
      '(userName eq "a"',
      'userName eq "a")',
      'emails[type eq "work"',
      'emails[type eq "work"].',
      'emails[]',
      'not userName eq "a"',
      'a.b.c eq "a"',
      'userName eq 01',
      'user name eq "a"',
      'x:userName eq "a"',
      `${'('.repeat(40)}a pr${')'.repeat(40)}`,
      `userName eq "${'a'.repeat(5_000)}"`,
    ]) {
      expect([text.slice(0, 50), refusal(() => parseFilter(text))?.scimType]).toEqual([
        text.slice(0, 50),
        'invalidFilter',
      ]);
    }
  });

  it('is read or refused with a reason, never anything else', () => {
    const word = fc.constantFrom(
      'userName',
      'eq',
      'and',
      'or',
      'not',
      '(',
      ')',
      '[',
      ']',
      '"a"',
      '"',
      '\\',
      '.value',
      'pr',
      ' ',
      '1',
      'true',
      ':',
      'urn:x:y',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (text) => {
          refusal(() => parseFilter(text));
          refusal(() => parseValuePath(text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('lets through what not lets not through, of anything', () => {
    fc.assert(
      fc.property(filter, fc.jsonValue({ maxDepth: 3 }), (asked, resource) => {
        expect(matches(resource, { op: 'not', part: asked })).toBe(!matches(resource, asked));
      }),
    );
  });

  it('compares texts without case, ids with it, times as times', () => {
    const resource = {
      id: 'u-A',
      userName: 'Ada@Example.com',
      active: false,
      emails: [
        { type: 'work', value: 'ada@example.com' },
        { type: 'home', value: 'b@c.d' },
      ],
      meta: { lastModified: '2026-01-02T00:00:00.000Z' },
    };
    const is = (text: string) => matches(resource, parseFilter(text));
    for (const text of [
      'userName eq "ada@example.com"',
      'userName ew "EXAMPLE.COM"',
      'id eq "u-A"',
      'active eq "False"',
      'emails co "ADA"',
      'emails[type eq "home" and value eq "b@c.d"]',
      'meta.lastModified gt "2026-01-01T12:00:00+01:00"',
      'displayName eq null',
      'userName ne "x"',
      'displayName ne "x"',
      'userName gt "abc" and userName lt "b"',
    ])
      expect([text, is(text)]).toEqual([text, true]);
    for (const text of [
      'id eq "u-a"',
      'emails[type eq "home" and value co "ada"]',
      'title pr',
      'active co "f"',
      'userName lt 5',
    ])
      expect([text, is(text)]).toEqual([text, false]);
  });
});

describe('a patch', () => {
  it('is applied or refused with a reason, whatever it holds', () => {
    const any = fc.jsonValue({ maxDepth: 4 });
    const operation = fc.record(
      {
        op: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('Add', 'replace', 'REMOVE') }, any),
        path: fc.oneof(
          {
            weight: 5,
            arbitrary: fc.constantFrom(
              'emails[type eq "work"].value',
              'emails',
              'emails.value',
              'name',
              'name.givenName',
              'active',
              'emails[primary eq true]',
              'title',
              'id',
            ),
          },
          any,
        ),
        value: fc.oneof(
          any,
          fc.constantFrom<unknown>('False', { value: 'a@b.c', primary: true }, [{ value: 'x' }], {
            'name.givenName': 'A',
          }),
        ),
      },
      { requiredKeys: ['op'] },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 5 }), (Operations) => {
        const document: Document = new Map([['userName', 'ada']]);
        refusal(() => applyPatch(USER, document, readOperations({ Operations })));
        expect([...document.keys()].every((key) => USER.attributes.some(({ name }) => name === key))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
