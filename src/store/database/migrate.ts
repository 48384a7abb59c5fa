import type { Knex } from 'knex';
import { type Database, openDatabase } from './database.js';

/** `migrate` on the database of this URL; on PostgreSQL over a connection without time limits, for an index may take minutes. */
export async function migrateDatabase(
  { dialect, write }: Database,
  url: string,
  source: Knex.MigrationSource<string>,
): Promise<string[]> {
  if (dialect === 'sqlite') return migrate(write, source);
  await using unlimited = openDatabase({ url, readers: 1, unlimited: true });
  return await migrate(unlimited.write, source);
}

/**
 * Brings the schema to the latest version and gives the names of what was applied. Only under `oneStarterAtATime`: a lock
 * that a dead starter left is taken away. Throws an Error that says what to do when a newer version wrote the database.
 */
export async function migrate(db: Knex, source: Knex.MigrationSource<string>): Promise<string[]> {
  await assertNotNewer(db, source);
  await db.migrate.forceFreeMigrationsLock();
  const [, applied] = (await db.migrate.latest({ migrationSource: source })) as [number, string[]]; // knex types it any
  return applied;
}

/** Name of the last migration that was applied; null for an empty database. */
export async function lastMigration(db: Knex): Promise<string | null> {
  if (!(await db.schema.hasTable('knex_migrations'))) return null;
  const last = await db<{ id: number; name: string }>('knex_migrations').orderBy('id', 'desc').first('name');
  return last?.name ?? null;
}

/** Names of the migrations to be applied, in their order. */
export async function pendingMigrations(db: Knex, source: Knex.MigrationSource<string>): Promise<string[]> {
  const known = await source.getMigrations([]);
  if (!(await db.schema.hasTable('knex_migrations'))) return known;
  const applied = new Set<string>(await db('knex_migrations').pluck('name'));
  return known.filter((name) => !applied.has(name));
}

/** Throws an Error when the database has migrations that this version does not know. */
export async function assertNotNewer(db: Knex, source: Knex.MigrationSource<string>): Promise<void> {
  if (!(await db.schema.hasTable('knex_migrations'))) return;
  const known = new Set(await source.getMigrations([]));
  const applied: string[] = await db('knex_migrations').orderBy('id').pluck('name');
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Error(
      `A newer version of Hookswitch has written this database (${unknown.join(', ')}). Start that version, or restore a backup from before it.`,
    );
}
