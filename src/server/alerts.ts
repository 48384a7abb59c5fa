import { noteExpiring } from '../alerts/expiring.js';
import { createNotes } from '../alerts/notes.js';
import { createSources } from '../alerts/sources.js';
import { openSubscriptions } from '../alerts/subscriptions.js';
import { createTeller, type TellerDeps } from '../alerts/teller.js';
import type { Env } from '../config/env.js';
import { certificatesEndingBefore } from '../domain/channels/certificates-ending.js';
import { createMailer } from '../outbound/mail.js';
import { unitWriter } from '../store/commit/unit-writer.js';
import { type Clock, HOUR, MINUTE, SECOND } from '../time.js';
import type { Lifecycle } from './lifecycle.js';
import type { Loop } from './loop.js';
import type { Storage } from './storage.js';

export interface AlertsDeps {
  env: Env;
  clock: Clock;
  storage: Pick<Storage, 'database' | 'vault'>;
  lifecycle: Lifecycle;
}

export type Alerts = Awaited<ReturnType<typeof openAlerts>>;

const NOTES_EVERY_MS = 1 * SECOND;
const TELL_EVERY_MS = 500;
const DISK_EVERY_MS = 1 * MINUTE;
const EXPIRING_EVERY_MS = 1 * HOUR;

/** Builds what the way of a message needs of alerts: who wants to be told, and what is noticed. */
export async function openAlerts({ env, clock, storage: { database, vault }, lifecycle }: AlertsDeps) {
  const subscriptions = await openSubscriptions({ database, vault });
  const notes = createNotes(database);
  const sources = createSources({ notes, subscriptions, clock });
  const { SMTP_URL: url, SMTP_FROM: from } = env;
  const mailer = url !== undefined && from !== undefined ? createMailer({ url, from, clock }) : null;
  lifecycle.add('alert notes', () => notes.flush()); // what has been noticed while everything else stopped
  return { subscriptions, notes, sources, mailer };
}

/** Starts to notice what this process sees for itself, and to tell of what is due. Gives what sends tests. */
export function startAlerts({
  env,
  clock,
  alerts: { subscriptions, notes, sources },
  storage: { database, lanes, times },
  dispatch,
  publicUrl,
  overload,
  loop,
}: Pick<AlertsDeps, 'env' | 'clock'> &
  Pick<TellerDeps, 'dispatch' | 'publicUrl'> & {
    alerts: Alerts;
    storage: Storage;
    overload: { fault(): string | null };
    /** Starts a loop that is stopped with everything else. */
    loop(name: string, everyMs: number, work: () => Promise<unknown>): Loop;
  }) {
  const teller = createTeller({
    database,
    lanes,
    writeUnits: unitWriter(database.dialect, lanes),
    times,
    dispatch,
    clock,
    publicUrl,
    reminderMs: env.ALERT_REMINDER_HOURS * HOUR,
  });
  loop('alert notes', NOTES_EVERY_MS, notes.flush).trigger();
  loop('low disk', DISK_EVERY_MS, async () => sources.diskSeen(overload.fault()));
  if (env.ROLES.includes('dispatcher')) {
    loop('alerts', TELL_EVERY_MS, teller.tell);
    loop('expiring secrets', EXPIRING_EVERY_MS, () =>
      noteExpiring({
        database,
        certificatesEndingBefore: (at) => certificatesEndingBefore(database.read, at),
        notes,
        subscriptions,
        clock,
      }),
    ).trigger();
  }
  return teller;
}
