import type { Dialect } from '../database/database.js';
import type { Statements } from '../database/statements.js';
import { type BatchRows, boundTo, rowWrites } from './batch-rows.js';

/** Writes the rows of a batch in an open transaction. */
export type RowsWriter = (trx: Statements, rows: BatchRows) => Promise<void>;

export const rowsWriter = (dialect: Dialect): RowsWriter =>
  dialect === 'sqlite' ? writeAtOnce : oneByOne(rowWrites(dialect));

function oneByOne(writes: ReturnType<typeof rowWrites>): RowsWriter {
  const names = Object.keys(writes) as (keyof typeof writes)[]; // its own keys
  return async (trx, rows) => {
    for (const name of names) {
      const bound = boundTo(writes[name], rows[name]);
      if (bound !== null) await trx.query(writes[name].sql, [bound]);
    }
  };
}

const WRITES = rowWrites('sqlite');
const NAMES = Object.keys(WRITES) as (keyof typeof WRITES)[]; // its own keys

/**
 * All of these statements as the trigger of a view, and rows as columns of what is inserted there: to have a thread run a
 * statement and hear of it costs several times what the statement does.
 */
const AT_ONCE = {
  view: `create temp view batch_rows as select ${NAMES.map((name) => `null as "${name}"`).join(', ')}`,
  trigger: `create temp trigger write_batch_rows instead of insert on batch_rows begin
    ${NAMES.map((name) => `${WRITES[name].sql.replace('?', `new."${name}"`)};`).join('\n    ')}
  end`,
  insert: `insert into batch_rows (${NAMES.map((name) => `"${name}"`).join(', ')}) values (${NAMES.map(() => '?').join(', ')})`,
};

async function writeAtOnce(trx: Statements, rows: BatchRows): Promise<void> {
  const bound = NAMES.map((name) => boundTo(WRITES[name], rows[name]));
  if (bound.every((one) => one === null)) return;
  try {
    await trx.query(AT_ONCE.insert, bound);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await trx.query(AT_ONCE.view, []);
    await trx.query(AT_ONCE.trigger, []);
    await trx.query(AT_ONCE.insert, bound);
  }
}

/** A connection has no view yet, or lost it with the transaction that made it. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('no such table: batch_rows');
