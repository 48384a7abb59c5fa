import { parseSigningSecret, type SigningKey } from '../outbound/signature.js';
import type { Database } from '../store/database/database.js';
import {
  type AlertSubscriptionRecord,
  alertSecretAssociatedData,
  alertTargetAssociatedData,
  allAlertSubscriptions,
} from '../store/tables/alert-subscriptions.js';
import type { Vault } from '../store/vault.js';
import { DAY, SECOND } from '../time.js';
import type { AlertFormat, AlertTopic } from '../vocabulary.js';
import { type AlertForm, formOf } from './forms.js';

/** How alerts are tried: what waits for longer than a day is no news. */
const POLICY = {
  timeoutMs: 15 * SECOND,
  windowMs: 1 * DAY,
  maxConcurrency: 1,
  onRejected: 'DEAD_LETTER' as const,
};

/** Alerts a second. Slack takes one, and people read no more; a program gets what the audit log of a busy hour holds. */
const MAX_PER_SECOND: Record<AlertFormat, number> = { CLOUDEVENTS: 50, SLACK: 1, TEAMS: 1, EMAIL: 1 };

/** Where and with what the dispatcher sends the alerts of a subscription. */
export interface AlertTarget {
  url: string;
  accountId: string;
  policy: typeof POLICY & { maxPerSecond: number };
  signingKeys(now: number): SigningKey[];
  alert: AlertForm;
}

/** Every subscription in memory, for what asks many times a second. */
export interface Subscriptions {
  /** Whether somebody in the account wants to be told. */
  wants(accountId: string, topic: AlertTopic): boolean;
  /** The accounts in which somebody wants to be told. */
  accountsThatWant(topic: AlertTopic): string[];
  /** Null while a subscription is disabled, undefined for an unknown one. */
  target(id: string): AlertTarget | null | undefined;
  /** The ids of the subscriptions of an account. */
  of(accountId: string): string[];
  /** Reads them again. */
  reload(): Promise<void>;
}

export async function openSubscriptions({
  database,
  vault,
}: {
  database: Pick<Database, 'read'>;
  vault: Vault;
}): Promise<Subscriptions> {
  let byId = new Map<string, AlertSubscriptionRecord>();
  let wanted = new Map<AlertTopic, Set<string>>();
  /** Opened when it is first needed. */
  let targets = new Map<string, AlertTarget>();

  async function read(): Promise<void> {
    const records = await allAlertSubscriptions(database.read);
    byId = new Map(records.map((record) => [record.id, record]));
    targets = new Map();
    wanted = new Map();
    for (const { enabled, topics, accountId } of records) {
      if (!enabled) continue;
      for (const topic of topics) wanted.set(topic, (wanted.get(topic) ?? new Set()).add(accountId));
    }
  }

  function toTarget({
    id,
    accountId,
    format,
    targetCipher,
    signingSecretCipher,
  }: AlertSubscriptionRecord): AlertTarget {
    const address = vault.open(targetCipher, alertTargetAssociatedData(id));
    const keys =
      format === 'CLOUDEVENTS' && signingSecretCipher !== null
        ? [parseSigningSecret(vault.open(signingSecretCipher, alertSecretAssociatedData(id)))]
        : [];
    return {
      url: format === 'EMAIL' ? 'smtp:' : address,
      accountId,
      policy: { ...POLICY, maxPerSecond: MAX_PER_SECOND[format] },
      signingKeys: () => keys,
      alert: formOf(format, address),
    };
  }

  await read();
  let reading: Promise<void> = Promise.resolve();
  return {
    wants: (accountId, topic) => wanted.get(topic)?.has(accountId) ?? false,
    accountsThatWant: (topic) => [...(wanted.get(topic) ?? [])],
    target(id) {
      const record = byId.get(id);
      if (!record) return undefined;
      if (!record.enabled) return null;
      const target = targets.get(id) ?? toTarget(record);
      targets.set(id, target);
      return target;
    },
    of: (accountId) => [...byId.values()].filter((record) => record.accountId === accountId).map(({ id }) => id),
    reload() {
      reading = reading.catch(() => {}).then(read); // one after the other: the last one has read the latest
      return reading;
    },
  };
}
