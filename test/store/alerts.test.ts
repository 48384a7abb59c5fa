import { expect, it } from 'vitest';
import { batchWriter } from '../../src/store/commit/batch-writer.js';
import type { Occurrence } from '../../src/store/tables/alert-incidents.js';
import { insertAlertSubscription, listAlertSubscriptions } from '../../src/store/tables/alert-subscriptions.js';
import { secretsEndingBetween } from '../../src/store/tables/expiring-secrets.js';
import { laneStore } from '../../src/store/tables/lanes.js';
import { DAY } from '../../src/time.js';
import { eachDatabase } from '../support/databases.js';

const times = { now: 1, leaseEnd: 2, keysForgottenBefore: 0 };
const occurrence = (subject: string, at: number): Occurrence => ({
  accountId: 'ac',
  topic: 'DELIVERY_DEAD',
  subject,
  facts: { channelId: subject, error: `at ${at}` },
  count: 1,
  at,
  due: at,
});

eachDatabase('what a commit notes of alerts', (database) => {
  it('counts occurrences of one key in one row, within a batch and over several', async () => {
    const write = batchWriter(database().write, database().dialect, laneStore(database().dialect, 'p1'));
    await write(
      [{ occurrences: [occurrence('b', 1)] }, { occurrences: [occurrence('a', 1), occurrence('b', 2)] }, {}],
      times,
    );
    await write([{ occurrences: [occurrence('b', 3)] }], times);
    const rows = await database()
      .read('alert_incidents')
      .orderBy('id')
      .select('id', 'opened_at', 'last_at', 'untold', 'total', 'due', 'facts');
    const common = { opened_at: 1, due: 1 };
    expect(rows).toEqual([
      {
        ...common,
        id: 'ac DELIVERY_DEAD a',
        last_at: 1,
        untold: 1,
        total: 1,
        facts: '{"channelId":"a","error":"at 1"}',
      },
      {
        ...common,
        id: 'ac DELIVERY_DEAD b',
        last_at: 3,
        untold: 3,
        total: 3,
        facts: '{"channelId":"b","error":"at 3"}',
      },
    ]);
  });

  it('shows the latest attempt of each subscription, and keeps when one was last taken', async () => {
    const { write: db, read, dialect } = database();
    await db('accounts').insert({ id: 'ac', name: 'Main', created_at: 1 });
    const record = { accountId: 'ac', topics: ['DISK_LOW' as const], format: 'SLACK' as const, enabled: true };
    const sealed = { targetCipher: 'x', signingSecretCipher: null, lastSentAt: null, lastError: null, createdAt: 1 };
    for (const id of ['as-1', 'as-2']) await insertAlertSubscription(db, { ...record, ...sealed, id, name: id });
    const write = batchWriter(db, dialect, laneStore(dialect, 'p1'));
    await write(
      [
        { alertSent: { subscriptionId: 'as-2', sentAt: null, error: 'down' } },
        { alertSent: { subscriptionId: 'as-1', sentAt: null, error: 'down' } },
        { alertSent: { subscriptionId: 'as-1', sentAt: 5, error: null } },
        { alertSent: { subscriptionId: 'as-gone', sentAt: 5, error: null } },
      ],
      times,
    );
    await write([{ alertSent: { subscriptionId: 'as-1', sentAt: null, error: 'down again' } }], times);
    const found = await listAlertSubscriptions(read, 'ac');
    expect(found.map(({ id, lastSentAt, lastError }) => [id, lastSentAt, lastError])).toEqual([
      ['as-1', 5, 'down again'],
      ['as-2', null, 'down'],
    ]);
  });

  it('finds tokens and replaced secrets that end soon, and none that are gone or of another account', async () => {
    const { write: db, read } = database();
    const now = 100 * DAY;
    await db('accounts').insert({ id: 'ax', name: 'Other', created_at: 1 });
    await db('users').insert({ id: 'us', account_id: 'ax', name: 'Ada', role: 'ADMIN', created_at: 1 });
    const token = { account_id: 'ax', user_id: 'us', created_at: 1, session: false };
    await db('api_tokens').insert([
      { ...token, id: 'tk1', name: 'Soon', token_hash: '1', expires_at: now + DAY },
      { ...token, id: 'tk2', name: 'Later', token_hash: '2', expires_at: now + 9 * DAY },
      { ...token, id: 'tk3', name: 'Over', token_hash: '3', expires_at: now - DAY },
      { ...token, id: 'tk4', name: 'Revoked', token_hash: '4', expires_at: now + DAY, revoked_at: 2 },
      { ...token, id: 'tk5', name: 'Console', token_hash: '5', expires_at: now + DAY, session: true },
    ]);
    const app = { account_id: 'ax', algorithm: 'HS256', secret_cipher: 'x', created_at: 1 };
    await db('apps').insert([
      { ...app, client_id: 'cs1', name: 'Rotated', previous_secret_valid_until: now + 2 * DAY },
      { ...app, client_id: 'cs2', name: 'Quiet' },
    ]);
    const found = await secretsEndingBetween(read, ['ax'], now, now + 7 * DAY);
    expect(found.map(({ kind, id, name, endsAt }) => [kind, id, name, endsAt])).toEqual([
      ['API_TOKEN', 'tk1', 'Soon', now + DAY],
      ['APP_SECRET', 'cs1', 'Rotated', now + 2 * DAY],
    ]);
    expect(await secretsEndingBetween(read, ['ac'], now, now + 7 * DAY)).toEqual([]);
  });
});
