import { expect, it } from 'vitest';
import { migrationSource } from '../../migrations/index.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('the migrations', (database) => {
  it('go down to nothing and up again to the same tables', async () => {
    const { write, dialect } = database();
    const tables = async (): Promise<string[]> => {
      const rows =
        dialect === 'sqlite'
          ? await write('sqlite_master').where({ type: 'table' }).pluck('name')
          : await write('information_schema.tables').where({ table_schema: 'public' }).pluck('table_name');
      return rows.filter((name: string) => !/^(knex_|sqlite_)/.test(name)).sort();
    };
    const before = await tables();
    expect(before).toContain('deliveries');
    await write.migrate.rollback({ migrationSource }, true);
    expect(await tables()).toEqual([]);
    await write.migrate.latest({ migrationSource });
    expect(await tables()).toEqual(before);
    expect(await write('change_counter').first('value')).toEqual({ value: 0 });
  });

  it('are applied once, whoever starts first', async () => {
    const { write } = database();
    const [, applied] = await write.migrate.latest({ migrationSource });
    expect(applied).toEqual([]);
  });
});
