import type { Knex } from 'knex';
import { rowId, traceId } from '../ids.js';
import type { Unit, UnitTimes } from '../store/commit/unit.js';
import type { unitWriter } from '../store/commit/unit-writer.js';
import type { Database } from '../store/database/database.js';
import { statementsOn } from '../store/database/statements.js';
import { afterCommit, inTransaction } from '../store/database/transaction.js';
import {
  deleteIncidents,
  dueIncidents,
  type IncidentRecord,
  lockDueIncidents,
  updateIncident,
} from '../store/tables/alert-incidents.js';
import {
  ALERT_ID,
  type AlertSubscriptionRecord,
  alertConversation,
  enabledAlertSubscriptions,
} from '../store/tables/alert-subscriptions.js';
import type { NewDelivery } from '../store/tables/deliveries.js';
import { type Appended, type LaneStore, laneId } from '../store/tables/lanes.js';
import type { Clock } from '../time.js';
import type { AlertTopic } from '../vocabulary.js';
import type { Alert } from './alert.js';
import { payloadOf } from './forms.js';
import { type Named, namesOf } from './names.js';
import { type AlertState, type IncidentTopic, RULES, stepOf } from './rules.js';
import { WORDS } from './words.js';

export interface TellerDeps {
  database: Pick<Database, 'read' | 'write'>;
  lanes: Pick<LaneStore, 'lock'>;
  writeUnits: ReturnType<typeof unitWriter>;
  times(): UnitTimes;
  dispatch(outbound: Appended, deliveries: NewDelivery[]): void;
  clock: Clock;
  publicUrl: string;
  /** Milliseconds between two alerts of one lasting incident. */
  reminderMs: number;
}

/** Turns what is going on into alerts in the lanes of those who want to be told. */
export interface Teller {
  /** Looks at what is due. Gives whether there was anything. */
  tell(): Promise<boolean>;
  /** Puts an alert that only tests a subscription into its lane. Gives the id of the delivery. */
  test(trx: Knex.Transaction, subscription: AlertSubscriptionRecord): Promise<string>;
}

/** Incidents looked at by one transaction. */
const AT_ONCE = 100;

export function createTeller(deps: TellerDeps): Teller {
  const { database, clock, publicUrl } = deps;

  /** Stores alerts and sends them once that is durable. */
  async function send(trx: Knex.Transaction, deliveries: readonly NewDelivery[]): Promise<void> {
    const units = deliveries.map((delivery): Unit => ({ deliveries: [delivery] }));
    const statements = { ...statementsOn(trx), afterCommit: (hook: () => void) => afterCommit(trx, hook) };
    const outcomes = await deps.writeUnits(statements, units, deps.times());
    for (const [index, delivery] of deliveries.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status !== 'committed' || !outcome.outbound) throw new Error(`an alert was ${outcome?.status}`);
      const { outbound } = outcome;
      afterCommit(trx, () => deps.dispatch(outbound, [delivery]));
    }
  }

  function alertOf(incident: IncidentRecord, state: AlertState, named: Named): Alert {
    const { accountId, subject, openedAt, untold, total } = incident;
    const topic = incident.topic as IncidentTopic; // no other topic opens one
    const facts = named.botId === null ? incident.facts : { ...incident.facts, botId: named.botId };
    const { path, ...words } = WORDS[topic]({ state, facts, bot: named.bot, channel: named.channel, count: untold });
    return {
      id: rowId('al'),
      topic: toldAs(topic, state),
      state,
      accountId,
      subject,
      at: clock.now(),
      since: openedAt,
      count: untold,
      total,
      ...words,
      facts,
      source: publicUrl,
      link: `${publicUrl}/console${path}`,
    };
  }

  async function alertsOf(trx: Knex.Transaction, told: readonly Told[]): Promise<NewDelivery[]> {
    const deliveries: NewDelivery[] = [];
    for (const { incident, state, to } of told) {
      const alert = alertOf(incident, state, await namesOf(trx, incident));
      for (const { id } of to) deliveries.push(deliveryOf(alert, id));
    }
    return deliveries;
  }

  return {
    async tell() {
      const now = clock.now();
      const due = await dueIncidents(database.read, now, AT_ONCE);
      if (due.length === 0) return false;
      const accounts = [...new Set(due.map(({ accountId }) => accountId))];
      const subscriptions = await enabledAlertSubscriptions(database.read, accounts);
      await inTransaction(database.write, async (trx) => {
        // Lanes first, as every commit does: processes that lock in one order do not wait for each other for good.
        const lanes = subscriptions.map(({ id }) => laneId(alertConversation(id), 'OUT'));
        await deps.lanes.lock(statementsOn(trx), lanes.sort());
        const ids = due.map(({ id }) => id);
        const held = await lockDueIncidents(trx, ids, now);
        const told: Told[] = [];
        const over: string[] = [];
        for (const incident of held.sort((a, b) => a.openedAt - b.openedAt)) {
          const { tell, becomes } = stepOf(incident, now, deps.reminderMs);
          const to = tell === null ? [] : subscriptions.filter((subscription) => hears(subscription, incident, tell));
          if (tell !== null && to.length > 0) told.push({ incident, state: tell, to });
          if (becomes === null) over.push(incident.id);
          else await updateIncident(trx, incident.id, becomes);
        }
        await deleteIncidents(trx, over);
        if (told.length > 0) await send(trx, await alertsOf(trx, told));
      });
      return true;
    },

    async test(trx, { id, accountId, name }) {
      const now = clock.now();
      const alert: Alert = {
        id: rowId('al'),
        topic: null,
        state: 'OPENED',
        accountId,
        subject: id,
        at: now,
        since: now,
        count: 1,
        total: 1,
        title: `Test of “${name}”`,
        text: 'This is a test: alerts of this subscription come here.',
        facts: {},
        source: publicUrl,
        link: `${publicUrl}/console/alerts`,
      };
      const delivery = deliveryOf(alert, id);
      await send(trx, [delivery]);
      return delivery.id;
    },
  };
}

interface Told {
  incident: IncidentRecord;
  state: AlertState;
  to: AlertSubscriptionRecord[];
}

/** Whether a subscription is told of it. What happens once is not told to those who come later. */
function hears(subscription: AlertSubscriptionRecord, { accountId, topic, lastAt }: IncidentRecord, state: AlertState) {
  const { kind } = RULES[topic as IncidentTopic];
  if (subscription.accountId !== accountId || (kind === 'ONCE' && subscription.createdAt > lastAt)) return false;
  return subscription.topics.includes(toldAs(topic, state));
}

/** The end of an incident is a topic of its own. */
const toldAs = (topic: AlertTopic, state: AlertState): AlertTopic =>
  topic === 'ENDPOINT_FAILING' && state === 'ENDED' ? 'ENDPOINT_RECOVERED' : topic;

const deliveryOf = (alert: Alert, subscriptionId: string): NewDelivery => ({
  id: rowId(ALERT_ID),
  accountId: alert.accountId,
  channelId: subscriptionId,
  conversationId: alertConversation(subscriptionId),
  turnId: null,
  traceId: traceId(),
  payload: payloadOf(alert),
  createdAt: alert.at,
});
