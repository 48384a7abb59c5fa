import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexFactory, { type Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  cutConnection,
  discardConnection,
  HookedPostgres,
  HookedSqlite,
  isConnectionAwaited,
  isSqlite,
  type PostgresConnection,
  queryOn,
  releaseConnection,
  type SqliteConnection,
  type Statement,
  takeConnection,
} from '../../src/store/database/knex-internals.js';

// What is relied on of knex beyond its declared API. A failure after an update of knex says what to adapt.

const postgres = inject('postgres');
const quiet = { warn() {}, error() {}, deprecate() {}, debug() {} };
const idOf = (connection: unknown) => (connection as { __knexUid: string }).__knexUid;

describe("knex's pool of one connection", () => {
  const kinds = [
    {
      name: 'SQLite',
      skipped: false,
      open: () =>
        knexFactory({
          client: 'sqlite3',
          connection: { filename: ':memory:' },
          useNullAsDefault: true,
          pool: { min: 0, max: 1 },
          log: quiet,
        }),
    },
    {
      name: 'PostgreSQL',
      skipped: 'skipped' in postgres,
      open: () =>
        knexFactory({
          client: 'pg',
          connection: 'url' in postgres ? postgres.url : '',
          pool: { min: 0, max: 1 },
          log: quiet,
        }),
    },
  ];
  for (const { name, skipped, open } of kinds) {
    describe.skipIf(skipped)(`of ${name}`, () => {
      let db: Knex;
      beforeAll(() => {
        db = open();
      });
      afterAll(() => db.destroy());

      it('tells its dialect, also within a transaction', async () => {
        expect(isSqlite(db)).toBe(name === 'SQLite');
        await db.transaction(async (trx) => expect(isSqlite(trx)).toBe(name === 'SQLite'));
      });

      it('hands out its connection, tells that somebody waits for it, and has it back at once', async () => {
        const taken = await takeConnection(db);
        expect(isConnectionAwaited(db)).toBe(false);
        const next = takeConnection(db);
        await new Promise((resolve) => setImmediate(resolve));
        expect(isConnectionAwaited(db)).toBe(true);
        releaseConnection(db, taken);
        expect(isConnectionAwaited(db)).toBe(false);
        expect(idOf(await next)).toBe(idOf(taken));
        releaseConnection(db, await next);
      });

      it('runs SQL on a connection that was taken, in a transaction that is begun there, and fails with the error of the driver', async () => {
        const taken = await takeConnection(db);
        await queryOn(db, taken, 'BEGIN');
        await queryOn(db, taken, 'create temporary table numbers (number integer)');
        await queryOn(db, taken, 'insert into numbers select ? + 1 where ? = ?', [1, 'a', 'a'], 'insert');
        const response = await queryOn(db, taken, 'select number from numbers where number = ?', [2], 'select');
        expect(Array.isArray(response) ? response : (response as { rows: unknown }).rows).toEqual([{ number: 2 }]);
        await queryOn(db, taken, 'ROLLBACK');
        await expect(queryOn(db, taken, 'select number from numbers')).rejects.toMatchObject({
          code: name === 'SQLite' ? 'SQLITE_ERROR' : '42P01',
        });
        releaseConnection(db, taken);
      });

      it('never hands out a connection again that was discarded', async () => {
        const taken = await takeConnection(db);
        discardConnection(taken, new Error('broken'));
        releaseConnection(db, taken);
        const next = await takeConnection(db);
        expect(idOf(next)).not.toBe(idOf(taken));
        releaseConnection(db, next);
      });
    });
  }
});

