import type { Knex } from 'knex';

/** Brings the schema to the latest version. Two starters are kept apart by knex's lock row. Gives what was applied. */
export async function migrate(db: Knex, source: Knex.MigrationSource<string>): Promise<string[]> {
  const [, applied] = (await db.migrate.latest({ migrationSource: source })) as [number, string[]]; // knex types it any
  return applied;
}
