import type { AlertFormat, AlertTopic } from '../../api/.generated/graphql';

/** In the order in which they are offered. */
export const TOPICS: Record<AlertTopic, string> = {
  DELIVERY_DEAD: 'Messages that were given up',
  ENDPOINT_FAILING: 'An endpoint that fails',
  ENDPOINT_RECOVERED: 'An endpoint that works again',
  BOT_FAILING: 'A bot that fails',
  APPROVAL_REQUESTED: 'A request for approval',
  APPROVAL_DECIDED: 'A request that was decided',
  SECRET_EXPIRING: 'A secret or certificate that ends soon',
  DISK_LOW: 'Too little disk space',
  JOB_FINISHED: 'A long job that has ended',
  CANARY_ENDED: 'A canary that was promoted or rolled back',
  AUDIT_ENTRY: 'Each entry of the audit log',
};

/** What a format is called, and what its target is. */
export const FORMATS: Record<AlertFormat, { name: string; target: string; hint: string }> = {
  CLOUDEVENTS: { name: 'Signed webhook (CloudEvents)', target: 'URL', hint: 'Gets a signed POST for each alert' },
  SLACK: { name: 'Slack', target: 'URL of the incoming webhook', hint: 'Whoever knows it can post there' },
  TEAMS: { name: 'Microsoft Teams', target: 'URL of the workflow', hint: 'Whoever knows it can post there' },
  EMAIL: { name: 'E-mail', target: 'E-mail address', hint: 'One address; a list of your mail server reaches several' },
};