describe.skipIf('skipped' in postgres)("knex's PostgreSQL client", () => {
  const opened: PostgresConnection[] = [];
  const failed: [error: unknown, hadConnection: boolean][] = [];
  const refused = new Set<PostgresConnection>();

  class Hooked extends HookedPostgres {
    protected override opened(connection: PostgresConnection): void {
      opened.push(connection);
    }
    protected override isUsable(connection: PostgresConnection): boolean {
      return !refused.has(connection);
    }
    protected override explain(error: unknown, connection: PostgresConnection | null): unknown {
      failed.push([error, connection !== null]);
      return new Error('explained', { cause: error });
    }
    protected override toSent(binding: unknown): unknown {
      return typeof binding === 'string' ? `sent ${binding}` : binding;
    }
  }
  const open = (url: string) =>
    knexFactory({ client: Hooked, connection: url, pool: { min: 0, max: 1 }, log: quiet, compileSqlOnError: false });
  let db: Knex;
  beforeAll(() => {
    db = open('url' in postgres ? postgres.url : '');
  });
  afterAll(() => db.destroy());

  it('tells of each new connection once, and asks before it hands one out again', async () => {
    const own = open('url' in postgres ? postgres.url : '');
    const before = opened.length;
    for (let count = 0; count < 3; count += 1) await own.raw('select 1');
    expect(opened.length - before).toBe(1);
    for (const connection of opened) refused.add(connection);
    await own.raw('select 1');
    expect(opened.length - before).toBe(2);
    await own.destroy();
  });

  it('sends what is made of a binding, by builders, raw, in transactions and on a taken connection', async () => {
    const taken = await takeConnection(db);
    expect(await queryOn(db, taken, 'select ?::text as text', ['a'])).toMatchObject({ rows: [{ text: 'sent a' }] });
    releaseConnection(db, taken);
    expect((await db.raw('select ?::text as text', ['b'])).rows).toEqual([{ text: 'sent b' }]);
    const found = await db.transaction((trx) =>
      trx.select({ text: 'v.text' }).from(trx.raw('(select ?::text as text) as v', ['c'])),
    );
    expect(found).toEqual([{ text: 'sent c' }]);
  });

  it('throws what is made of a failure: of a query, in a transaction, and of a database that cannot be reached', async () => {
    failed.length = 0;
    await expect(db.raw('nonsense')).rejects.toMatchObject({ message: 'explained', cause: { code: '42601' } });
    await expect(db.transaction((trx) => trx.raw('nonsense'))).rejects.toMatchObject({ message: 'explained' });
    expect(failed.map(([, hadConnection]) => hadConnection)).toEqual([true, true]);
    const nowhere = open('postgres://127.0.0.1:1/nowhere');
    await expect(nowhere.raw('select 1')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(failed.at(-1)?.[1]).toBe(false);
    await nowhere.destroy();
  });

  it('prepares a statement that has a name once per connection', async () => {
    const taken = await takeConnection(db);
    for (const value of [1, 2]) await queryOn(db, taken, 'select ?::int as value', [value], 'named');
    expect(
      await queryOn(db, taken, "select name, statement from pg_prepared_statements where name = 'named'"),
    ).toMatchObject({ rows: [{ name: 'named', statement: 'select $1::int as value' }] });
    releaseConnection(db, taken);
  });

  it('notices a connection whose socket was cut', async () => {
    const taken = (await takeConnection(db)) as PostgresConnection;
    const waiting = queryOn(db, taken, 'select pg_sleep(60)');
    cutConnection(taken);
    await expect(waiting).rejects.toMatchObject({ cause: { message: expect.stringMatching(/terminated/) } });
    releaseConnection(db, taken);
    expect((await db.raw('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

describe("knex's SQLite client", () => {
  const asked: string[] = [];
  let closed = 0;
  let folder: string;
  let db: Knex;

  class Hooked extends HookedSqlite {
    protected override statementOf(connection: SqliteConnection, sql: string): Promise<Statement> {
      asked.push(sql);
      return new Promise((resolve, reject) => {
        const statement = connection.prepare(sql, (error) => (error ? reject(error) : resolve(statement)));
      });
    }
    protected override async closing(): Promise<void> {
      closed += 1;
    }
  }
  const open = () =>
    knexFactory({
      client: Hooked,
      connection: { filename: join(folder, 'test.db') },
      useNullAsDefault: true,
      pool: { min: 1, max: 1 },
    });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-knex-'));
    db = open();
    await db.schema.createTable('notes', (t) => {
      t.increments('id');
      t.string('text');
    });
  });
  afterAll(async () => {
    await db.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  it('runs the statement it is given, and reads its result as the builder needs it', async () => {
    asked.length = 0;
    expect(await db('notes').insert({ text: 'a' })).toEqual([1]);
    expect(await db('notes').insert({ text: 'b' }).returning('id')).toEqual([{ id: 2 }]);
    expect(await db('notes').where({ id: 1 }).update({ text: 'c' })).toBe(1);
    expect(await db('notes').where({ id: 1 }).update({ text: 'd' }).returning('text')).toEqual([{ text: 'd' }]);
    expect(await db('notes').where({ id: 2 }).first('text')).toEqual({ text: 'b' });
    expect(await db('notes').where({ id: 1 }).increment('id', 5)).toBe(1);
    expect(await db('notes').orderBy('id').pluck('id')).toEqual([2, 6]);
    expect(await db.raw('select text from notes where id = ?', [6])).toEqual([{ text: 'd' }]);
    expect(await db('notes').where({ id: 2 }).delete()).toBe(1);
    expect(asked).toHaveLength(9);
  });

  it('does so in transactions, too, and undoes what was rolled back', async () => {
    asked.length = 0;
    const failure = db.transaction(async (trx) => {
      await trx('notes').insert({ text: 'undone' });
      throw new Error('no');
    });
    await expect(failure).rejects.toThrow('no');
    expect(asked).toContainEqual(expect.stringMatching(/^insert into/));
    expect(await db('notes').where({ text: 'undone' })).toEqual([]);
  });

  it('tells before it closes a connection', async () => {
    const own = open();
    await own.raw('select 1');
    const before = closed;
    await own.destroy();
    expect(closed - before).toBe(1);
  });
});
