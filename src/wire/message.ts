import type { UserMessage } from '../bots/engine.js';
import type { Json, JsonObject } from '../json.js';
import type { TestRun } from '../routing/test-routes.js';
import type { HookVersionName, IntegrationMode } from '../vocabulary.js';

/** Whose overrides a turn says: another channel of the bot, or all that the bot file has for a type of channel. */
export type PreferredChannel = { channelId: string } | { channelType: string };

/** The input of a turn: stored with it, so that any process can run it. */
export interface TurnInput {
  /** Which version of the hook the message came by; its callbacks have the same form. */
  form: HookVersionName;
  /** Whether somebody waits for the answer. */
  mode: IntegrationMode;
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
  /** The caller switches the conversation to this language. */
  language?: string;
  preferredChannel?: PreferredChannel;
  /** What the caller calls this message: its own id for it, or its idempotency key. */
  name?: string;
  /** The answer may be fetched later: the turn runs however long it had to wait. */
  detached?: boolean;
  /** Set when somebody of the account tries the bot: in a conversation of its own, without callbacks. */
  test?: TestRun;
}

/** A message at the door: authenticated, routed and validated. */
export interface InboundMessage {
  /** Id of the turn it becomes, unless it has been sent before. */
  turnId: string;
  channelId: string;
  traceId: string;
  receivedAt: number;
  input: TurnInput;
  idempotency?: { key: string; bodyHash: string };
  jti?: { clientId: string; jti: string; expiresAt: number };
  /** Absent: the whole answer, as long as a synchronous caller may wait. */
  wait?: WaitPolicy;
}

/**
 * What a caller waits for. FIRST_PAUSE: what is said before the first slow step. END: the whole answer, for so many
 * milliseconds at most. What is missing then is fetched with a poll id.
 */
export type WaitPolicy = { until: 'FIRST_PAUSE' } | { until: 'END'; waitMs: number };
