import type { AlertFacts } from '../store/tables/alert-incidents.js';
import type { AlertTopic } from '../vocabulary.js';
import type { AlertState } from './rules.js';

/** An alert as it is stored on its way: what every form of it is made of. */
export interface Alert {
  id: string;
  /** None for one that only tests a subscription. */
  topic: AlertTopic | null;
  state: AlertState;
  accountId: string;
  subject: string;
  /** Milliseconds since the epoch. */
  at: number;
  since: number;
  /** Occurrences since the alert before, and since the incident began. */
  count: number;
  total: number;
  title: string;
  text: string;
  facts: AlertFacts;
  /** This server, and the page of its console that helps. */
  source: string;
  link: string;
}

/** The `type` of the CloudEvent. */
export const eventType = (topic: AlertTopic | null): string =>
  `hookswitch.alert.${topic === null ? 'test' : topic.toLowerCase().replaceAll('_', '-')}`;
