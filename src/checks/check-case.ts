import type { TraceEntry } from '../bots/engine.js';
import type { Json, JsonObject } from '../json.js';
import type { BatchCase } from '../store/tables/bot-tests.js';
import type { TestOutcome } from '../store/tables/checked-tests.js';
import { packedDetail } from './detail.js';
import type { ReplayDeps, ReplayedTurn } from './replay.js';

export interface CaseVerdict {
  outcome: TestOutcome;
  detail: Uint8Array | null;
}

/** Compares what an utterance was understood as with what a batch test expects. */
export function compareCase(deps: Pick<ReplayDeps, 'bot'>, expected: BatchCase, is: ReplayedTurn): CaseVerdict {
  const understood = is.trace.find(({ kind }) => kind === 'understood');
  const found = { intent: understood ? intentOf(deps, understood, is) : null, entities: entitiesOf(is, expected) };
  const rightIntent = found.intent !== null && sameText(found.intent, expected.intent);
  const wrong = (expected.entities ?? []).filter(
    ({ entityName, entityValue }) => !sameValue(found.entities[entityName], entityValue),
  );
  // Traits are not told apart here, nor an intent that is only one after another.
  const untold = /^trait\s*:/i.test(expected.intent) || (expected.parentIntent !== undefined && !rightIntent);
  const outcome = rightIntent && wrong.length === 0 ? 'PASSED' : untold ? 'UNKNOWN' : 'FAILED';
  if (outcome === 'PASSED') return { outcome, detail: null };
  const { input, intent, entities = [] } = expected;
  const was = { input, intent, entities: Object.fromEntries(entities.map((one) => [one.entityName, one.entityValue])) };
  return { outcome, detail: packedDetail({ was, is: { input, ...found }, trace: is.trace }) };
}

/** The task, or the name of the FAQ or small talk that was said. */
function intentOf({ bot }: Pick<ReplayDeps, 'bot'>, { as, task }: TraceEntry, { said }: ReplayedTurn): string | null {
  if (as === 'task') return String(task);
  const wanted = as === 'faq' ? 'faq.' : as === 'small_talk' ? 'small_talk.' : null;
  const key = wanted === null ? null : said.find((one) => one.key?.startsWith(wanted))?.key;
  return key ? (bot.program.message(key)?.name ?? null) : null;
}

function entitiesOf({ end }: ReplayedTurn, { entities = [] }: BatchCase): Record<string, string> {
  const held = ((JSON.parse(end.session ?? '{}') as JsonObject).context as JsonObject | undefined)?.entities;
  const values = Object(held) as JsonObject;
  return Object.fromEntries(entities.map(({ entityName }) => [entityName, flat(values[entityName] ?? null)]));
}

/** Members of values in the order in which the platform writes them as one text. */
const ORDER = ['amount', 'unit', 'code', 'type', 'source', 'fromDate', 'toDate', 'formatted_address', 'lat', 'lng'];

function flat(value: Json): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map(flat).join('||');
  if (typeof value !== 'object') return String(value);
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const names = Object.keys(value).sort((a, b) => place(a) - place(b));
  return names.map((name) => flat(value[name] ?? null)).join(' ');
}

const sameText = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Texts alone: an expected value that is a regular expression would run a text of somebody's choice here. */
const sameValue = (found: string | undefined, expected: string): boolean => sameText(found ?? '', expected);
