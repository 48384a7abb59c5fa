import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { EntityField } from '../../../src/definition/program.js';
import { recognise } from '../../../src/engines/dialog/entities/recognise.js';
import type { Json } from '../../../src/json.js';

/** A Saturday. */
const now = Date.parse('2026-11-28T10:00:00Z');
const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

type EntityType = EntityField['entityType'];

const rowsOf = (file: string) =>
  read(`test/fixtures/${file}`)
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [type = '', locale = '', text = '', value = ''] = line.split('\t');
      return { type: type as EntityType, locale, text, value }; // the column holds types only
    });

const shown = (value: Json): string => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return String(value);
  return `${value.alpha2 ?? `${value.amount} ${value.code ?? value.unit}`}`.trim();
};

async function heard({ type, locale, text }: { type: EntityType; locale: string; text: string }): Promise<string> {
  const field: EntityField = {
    name: 'X',
    entityType: type,
    pattern: '',
    array: type === 'country',
    optional: false,
    choices: {},
    dynamic: {},
  };
  const dates = { now, timeZone: 'UTC', locale };
  const scope = { dates, choices: [], attachments: [], matchRegex: async () => null, as: 'answer' as const };
  return (await recognise(field, text, scope)).map(shown).join(' ');
}

it.each([
  ['to build', 'values.tsv'],
  ['later', 'values-later.tsv'],
])('answers %s are taken for values as docs/understanding.md publishes', async (name, file) => {
  const rows = rowsOf(file);
  const count = { right: 0, wrong: 0, missed: 0, taken: 0, left: 0 };
  for (const row of rows) {
    const value = await heard(row);
    if (row.value === '') count[value === '' ? 'left' : 'taken'] += 1;
    else if (value === row.value) count.right += 1;
    else count[value === '' ? 'missed' : 'wrong'] += 1;
  }
  const { right, wrong, missed, taken, left } = count;
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
  const precision = percent(right, right + wrong + taken);
  const recall = percent(right, right + wrong + missed);
  const row = `| ${name} | ${right} | ${wrong} | ${missed} | ${left} | ${taken} | ${precision} | ${recall} |`;
  expect(read('docs/understanding.md').includes(row) ? '' : row).toBe('');
});
