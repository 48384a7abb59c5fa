import { beforeAll, expect, it } from 'vitest';
import { createDataTables } from '../../src/domain/data-tables.js';
import { createTestClock } from '../support/clock.js';
import { eachDatabase } from '../support/databases.js';

const ROWS = 10_050;
const even = { operator: 'and' as const, expressions: [{ field: 'parity', operand: '=', value: 'even' }] };

eachDatabase('a data table of ten thousand rows and more', (database) => {
  const tables = () => createDataTables({ database: database(), clock: createTestClock() });

  beforeAll(async () => {
    for (const table_name of ['read', 'changed', 'emptied']) {
      const rows = Array.from({ length: ROWS }, (_, n) => ({
        id: `df-${table_name}-${String(n).padStart(6, '0')}`,
        bot_id: 'bt',
        table_name,
        row: JSON.stringify({ n, parity: n % 2 === 0 ? 'even' : 'odd' }),
        created_at: Math.floor(n / 700),
      }));
      await database().write.batchInsert('data_table_rows', rows, 500);
    }
  });

  it('is counted whole, and shown page by page', async () => {
    const last = await tables().query('bt', 'read', even, { skip: ROWS / 2 - 2, limit: 10 });
    expect(last).toEqual({
      total: ROWS / 2,
      rows: [ROWS - 4, ROWS - 2].map((n) => ({ n, parity: 'even' })),
    });
  });

  it('is changed whole, in short transactions of a few statements', async () => {
    const statements: number[] = [];
    const note = ({ sql }: { sql: string }) => {
      if (/^begin/i.test(sql)) statements.push(0);
      else if (statements.length > 0) statements.push((statements.pop() ?? 0) + 1);
    };
    database().write.on('query', note);
    expect(await tables().update('bt', 'changed', even, { seen: true })).toHaveLength(ROWS / 2);
    database().write.removeListener('query', note);
    if (database().dialect === 'sqlite') expect(Math.max(...statements)).toBeLessThan(5);
    expect(statements.length).toBeGreaterThan(1);
    const seen = { operator: 'and' as const, expressions: [{ field: 'seen', operand: '=', value: true }] };
    expect((await tables().query('bt', 'changed', seen, { skip: 0, limit: 0 })).total).toBe(ROWS / 2);
  });

  it('is emptied whole', async () => {
    expect(await tables().remove('bt', 'emptied', null)).toBe(ROWS);
    expect((await tables().query('bt', 'emptied', null, { skip: 0, limit: 1 })).total).toBe(0);
  });
});
