import type { Knex } from 'knex';
import type { Db } from './database.js';
import { isSqlite } from './knex-internals.js';

/**
 * A table, read by a partial index. SQLite would take an index of all rows, however few of them are open; PostgreSQL knows
 * how few.
 */
export const usingIndex = (db: Db, table: string, index: string): Knex.Raw =>
  db.raw(isSqlite(db) ? `${table} indexed by ${index}` : table);

/** A column in words that keep SQLite from an index of it. PostgreSQL knows how many rows have a value; the words would hide that. */
export const withoutIndex = (db: Db, column: string): string => (isSqlite(db) ? `${column} || ''` : column);
