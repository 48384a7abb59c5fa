import { expect, it } from 'vitest';
import { migrationSource } from '../../migrations/index.js';
import { changesAfter, latestChangeOf, recordChange } from '../../src/store/changes.js';
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

  it('learn of tokens made before who made them, and which are sessions of the console', async () => {
    const { write } = database();
    const name = '20261128112500_token_origins';
    await write.migrate.down({ migrationSource, name } as never); // knex takes a name, its types do not
    await write('accounts').insert({ id: 'ac', name: 'Main', created_at: 1 });
    const user = { account_id: 'ac', role: 'ADMIN', created_at: 1 };
    await write('users').insert([
      { ...user, id: 'u1', name: 'Ada' },
      { ...user, id: 'u2', name: 'Ben' },
    ]);
    const token = { account_id: 'ac', user_id: 'u2', created_at: 1 };
    await write('api_tokens').insert([
      { ...token, id: 'tk1', name: 'First token', token_hash: '1' },
      { ...token, id: 'tk2', name: 'Deployments', token_hash: '2' },
      { ...token, id: 'tk3', name: 'Console session', token_hash: '3', expires_at: 2 },
    ]);
    const entry = { account_id: 'ac', at: 1, actor: 'Ada', actor_id: 'u1', action: 'token.create', subject: 'u2' };
    await write('audit_entries').insert([
      { ...entry, id: 'au1', details: JSON.stringify({ tokenId: 'tk2' }) },
      { ...entry, id: 'au2', details: null },
    ]);
    await write.migrate.up({ migrationSource, name } as never);
    const rows = await write('api_tokens').orderBy('id').select('id', 'created_by', 'session', 'parent_id');
    expect(rows.map((row) => ({ ...row, session: Boolean(row.session) }))).toEqual([
      { id: 'tk1', created_by: null, session: false, parent_id: null },
      { id: 'tk2', created_by: 'u1', session: false, parent_id: null },
      { id: 'tk3', created_by: null, session: true, parent_id: null },
    ]);
  });

  it('leave changes that were made before to no account', async () => {
    const { write } = database();
    const name = '20261128120100_change_accounts';
    await write.migrate.down({ migrationSource, name } as never);
    await write('change_counter').update({ value: 1 });
    await write('changes').insert({ number: 1, topic: 'bot', id: 'st-1', at: 1 });
    await write.migrate.up({ migrationSource, name } as never);
    expect(await write('changes').select('number', 'id', 'account_id')).toEqual([
      { number: 1, id: 'st-1', account_id: null },
    ]);
    expect(await changesAfter(write, 0, 10)).toEqual([{ number: 1, topic: 'bot', id: 'st-1' }]);
    expect(await latestChangeOf(write, 'ac')).toBeNull();
    await write.transaction((trx) =>
      recordChange(trx, { topic: 'bot', ids: ['st-2', 'st-3'], accountId: 'ac', now: 2 }),
    );
    expect(await latestChangeOf(write, 'other')).toBeNull();
    expect(await latestChangeOf(write, 'ac')).toBe(Number((await write('change_counter').first('value')).value));
  });
});
