import type { TurnRow } from '../store/tables/turns.js';

/** A turn as people see it. */
export function toView(turn: TurnRow) {
  const { id, traceId, conversationId, channelId, status, error, answeredBy, finishedAt, createdAt } = turn;
  return {
    ...{ id, traceId, conversationId, channelId, status, error, answeredBy, finishedAt },
    at: createdAt,
    input: parse(turn.input),
    replies: parse(turn.replies) ?? [],
    durationMs: finishedAt === null ? null : finishedAt - createdAt,
    trace: parse(turn.trace),
  };
}

/** That it happened and how long it took, for those who may not read what was said; an error may quote it. */
export function withoutContent(turn: TurnRow): ReturnType<typeof toView> {
  const { error, ...seen } = toView(turn);
  const replies = Array.isArray(seen.replies) ? seen.replies.map(() => HIDDEN) : [];
  return { ...seen, input: HIDDEN, replies, error: error === null ? null : 'It failed.', trace: null };
}

const HIDDEN = { hidden: true };

const parse = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
