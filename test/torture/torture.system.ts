import { describe, expect, inject, it } from 'vitest';
import { torture } from '../../bench/torture/run.js';
import { createMigratedDatabase } from '../support/databases.js';

/** Enough to have messages of several in each batch of writes; more only take longer. */
const users = { async: 8, sync: 4, 'sync-without-key': 2 };

/** `npm run torture` does the same for hundreds of cycles, with three times the users. */
describe('a server that is killed again and again', () => {
  it('loses, reorders and doubles nothing on SQLite', { timeout: 180_000 }, async () => {
    const { violations, accepted, kills } = await torture({ cycles: 4, maxLifeMs: 400, users });
    expect(violations).toEqual([]);
    expect(accepted).toBeGreaterThan(0);
    expect(kills).toEqual({ 'before-commit': 1, 'after-commit': 1, 'after-post': 1, 'at random': 1 });
  });

  const postgres = inject('postgres');
  it.skipIf('skipped' in postgres)(
    'loses, reorders and doubles nothing with two processes on PostgreSQL',
    { timeout: 180_000 },
    async () => {
      const scratch = await createMigratedDatabase();
      try {
        const options = { cycles: 1, nodes: 2, maxLifeMs: 400, leaseMs: 1_500, users };
        const { violations, accepted } = await torture({ ...options, databaseUrl: scratch.url });
        expect(violations).toEqual([]);
        expect(accepted).toBeGreaterThan(0);
      } finally {
        await scratch.drop();
      }
    },
  );

  it.skipIf('skipped' in postgres || process.platform !== 'linux')(
    'loses, reorders and doubles nothing with three workers on PostgreSQL, of which one or two are killed at once',
    { timeout: 240_000 },
    async () => {
      const scratch = await createMigratedDatabase();
      try {
        const options = { cycles: 3, workers: 3, maxLifeMs: 400, leaseMs: 1_500, users };
        const { violations, accepted, kills } = await torture({ ...options, databaseUrl: scratch.url });
        expect(violations).toEqual([]);
        expect(accepted).toBeGreaterThan(0);
        expect(kills).toEqual({ worker: 2, 'two workers': 1 });
      } finally {
        await scratch.drop();
      }
    },
  );
});
