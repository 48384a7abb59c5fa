import { describe, expect, inject, it } from 'vitest';
import { startTestApp } from '../support/app.js';
import { createMigratedDatabase } from '../support/databases.js';

const postgres = inject('postgres');

describe.skipIf('skipped' in postgres)('a server on PostgreSQL', () => {
  it('is not ready while the database does not answer, and lives on', async () => {
    const scratch = await createMigratedDatabase();
    const app = await startTestApp({
      env: {
        DATABASE_URL: scratch.url,
        KEY_RING: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
        ROLES: 'api', // nothing else meets the silence first
      },
    });
    const ask = async (path: string) => {
      const answer = await fetch(`${app.url}${path}`);
      return [answer.status, await answer.json()];
    };
    expect(await ask('/readyz')).toEqual([200, { status: 'ready' }]);
    await scratch.drop(); // and with it all connections
    expect(await ask('/readyz')).toEqual([503, { status: 'not ready', faults: ['the database does not answer'] }]);
    expect(await ask('/healthz')).toEqual([200, { status: 'ok' }]);
    await app.remove();
  });
});
