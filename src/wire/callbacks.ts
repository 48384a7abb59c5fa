import type { EndOfTask } from '../bots/engine.js';
import type { JsonObject } from '../json.js';
import type { TemplateEncoding, TextForm } from '../vocabulary.js';
import type { EventReply, Reply } from './reply.js';

/** The id of the n-th message of a turn: the same when the turn is run again after a crash. */
export const messageId = (turnId: string, position: number): string => `ms-${turnId.slice(3)}-${position}`;

/** A reply as it is stored with its turn. The id is the same however often the message is sent. */
export type SaidReply = (Reply | EventReply) & {
  id: string;
  at: number;
  /** The form of a form message, beside its text (kore-webhook.md §1.5). */
  form?: JsonObject;
  /** Set for a message of a dialog and for the answer to a question: the platform writes these as lists. */
  kind?: ListedKind;
};

export type ListedKind = 'message' | 'faq';

/** How a channel wants replies written in the first hook version. Kept with the turn: a repeated answer is the same. */
export interface ReplySettings {
  templateEncoding: TemplateEncoding;
  textForm: TextForm;
}

/** One callback: a bot message, or the end of a task, which travels alone. */
export interface Callback {
  content: { reply: SaidReply } | { endOfTask: EndOfTask };
  messageId: string;
  conversationId: string;
  sessionId: string;
  to: string;
  from: string;
  traceId: string;
  lastInTurn: boolean;
  /** What their caller calls the messages it answers; set when there are several. */
  answers?: string[];
  at: number;
  settings: ReplySettings;
}
