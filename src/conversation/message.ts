import type { Json, JsonObject, UserMessage } from './engine.js';

/** Which version of the hook the message came by; its callbacks have the same form. */
export type HookForm = 'V1' | 'V2';

/** What a turn needs to know of the message it answers: stored with the turn, so that any process can run it. */
export interface TurnInput {
  form: HookForm;
  /** Whether somebody waits for the answer. */
  mode: 'SYNC' | 'ASYNC';
  message: UserMessage;
  user: { id: string; info: JsonObject };
  groupId: string;
  /** What the callbacks name as sender: the bot's id, or what the caller had put as `to.id`. */
  replyFrom: string;
  /** The body as the caller sent it: shown to the bot at `lastMessage.messagePayload`. */
  payload: JsonObject;
  customData?: Json;
  /** The caller wants a new session. */
  newSession: boolean;
  language?: string;
  preferredChannel?: string;
}

/** A message at the door: authenticated, routed and validated. */
export interface InboundMessage {
  channelId: string;
  traceId: string;
  receivedAt: number;
  input: TurnInput;
  idempotency?: { key: string; bodyHash: string };
  jti?: { clientId: string; jti: string; expiresAt: number };
}
