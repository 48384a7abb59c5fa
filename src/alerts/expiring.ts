import type { Database } from '../store/database/database.js';
import { secretsEndingBetween } from '../store/tables/expiring-secrets.js';
import { type Clock, DAY } from '../time.js';
import type { Notes } from './notes.js';
import type { Subscriptions } from './subscriptions.js';

/** How long before its end somebody is told of a token or of a secret that was rotated, in milliseconds. */
const SECRETS_AHEAD_MS = 7 * DAY;

export interface ExpiringDeps {
  database: Pick<Database, 'read'>;
  notes: Pick<Notes, 'happened'>;
  subscriptions: Pick<Subscriptions, 'accountsThatWant'>;
  clock: Clock;
}

/** Notes what ends soon; looked for now and then. */
export async function noteExpiring({ database, notes, subscriptions, clock }: ExpiringDeps): Promise<void> {
  const accounts = subscriptions.accountsThatWant('SECRET_EXPIRING');
  if (accounts.length === 0) return;
  const now = clock.now();
  const found = await secretsEndingBetween(database.read, accounts, now, now + SECRETS_AHEAD_MS);
  for (const { accountId, kind, id, name, channelId, endsAt } of found) {
    const facts = { kind, name, channelId, endsAt: new Date(endsAt).toISOString() };
    // A secret that was replaced ends at another time, and is another incident.
    const subject = `${kind} ${id} ${endsAt}`;
    notes.happened({ accountId, topic: 'SECRET_EXPIRING', subject, facts, count: 1, at: now, due: now });
  }
}
