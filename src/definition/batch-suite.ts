import { CsvError, parse } from 'csv-parse/sync';
import type { Json, JsonObject } from '../json.js';
import type { BatchCase } from '../store/tables/bot-tests.js';

/** Utterances of a suite, and characters of each, as the platform takes them; a suite with more is refused. */
const MAX_CASES = 1_000;
const MAX_INPUT = 3_000;
const COLUMNS = ['input', 'intent', 'parentIntent', 'entityName', 'entityValue', 'entityOrder'] as const;

/** The cases of a suite in the platform's own form, JSON or CSV. Throws an Error that says what is wrong, and where. */
export function readBatchSuite(text: string): BatchCase[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const cases = /^[[{]/.test(trimmed) ? casesOfJson(trimmed) : casesOfCsv(trimmed);
  if (cases.length === 0) throw new Error('The suite has no test cases.');
  if (cases.length > MAX_CASES)
    throw new Error(`A suite has at most ${MAX_CASES} test cases; this one has ${cases.length}.`);
  const long = cases.findIndex(({ input }) => input.length > MAX_INPUT);
  if (long >= 0) throw new Error(`Test case ${long + 1}: an input has at most ${MAX_INPUT} characters.`);
  return cases;
}

export const batchJson = (cases: readonly BatchCase[]): string => `${JSON.stringify({ testCases: cases }, null, 2)}\n`;

export function batchCsv(cases: readonly BatchCase[]): string {
  const rows = cases.flatMap(({ input, intent, parentIntent = '', entities = [], entityOrder = [] }) => {
    const order = entityOrder.join('>');
    const [first, ...others] = entities;
    const more = others.map((one) => ['', '', '', one.entityName, one.entityValue, '']);
    return [[input, intent, parentIntent, first?.entityName ?? '', first?.entityValue ?? '', order], ...more];
  });
  return [[...COLUMNS], ...rows].map((cells) => `${cells.map(csvCell).join(',')}\n`).join('');
}

const csvCell = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function casesOfJson(text: string): BatchCase[] {
  let read: Json;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new Error('The suite is no JSON.', { cause });
  }
  const { testCases } = Object(read) as JsonObject;
  const all = Array.isArray(read) ? read : testCases;
  if (!Array.isArray(all)) throw new Error('The suite has no list "testCases".');
  return all.map((one, index) => caseOf(Object(one) as JsonObject, index));
}

function caseOf({ input, intent, parentIntent, entities, entityOrder }: JsonObject, index: number): BatchCase {
  const bad = (what: string) => new Error(`Test case ${index + 1}: ${what}`);
  if (typeof input !== 'string' || input.trim() === '') throw bad('it has no input.');
  if (typeof intent !== 'string' || intent.trim() === '') throw bad('it has no intent.');
  if (entities != null && !Array.isArray(entities)) throw bad('its entities are no list.');
  const named = (entities ?? []).map((one) => {
    const { entityName, entityValue } = Object(one) as JsonObject;
    if (typeof entityName !== 'string' || entityName === '') throw bad('an entity has no entityName.');
    return { entityName, entityValue: String(entityValue ?? '') };
  });
  return {
    input,
    intent: intent.trim(),
    ...(typeof parentIntent === 'string' && parentIntent !== '' && { parentIntent }),
    ...(named.length > 0 && { entities: named }),
    ...(Array.isArray(entityOrder) && entityOrder.length > 0 && { entityOrder: entityOrder.map(String) }),
  };
}

/** A row without an input is one more entity of the case above it. */
function casesOfCsv(text: string): BatchCase[] {
  const [head = [], ...rows] = csvRows(text);
  const at = new Map(head.map((name, index) => [name.trim().toLowerCase(), index]));
  if (!at.has('input') || !at.has('intent'))
    throw new Error('The suite is neither JSON nor CSV with the columns input and intent.');
  const cases: JsonObject[] = [];
  for (const row of rows) {
    const cell = (name: (typeof COLUMNS)[number]) => row[at.get(name.toLowerCase()) ?? -1]?.trim() ?? '';
    if (row.every((value) => value.trim() === '')) continue;
    const own = cell('input') === '' ? cases.at(-1) : undefined;
    const found = own ?? { input: cell('input'), intent: cell('intent'), parentIntent: cell('parentIntent') };
    const entity = { entityName: cell('entityName'), entityValue: cell('entityValue') };
    const before = (found.entities ?? []) as JsonObject[];
    found.entities = entity.entityName === '' ? before : [...before, entity];
    if (cell('entityOrder') !== '')
      found.entityOrder = cell('entityOrder')
        .split('>')
        .map((name) => name.trim());
    if (!own) cases.push(found);
  }
  return cases.map(caseOf);
}

function csvRows(text: string): string[][] {
  try {
    return parse(text, { relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw new Error(`The suite is no CSV: ${error instanceof CsvError ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
