import { badInput, conflict, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import type { Db } from '../store/database/database.js';
import { statementsOn } from '../store/database/statements.js';
import {
  type AlertSubscriptionRecord,
  alertConversation,
  alertSecretAssociatedData,
  alertTargetAssociatedData,
  deleteAlertSubscription,
  findAlertSubscription,
  insertAlertSubscription,
  listAlertSubscriptions,
  updateAlertSubscription,
} from '../store/tables/alert-subscriptions.js';
import { buryDeliveries } from '../store/tables/deliveries.js';
import { laneId } from '../store/tables/lanes.js';
import type { Vault } from '../store/vault.js';
import { ALERT_TOPICS, type AlertFormat, type AlertTopic } from '../vocabulary.js';
import { assertMay, type Viewer } from './access.js';
import { type Command, type DomainDeps, differences, runCommand } from './command.js';
import { marksOf, type SecretMarks } from './secret-marks.js';
import { signingSecret } from './secrets.js';
import { namesField, refuseStale } from './stale.js';
import { MAX_EMAIL, nameInput } from './text-input.js';

export interface AlertSubscriptionInput {
  name: string;
  topics: readonly AlertTopic[];
  format: AlertFormat;
  target: string;
  enabled?: boolean | null;
  /** Fields as their sender saw them, the target by its mark. One that is another by now: CONFLICT. */
  expected?: Readonly<Record<string, unknown>> | null;
}

/** A subscription as admins see it. */
export type AlertSubscriptionView = Omit<AlertSubscriptionRecord, 'targetCipher' | 'signingSecretCipher'> & {
  target: string;
  secretMarks: SecretMarks;
};

/** A subscription with its signing secret, which is shown in this answer only. */
export interface SavedAlertSubscription {
  subscription: AlertSubscriptionView;
  signingSecret: string | null;
}

/** Subscriptions of one account; each gets a row and a lane for every alert. */
const MAX_SUBSCRIPTIONS = 50;

/** A subscription with its target, without its secret. */
export function viewOf(
  vault: Vault,
  { targetCipher, signingSecretCipher: _, ...record }: AlertSubscriptionRecord,
): AlertSubscriptionView {
  const target = vault.open(targetCipher, alertTargetAssociatedData(record.id));
  return { ...record, target, secretMarks: marksOf(vault, record.id, { target }) };
}

/** NOT_FOUND. */
export async function loadSubscription(db: Db, viewer: Viewer, id: string): Promise<AlertSubscriptionRecord> {
  const found = await findAlertSubscription(db, viewer.accountId, id);
  if (!found) throw notFound('alert subscription', id);
  return found;
}

/** Who is told of what. */
export function createAlertSubscriptions(deps: DomainDeps) {
  const { database, vault } = deps;
  const view = (record: AlertSubscriptionRecord) => viewOf(vault, record);

  /** BAD_USER_INPUT naming the field. */
  function checked({ name, topics, format, target, enabled }: AlertSubscriptionInput) {
    const wanted = ALERT_TOPICS.filter((topic) => topics.includes(topic));
    if (wanted.length === 0) throw badInput('topics', 'Choose at least one topic to be told of.');
    if (format !== 'EMAIL') deps.checkPostUrl(target, 'target');
    else if (!deps.sendsMail)
      throw badInput(
        'format',
        'This server sends no e-mail: its operator has to set SMTP_URL and SMTP_FROM. Until then choose another format.',
      );
    else checkAddress(target);
    return { name: nameInput(name), topics: wanted, format, target, enabled: enabled ?? true };
  }

  /** What the audit log says: of a URL the origin, for the rest of it is a secret with some receivers. */
  const facts = ({ name, topics, format, target, enabled }: ReturnType<typeof checked>) => ({
    name,
    topics: topics.join(', '),
    format,
    target: format === 'EMAIL' ? target : new URL(target).origin,
    enabled,
  });

  return {
    async list(viewer: Viewer): Promise<AlertSubscriptionView[]> {
      assertMay(viewer, 'alert.read');
      return (await listAlertSubscriptions(database.read, viewer.accountId)).map(view);
    },

    /** BAD_USER_INPUT, CONFLICT when there are too many. */
    create: (viewer: Viewer, input: AlertSubscriptionInput): Promise<SavedAlertSubscription> =>
      runCommand(deps, viewer, 'alert.create', async ({ trx, now, audit, changed }) => {
        const { target, ...rest } = checked(input);
        if ((await listAlertSubscriptions(trx, viewer.accountId)).length >= MAX_SUBSCRIPTIONS)
          throw conflict(`An account may have ${MAX_SUBSCRIPTIONS} alert subscriptions. Delete one first.`);
        const id = rowId('as');
        const secret = rest.format === 'CLOUDEVENTS' ? signingSecret() : null;
        const record: AlertSubscriptionRecord = {
          ...rest,
          id,
          accountId: viewer.accountId,
          targetCipher: vault.seal(target, alertTargetAssociatedData(id)),
          signingSecretCipher: secret && vault.seal(secret, alertSecretAssociatedData(id)),
          lastSentAt: null,
          lastError: null,
          createdAt: now,
        };
        await insertAlertSubscription(trx, record);
        audit(id, facts({ ...rest, target }));
        changed('alert-subscription', id);
        return { subscription: view(record), signingSecret: secret };
      }),

    /** NOT_FOUND, BAD_USER_INPUT (`format` also when the new one needs a secret that could not be shown). */
    async update(viewer: Viewer, id: string, input: AlertSubscriptionInput): Promise<AlertSubscriptionView> {
      return runCommand(deps, viewer, 'alert.update', async (command) => {
        const { trx, audit, changed } = command;
        const record = await loadSubscription(trx, viewer, id);
        await refuseStaleSubscription(command, view(record), input);
        const { target, ...rest } = checked({ ...input, enabled: input.enabled ?? record.enabled });
        if (rest.format === 'CLOUDEVENTS' && record.signingSecretCipher === null)
          throw badInput(
            'format',
            'A signing secret is shown only where a subscription is created: create a new one for CLOUDEVENTS.',
          );
        const { target: was, secretMarks: _, ...before } = view(record);
        const change = {
          ...rest,
          ...(target !== was && { targetCipher: vault.seal(target, alertTargetAssociatedData(id)) }),
        };
        await updateAlertSubscription(trx, id, change);
        const after = facts({ ...rest, target });
        const fields = ['name', 'topics', 'format', 'target', 'enabled'] as const;
        const within = target !== was ? { target: 'changed' } : {}; // the origin may be the same
        audit(id, { ...within, ...differences(facts({ ...before, target: was }), after, fields) });
        changed('alert-subscription', id);
        return view({ ...record, ...change });
      });
    },

    /** What waits for it is not sent any more. NOT_FOUND. */
    remove: (viewer: Viewer, id: string): Promise<void> =>
      runCommand(deps, viewer, 'alert.delete', async ({ trx, now, audit, changed }) => {
        await deps.lanes.lock(statementsOn(trx), [laneId(alertConversation(id), 'OUT')]); // first, as every commit does
        const { name } = await loadSubscription(trx, viewer, id);
        await buryDeliveries(trx, [id], now);
        await deleteAlertSubscription(trx, id);
        audit(id, { name });
        changed('alert-subscription', id);
      }),
  };
}

/** One plain address: no name, no list, nothing that a header could be broken with. */
const ADDRESS = /^[^\s@<>(),;:"\\[\]]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

function checkAddress(target: string): void {
  if (target.length > MAX_EMAIL || !ADDRESS.test(target))
    throw badInput('target', 'This is not an e-mail address. Write one like ops@example.com.');
}

const EXPECTED = ['name', 'topics', 'format', 'enabled'] as const;

/** The rest of a URL is a secret with some receivers: that another was set is told, not which. */
function refuseStaleSubscription(
  command: Command,
  before: AlertSubscriptionView,
  input: AlertSubscriptionInput,
): Promise<void> {
  const { expected } = input;
  const fields = EXPECTED.map((field) => ({
    ...{ field, seen: expected?.[field], current: before[field], wanted: input[field] },
  }));
  const target = {
    ...{ field: 'target', seen: expected?.target, current: before.secretMarks.target, secret: true },
    wanted: input.target === before.target ? before.secretMarks.target : undefined,
  };
  return refuseStale(command, before.id, [...fields, target], namesField());
}
