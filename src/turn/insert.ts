import type { Unit } from '../store/commit/unit.js';
import type { RowForm, TurnProgress } from '../store/tables/turns.js';
import { storedInput, storedProgress } from './stored-form.js';
import type { TurnJob } from './turn-job.js';

/** The rows of a message that has none yet: with what its turn has come to, or as one whose turn is still to run. */
export function insertOf(
  job: TurnJob,
  form: RowForm,
  progress: TurnProgress = queued(job),
): Pick<Unit, 'conversation' | 'turn'> {
  const { conversationId, route, input, traceId, receivedAt } = job;
  return {
    conversation: {
      id: conversationId,
      accountId: route.accountId,
      channelId: route.channelId,
      userId: input.user.id,
      groupId: input.groupId,
      at: receivedAt,
    },
    turn: {
      conversationId,
      channelId: route.channelId,
      traceId,
      createdAt: receivedAt,
      ...storedProgress(job, progress),
      ...storedInput(job, form),
    },
  };
}

const queued = ({ turnId }: TurnJob): TurnProgress => ({
  id: turnId,
  status: 'QUEUED',
  replies: null,
  outcome: null,
  resume: null,
  error: null,
  trace: null,
  finishedAt: null,
});
