import type { AlertFormat, AlertTopic } from '../../vocabulary.js';
import type { Db, Dialect } from '../database/database.js';
import { recordSource, writeRows } from '../database/row-source.js';
import type { Statements } from '../database/statements.js';
import { flag, json, nullable, number, type RecordOf, table, text } from '../database/table.js';
import type { AssociatedData } from '../vault.js';
import { laneId } from './lanes.js';

const subscriptions = table('alert_subscriptions', {
  id: text(),
  accountId: text(),
  name: text(),
  topics: json<AlertTopic[]>(),
  format: text<AlertFormat>(),
  targetCipher: text(),
  signingSecretCipher: nullable(text()),
  enabled: flag,
  lastSentAt: nullable(number),
  /** Why the latest attempt failed, safe to show; null: it did not. */
  lastError: nullable(text()),
  createdAt: number,
});
export type AlertSubscriptionRecord = RecordOf<typeof subscriptions>;

/** What came of an attempt to send an alert. */
export interface AlertSent {
  subscriptionId: string;
  /** Null: it was not taken. */
  sentAt: number | null;
  error: string | null;
}

export const alertTargetAssociatedData = (id: string): AssociatedData => `alert_subscriptions.target_cipher:${id}`;
export const alertSecretAssociatedData = (id: string): AssociatedData =>
  `alert_subscriptions.signing_secret_cipher:${id}`;

const ALERT_LANE = 'alert:';

/** The conversation whose outbound lane the alerts of a subscription wait in. */
export const alertConversation = (subscriptionId: string): string => `${ALERT_LANE}${subscriptionId}`;

/** Whether a delivery is an alert: those are shown and counted nowhere among the messages of bots. */
export const isAlert = ({ conversationId }: { conversationId: string }): boolean =>
  conversationId.startsWith(ALERT_LANE);

/** How ids of alerts among the deliveries begin, and no others do. */
export const ALERT_ID = 'ad';

/** The condition under which a row of `deliveries` is a message of a bot; every index of them tells it. */
export const NO_ALERT = `deliveries.id not like '${ALERT_ID}-%'`;

/** Whether an id that stands in the place of a channel's names a subscription. */
export const isAlertSubscription = (id: string): boolean => id.startsWith('as-');

export const insertAlertSubscription = (db: Db, record: AlertSubscriptionRecord) => subscriptions.insert(db, [record]);

export const listAlertSubscriptions = (db: Db, accountId: string): Promise<AlertSubscriptionRecord[]> =>
  subscriptions.rows(db, (query) =>
    query.where('alert_subscriptions.account_id', accountId).orderBy(['created_at', 'id']),
  );

export const allAlertSubscriptions = (db: Db): Promise<AlertSubscriptionRecord[]> =>
  subscriptions.rows(db, (query) => query.orderBy('alert_subscriptions.id'));

export const findAlertSubscription = (db: Db, accountId: string, id: string) =>
  subscriptions.row(db, (query) => query.where({ account_id: accountId, id }));

export const updateAlertSubscription = (db: Db, id: string, change: Partial<AlertSubscriptionRecord>) =>
  subscriptions.update(db, (query) => query.where({ id }), change);

/** With its lane, and with the alerts that were sent to it: nobody could look at them any more. */
export async function deleteAlertSubscription(db: Db, id: string): Promise<void> {
  const alerts = () => db('deliveries').where('channel_id', id);
  await db('delivery_attempts').whereIn('delivery_id', alerts().select('id')).delete();
  await alerts().delete();
  await db('lanes')
    .where({ id: laneId(alertConversation(id), 'OUT') })
    .delete();
  await db('alert_subscriptions').where({ id }).delete();
}

/** The subscriptions in force of these accounts. */
export const enabledAlertSubscriptions = (db: Db, accountIds: readonly string[]): Promise<AlertSubscriptionRecord[]> =>
  subscriptions.rowsIn(db, 'accountId', accountIds, (query) => query.where('alert_subscriptions.enabled', true));

export function alertSentWrites(dialect: Dialect) {
  const source = recordSource<AlertSent>(dialect, { subscriptionId: 'text', sentAt: 'int', error: 'text' });
  const sql = `update alert_subscriptions set
      last_sent_at = coalesce(v.sent_at, alert_subscriptions.last_sent_at), last_error = v.error
    from ${source.from} where alert_subscriptions.id = v.subscription_id`;
  return {
    /** Notes the latest attempt of each subscription. */
    async note(trx: Statements, sent: readonly AlertSent[]): Promise<void> {
      const latest = new Map(sent.map((one) => [one.subscriptionId, one]));
      // Sorted, so that processes lock rows in one order.
      const rows = [...latest.values()].sort((a, b) => (a.subscriptionId < b.subscriptionId ? -1 : 1));
      await writeRows(trx, source, sql, source.cells(rows));
    },
  };
}
