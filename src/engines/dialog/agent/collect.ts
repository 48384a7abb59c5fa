import { isObject, objects, own, type Raw, string } from '../../../definition/json.js';
import type { AgentEntity, AgentNode } from '../../../definition/program.js';
import type { Json, JsonObject } from '../../../json.js';
import { child, isBlank } from '../context.js';
import { dateScopeOf } from '../entities/date-scope.js';
import { recognise } from '../entities/recognise.js';
import type { Run } from '../run.js';

/** Characters of a value, and values of one that may have several; one with more is refused. */
const VALUE_CHARACTERS = 1000;
const MOST_VALUES = 50;

/** Types whose values can be told from other texts. The rest are texts: a name or a place may be any. */
const CHECKED: ReadonlySet<AgentEntity['entityType']> = new Set([
  'number',
  'percentage',
  'currency',
  'currency_v2',
  'quantity',
  'phone',
  'date',
  'time',
  'datetime',
  'date_period',
  'email',
  'url',
  'zip',
  'country',
]);

/** The values among those that a model gives which the node declares and whose types fit; names of the others it declares. */
export async function collect(
  run: Run,
  { entities }: AgentNode,
  given: Raw,
): Promise<{ values: JsonObject; refused: string[] }> {
  const values: JsonObject = {};
  const refused: string[] = [];
  for (const entity of entities) {
    const value = own(given, entity.name);
    if (value === undefined || value === null || value === '') continue;
    const fitting = await typed(run, entity, value);
    if (fitting === null) refused.push(entity.name);
    else values[entity.name] = fitting;
  }
  return { values, refused };
}

async function typed(run: Run, entity: AgentEntity, value: unknown): Promise<Json | null> {
  if (!Array.isArray(value)) return typedOne(run, entity, value);
  if (!entity.array) return value.length === 1 ? typedOne(run, entity, value[0]) : null;
  if (value.length === 0 || value.length > MOST_VALUES) return null;
  const fitting = await Promise.all(value.map((entry) => typedOne(run, entity, entry)));
  return fitting.includes(null) ? null : fitting;
}

/** The value in the model's own writing, since the node's rules may ask for one; numbers and choices as entities keep them. */
async function typedOne(run: Run, entity: AgentEntity, value: unknown): Promise<Json | null> {
  const { entityType } = entity;
  if (typeof value === 'number' || typeof value === 'boolean') {
    if (entityType === 'number' && typeof value === 'number') return Number.isFinite(value) ? value : null;
    return typedOne(run, entity, String(value));
  }
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (text === '' || text.length > VALUE_CHARACTERS) return null;
  const choices = Object.values(entity.choices)[0] ?? [];
  const isList = entityType === 'list' && choices.length > 0;
  if (!isList && !CHECKED.has(entityType)) return text;
  const scope = { dates: dateScopeOf(run), choices, attachments: [], matchRegex: async () => null };
  const [found] = await recognise(entity, text, { ...scope, as: 'answer' });
  if (found === undefined) return null;
  return isList || entityType === 'number' ? found : text;
}

/** What the node has collected so far, as its scripts have left it. */
export function collected(run: Run, node: AgentNode): JsonObject {
  const { entities } = child(child(run.context, ROOT), node.name);
  const parts = Array.isArray(entities) ? objects(entities) : isObject(entities) ? [entities] : [];
  const known: JsonObject = {};
  for (const { name } of node.entities)
    for (const part of parts) {
      const value = own(part, name);
      if (value !== undefined) known[name] = value as Json; // an entry of JSON
    }
  return known;
}

/** The required values that are not known. */
export const missing = ({ entities }: AgentNode, known: JsonObject): string[] =>
  entities.filter(({ name, optional }) => !optional && isBlank(own(known, name))).map(({ name }) => name);

/** Keeps an answer where scripts, edges and texts of bots look for it; both names are in use. */
export function recordAnswer(
  run: Run,
  node: AgentNode,
  { values, bot, status, exit }: { values: JsonObject; bot: string; status: 'ongoing' | 'ended'; exit: string },
): void {
  const all = child(run.context, ROOT);
  all[node.name] = { entities: [{ ...values }], conv_status: status, exit_scenario: exit };
  all.bot_response = { bot, conv_status: status, entities: [{ ...values }] };
  child(run.context, 'GenAI_Node')[node.name] = { entities: { ...values } };
}

/** What the user reads of the last answer, as the node's script has left it. */
export const saidBy = (run: Run): string => string(child(child(run.context, ROOT), 'bot_response').bot).trim();

const ROOT = 'AI_Assisted_Dialogs';
