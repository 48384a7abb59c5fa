import type { TurnRow } from '../store/tables/turns.js';
import { readTrace } from '../turn/turn-trace.js';
import { storedReplies } from '../wire/outcome.js';
import { readInput } from '../wire/stored-input.js';

/** A turn as people see it. */
export function toView(turn: TurnRow) {
  const { id, traceId, conversationId, channelId, status, error, answeredBy, finishedAt, createdAt } = turn;
  const [input, replies]: [unknown, unknown[]] = [readInput(turn.input), storedReplies(turn)];
  return {
    ...{ id, traceId, conversationId, channelId, status, error, answeredBy, finishedAt },
    at: createdAt,
    input,
    replies,
    durationMs: finishedAt === null ? null : finishedAt - createdAt,
    trace: turn.trace === null ? null : readTrace(turn.trace),
  };
}

/** That it happened and how long it took, for those who may not read what was said; an error may quote it. */
export function withoutContent(turn: TurnRow): ReturnType<typeof toView> {
  const { error, ...seen } = toView(turn);
  return {
    ...seen,
    input: HIDDEN,
    replies: seen.replies.map(() => HIDDEN),
    error: error === null ? null : 'It failed.',
    trace: null,
  };
}

const HIDDEN = { hidden: true };
