import type { Viewer } from '../../domain/access.js';
import type { AlertFormat, AlertTopic } from '../../vocabulary.js';

/** Who is told of what; for ADMINs. */
export interface AlertsPort {
  list(viewer: Viewer): Promise<AlertSubscriptionView[]>;
  /** BAD_USER_INPUT, CONFLICT. The signing secret is shown this once. */
  create(
    viewer: Viewer,
    input: AlertSubscriptionInput,
  ): Promise<{ subscription: AlertSubscriptionView; signingSecret: string | null }>;
  /** NOT_FOUND, BAD_USER_INPUT, CONFLICT when a field is not as expected. */
  update(viewer: Viewer, id: string, input: AlertSubscriptionInput): Promise<AlertSubscriptionView>;
  /** NOT_FOUND. */
  remove(viewer: Viewer, id: string): Promise<void>;
  /** Sends a test and waits up to 10 s for what comes of it. NOT_FOUND, CONFLICT. */
  test(viewer: Viewer, id: string): Promise<AlertSubscriptionView>;
}

export interface AlertSubscriptionInput {
  name: string;
  topics: readonly AlertTopic[];
  format: AlertFormat;
  target: string;
  enabled?: boolean | null;
  expected?: Readonly<Record<string, unknown>> | null;
}

export interface AlertSubscriptionView {
  id: string;
  name: string;
  topics: readonly AlertTopic[];
  format: AlertFormat;
  target: string;
  secretMarks: Readonly<Record<string, string | null>>;
  enabled: boolean;
  lastSentAt: number | null;
  lastError: string | null;
}
