import { answerOf } from '../../../bots/tape.js';
import { isObject, number, object, objects, string } from '../../../definition/json.js';
import type { JsonObject } from '../../../json.js';
import type { TableFilter } from '../deps.js';
import { NodeFailure, type Run } from '../run.js';
import { fillDeep } from './fill.js';

/** Rows a query gives when it names no limit. */
const DEFAULT_LIMIT = 100;
/** Rows one query gives at most, whatever limit it names. */
const MAX_LIMIT = 1000;

/** Reads or writes a data table of the bot (kore-exports.md §6). Gives `{statusCode, body}` as a service would. */
export async function callTable(run: Run, node: string, table: JsonObject): Promise<JsonObject> {
  const call = object(await fillDeep(run, table));
  const name = string(call.name) || string(call.tableName);
  const method = string(call.method).toLowerCase() || 'query';
  if (name === '') throw new NodeFailure('The data table call names no table.');
  run.turn.trace({ kind: 'table', table: name, method });
  const question = { node, method, address: name, body: call };
  return answerOf(run.turn.tape, question, () => askTable(run, name, method, call));
}

async function askTable(run: Run, name: string, method: string, call: Record<string, unknown>): Promise<JsonObject> {
  const filter = filterOf(call.query);
  const { botId } = run.turn;
  const { tables } = run.deps;
  switch (method) {
    case 'insert':
    case 'add': {
      const row = await tables.insert(botId, name, rowOf(call.data));
      return { statusCode: 200, body: row };
    }
    case 'update': {
      const rows = await tables.update(botId, name, filter, rowOf(call.data));
      return { statusCode: 200, body: { records: rows, nModified: rows.length } };
    }
    case 'delete': {
      const removed = await tables.remove(botId, name, filter);
      return { statusCode: 200, body: { nDeleted: removed } };
    }
    default: {
      const limit = Math.min(MAX_LIMIT, Math.max(1, number(call.limit) ?? DEFAULT_LIMIT));
      const skip = Math.max(0, number(call.skip) ?? 0);
      const { rows, total } = await tables.query(botId, name, filter, { skip, limit });
      return { statusCode: 200, body: { queryResult: rows, total, hasMore: skip + rows.length < total } };
    }
  }
}

function filterOf(query: unknown): TableFilter | null {
  const expressions = objects(object(query).expressions).flatMap((expression) => {
    const field = string(expression.field);
    const value = expression.value;
    return field === ''
      ? []
      : [
          {
            field,
            operand: string(expression.operand) || '=',
            value: isObject(value) || value === undefined ? '' : (value as JsonObject['x'] & {}),
          },
        ]; // entries of JSON
  });
  if (expressions.length === 0) return null;
  return { operator: string(object(query).operator).toLowerCase() === 'or' ? 'or' : 'and', expressions };
}

const rowOf = (data: unknown): JsonObject => (isObject(data) ? (data as JsonObject) : {}); // out of fillDeep, so JSON
