import type { Knex } from 'knex';
import type { Database } from '../database/database.js';

/** The name of the log of a table of counts. */
export const logOf = (table: string): string => `${table}_added`;

/** A table of counts, and what its log adds to it. */
export interface Counted {
  table: string;
  /** Columns that name a row. */
  keys: readonly string[];
  /** Columns that are added up. In the log they may be null, for nothing. */
  values: readonly string[];
  /** The rows that rows of the log (`added`) stand for, as what follows `from`. Default: themselves. */
  rows?: string;
  /** The order in which rows are locked: that of earlier versions, which add to the table itself. */
  order: string;
}

/**
 * Adds up what batches have counted. A batch appends to the log of a table, for a row that it changed would be held until
 * the batch is on the disk, and all processes count the same channels. Readers see both, see `withLog`.
 */
export async function addUpCounts(
  database: Pick<Database, 'write' | 'dialect'>,
  all: readonly Counted[],
): Promise<void> {
  const { write, dialect } = database;
  if (dialect === 'sqlite')
    await write.transaction(async (trx) => {
      for (const counted of all) await addUp(trx, counted, dialect);
    });
  // Each its own transaction: a process that stands still in one would keep all others from adding up.
  else for (const counted of all) await addUp(write, counted, dialect);
}

async function addUp(db: Knex, counted: Counted, dialect: Database['dialect']): Promise<void> {
  const { table, keys, values, rows = 'added', order } = counted;
  const log = logOf(table);
  const names = keys.map(quoted).join(', ');
  const insert = `insert into ${table} (${names}, ${values.join(', ')})
    select ${names}, ${values.map((value) => `sum(coalesce(${value}, 0))`).join(', ')} from ${rows} where true
    group by ${names} order by ${order}
    on conflict (${names}) do update set
      ${values.map((value) => `${value} = ${table}.${value} + excluded.${value}`).join(', ')}`;
  if (dialect === 'postgres') {
    // One statement: what another batch appends meanwhile is either in both of its parts or in neither.
    await db.raw(`with added as (delete from ${log} returning *) ${insert}`);
    return;
  }
  await db.raw(`with added as (select * from ${log}) ${insert}`);
  await db(log).delete();
}

/** All of a table and of its log, as what follows `from` and is called like the table: rows of one key are to be added up. */
export const withLog = ({ table, keys, values }: Counted): string =>
  `(${[table, logOf(table)].map((name) => `select ${[...keys, ...values].join(', ')} from ${name}`).join(' union all ')})
    as ${table}`;

const quoted = (column: string): string => (column === 'interval' ? '"interval"' : column);
