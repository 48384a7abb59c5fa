import type { EndOfTask } from '../bots/engine.js';
import type { RowForm, TurnRow } from '../store/tables/turns.js';
import { messageId, type ReplySettings, type SaidReply } from './callbacks.js';
import { readInput } from './stored-input.js';

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
  const said = JSON.parse(row.outcome) as Pick<TurnOutcome, 'sessionId'>; // written by `outcomeColumns` alone
  const { id: turnId, traceId } = row;
  const { user, replyFrom } = readInput(row.input);
  return { turnId, traceId, to: user.id, from: replyFrom, ...USUAL, ...said, replies: storedReplies(row) };
}

type WithoutId<R> = R extends unknown ? Omit<R, 'id'> & { id?: string } : never;
/** A reply without the id that its place among those of the turn gives it. */
export type StoredReply = WithoutId<SaidReply>;

export function storedReplies({ id: turnId, replies }: Pick<TurnRow, 'id' | 'replies'>): SaidReply[] {
  const stored: StoredReply[] = JSON.parse(replies ?? '[]'); // likewise
  return stored.map((reply, position) => ({ id: messageId(turnId, position), ...reply }));
}

/** What most turns come to. */
const USUAL = {
  endOfTask: null,
  agentTransfer: false,
  settings: { templateEncoding: 'OBJECT', textForm: 'AUTO' },
} satisfies Partial<TurnOutcome>;

/** The columns of an outcome. The replies have one of their own. */
export function outcomeColumns(outcome: TurnOutcome, form: RowForm): { replies: string; outcome: string } {
  const { replies, ...rest } = outcome;
  if (form === 'FULL') return { replies: JSON.stringify(replies), outcome: JSON.stringify(rest) };
  const { turnId, traceId: _, to: __, from: ___, sessionId, endOfTask, agentTransfer, settings, ...others } = rest;
  return {
    replies: JSON.stringify(replies.map((reply, position) => withoutUsualId(turnId, reply, position))),
    outcome: JSON.stringify({
      sessionId,
      ...others,
      ...(endOfTask !== null && { endOfTask }),
      ...(agentTransfer && { agentTransfer }),
      ...(!isUsual(settings) && { settings }),
    }),
  };
}

function withoutUsualId(turnId: string, reply: SaidReply, position: number): StoredReply {
  const { id, ...rest } = reply;
  return id === messageId(turnId, position) ? rest : reply;
}

const isUsual = ({ templateEncoding, textForm }: ReplySettings): boolean =>
  templateEncoding === USUAL.settings.templateEncoding && textForm === USUAL.settings.textForm;
