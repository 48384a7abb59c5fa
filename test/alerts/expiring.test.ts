import { describe, expect, it } from 'vitest';
import { noteExpiring } from '../../src/alerts/expiring.js';
import type { Occurrence } from '../../src/store/tables/alert-incidents.js';
import { DAY } from '../../src/time.js';
import { createTestClock } from '../support/clock.js';
import { openSqliteTestDatabase } from '../support/databases.js';

describe('certificates that end within thirty days', () => {
  it('are noted for accounts that want to hear of it, one incident for each end', async () => {
    const { database, drop } = await openSqliteTestDatabase();
    const clock = createTestClock();
    const noted: Occurrence[] = [];
    const asked: number[] = [];
    const endsAt = clock.now() + 20 * DAY;
    await noteExpiring({
      database,
      clock,
      notes: { happened: (one) => void noted.push(one) },
      subscriptions: { wants: (account) => account === 'ac', accountsThatWant: () => ['ac'] },
      async certificatesEndingBefore(at) {
        asked.push(at);
        return ['ac', 'other'].map((accountId) => ({ accountId, channelId: 'ch', endsAt }));
      },
    });
    await drop();
    expect(asked).toEqual([clock.now() + 30 * DAY]);
    expect(noted.map(({ accountId, subject, facts }) => [accountId, subject, facts])).toEqual([
      [
        'ac',
        `CERTIFICATE ch ${endsAt}`,
        { kind: 'CERTIFICATE', name: null, channelId: 'ch', endsAt: new Date(endsAt).toISOString() },
      ],
    ]);
  });
});
