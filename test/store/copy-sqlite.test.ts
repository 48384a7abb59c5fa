import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copySqlite } from '../../src/store/database/copy-sqlite.js';
import { openDatabase } from '../../src/store/database/database.js';

/** Kilobytes, far more than SQLite's own backup copies between two writes. */
const ROWS = 10_000;

it('a copy of a SQLite database is done, and of one moment, however often others write meanwhile', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hookswitch-copy-'));
  const [from, to] = [join(folder, 'from.db'), join(folder, 'to.db')];
  {
    await using database = openDatabase({ url: from });
    const { write } = database;
    await write.raw('PRAGMA synchronous = OFF'); // writes follow each other as fast as they can
    await write.schema.createTable('pairs', (table) => {
      table.integer('number');
      table.string('text');
    });
    const row = { number: 0, text: 'x'.repeat(1_000) };
    await write.batchInsert(
      'pairs',
      Array.from({ length: ROWS }, () => row),
      500,
    );
    let copied = false;
    const copying = copySqlite(from, to).finally(() => {
      copied = true;
    });
    let pairs = 0;
    for (; !copied; pairs += 1) await write('pairs').insert([1, 2].map((number) => ({ number, text: String(pairs) })));
    await copying;
    expect(pairs).toBeGreaterThan(1);
  }
  await using copy = openDatabase({ url: to });
  const [first, second] = await Promise.all([1, 2].map((number) => copy.read('pairs').where({ number }).pluck('text')));
  expect(first).toEqual(second);
  expect(await copy.read('pairs').where({ number: 0 }).count({ rows: '*' })).toEqual([{ rows: ROWS }]);
  await rm(folder, { recursive: true });
});
