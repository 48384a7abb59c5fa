import type { TraceEntry } from '../bots/engine.js';
import type { RowForm, TurnProgress } from '../store/tables/turns.js';
import { outcomeColumns, type TurnOutcome } from '../wire/outcome.js';
import { nameOf, type TurnJob } from './turn-job.js';

/** A message that was answered along with another. */
export interface Absorbed {
  job: TurnJob;
  outcome: TurnOutcome;
  row: TurnProgress;
}

/** What becomes of the messages that a turn answers along with its own: they say who answered them, and nothing else. */
export function absorbedBy(
  turn: TurnJob,
  { answers: _, answeredBy: __, ...answered }: TurnOutcome,
  at: number,
  form: RowForm,
): Absorbed[] {
  return (turn.burst?.absorbed ?? []).map((job) => {
    const outcome: TurnOutcome = {
      answeredBy: nameOf(turn),
      ...answered,
      turnId: job.turnId,
      traceId: job.traceId,
      from: job.input.replyFrom,
      replies: [],
      endOfTask: null,
      agentTransfer: false,
    };
    const trace: TraceEntry[] = [{ kind: turn.burst?.how ?? '', turn: turn.turnId }];
    const row: TurnProgress = {
      id: job.turnId,
      status: 'DONE',
      ...outcomeColumns(outcome, form),
      resume: null,
      error: null,
      trace: JSON.stringify(trace),
      finishedAt: at,
      answeredBy: turn.turnId,
    };
    return { job, outcome, row };
  });
}
