import type { CheckOutcome, JobStatus } from '../../api/.generated/graphql';
import type { Label } from '../../parts/words';

export const CHECK_STATES: Record<JobStatus, Label> = {
  RUNNING: { text: 'Under way', color: 'blue' },
  DONE: { text: 'Done', color: 'green' },
  CANCELED: { text: 'Cancelled', color: 'gray' },
  FAILED: { text: 'Failed', color: 'red' },
};

export const OUTCOMES: Record<CheckOutcome, Label> = {
  DIFFERENT: { text: 'Different', color: 'orange' },
  FAILING: { text: 'Failing', color: 'red' },
  UNKNOWN: { text: 'Unknown', color: 'gray' },
  ACCEPTED: { text: 'Accepted', color: 'teal' },
};
