import type { EndOfTask } from '../bots/engine.js';
import type { TurnRow } from '../store/tables/turns.js';
import type { ReplySettings, SaidReply } from './callbacks.js';

/** The outcome of a turn, final or so far: what its caller is answered, now or when asking again. */
export interface TurnOutcome {
  turnId: string;
  traceId: string;
  sessionId: string;
  /** The user, and what the caller is told as sender. */
  to: string;
  from: string;
  replies: SaidReply[];
  endOfTask: EndOfTask | null;
  /** The caller is asked to hand the conversation to a person. */
  agentTransfer: boolean;
  settings: ReplySettings;
  /** What the callers call the messages it answers; set when there are several. */
  answers?: string[];
  /** What its caller calls the message whose answer is the answer to this one, too. */
  answeredBy?: string;
}

/** What the row of a turn that has begun holds of its outcome; null when nothing of it could be stored. */
export function storedOutcome(row: TurnRow): TurnOutcome | null {
  if (row.outcome === null) return null;
  const rest = JSON.parse(row.outcome) as Omit<TurnOutcome, 'replies'>; // written by `outcomeColumns` alone
  return { ...rest, replies: storedReplies(row) };
}

export const storedReplies = ({ replies }: Pick<TurnRow, 'replies'>): SaidReply[] =>
  replies === null ? [] : (JSON.parse(replies) as SaidReply[]); // likewise

/** The replies have a column of their own. */
export function outcomeColumns({ replies, ...rest }: TurnOutcome): { replies: string; outcome: string } {
  return { replies: JSON.stringify(replies), outcome: JSON.stringify(rest) };
}
