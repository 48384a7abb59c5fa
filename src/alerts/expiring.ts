import type { Database } from '../store/database/database.js';
import { secretsEndingBetween } from '../store/tables/expiring-secrets.js';
import { type Clock, DAY } from '../time.js';
import type { Notes } from './notes.js';
import type { Subscriptions } from './subscriptions.js';

/** How long before its end somebody is told, in milliseconds: of a token or a secret that was replaced, and of a certificate. */
const SECRETS_AHEAD_MS = 7 * DAY;
const CERTIFICATES_AHEAD_MS = 30 * DAY;

export interface ExpiringDeps {
  database: Pick<Database, 'read'>;
  /** Certificates in use, of all accounts, that are not valid any more at that time. */
  certificatesEndingBefore(at: number): Promise<{ accountId: string; channelId: string; endsAt: number }[]>;
  notes: Pick<Notes, 'happened'>;
  subscriptions: Pick<Subscriptions, 'wants' | 'accountsThatWant'>;
  clock: Clock;
}

/** Notes what ends soon; looked for now and then. */
export async function noteExpiring(deps: ExpiringDeps): Promise<void> {
  const { database, notes, subscriptions, clock } = deps;
  const accounts = subscriptions.accountsThatWant('SECRET_EXPIRING');
  if (accounts.length === 0) return;
  const now = clock.now();
  const certificates = await deps.certificatesEndingBefore(now + CERTIFICATES_AHEAD_MS);
  const found = [
    ...(await secretsEndingBetween(database.read, accounts, now, now + SECRETS_AHEAD_MS)),
    ...certificates.map((one) => ({ ...one, kind: 'CERTIFICATE' as const, id: one.channelId, name: null })),
  ];
  for (const { accountId, kind, id, name, channelId, endsAt } of found) {
    if (!subscriptions.wants(accountId, 'SECRET_EXPIRING')) continue;
    const facts = { kind, name, channelId, endsAt: new Date(endsAt).toISOString() };
    // A secret that was replaced ends at another time, and is another incident.
    const subject = `${kind} ${id} ${endsAt}`;
    notes.happened({ accountId, topic: 'SECRET_EXPIRING', subject, facts, count: 1, at: now, due: now });
  }
}
