import type { SessionState } from '../bots/engine.js';
import type { JsonObject } from '../json.js';
import type { SessionRow } from '../store/tables/sessions.js';
import { WEBHOOK_TYPE } from '../vocabulary.js';
import type { TurnInput } from '../wire/message.js';

/** The stored text of a session: the engine's state, and the language the caller has switched to. */
interface Kept extends SessionState {
  language?: string;
}

/**
 * The session as a turn finds it: what was kept, plus this message at the paths where bots look for it
 * (kore-webhook.md §8.2). `customData` is there only when this message had some.
 */
export function stateFor(
  row: SessionRow,
  input: TurnInput,
  now: number,
): { state: SessionState; language: string | undefined } {
  const kept: Kept = row.state === '' ? { context: {}, engine: {} } : (JSON.parse(row.state) as Kept); // keptText wrote it
  const { language, ...state } = kept;
  const session = objectAt(state.context, 'session');
  const botUserSession = objectAt(session, 'BotUserSession');
  const lastMessage: JsonObject = { channel: WEBHOOK_TYPE, messagePayload: payloadOf(input) };
  if (input.customData !== undefined) lastMessage.customData = input.customData;
  botUserSession.lastMessage = lastMessage;
  botUserSession.conversationSessionId = row.id;
  botUserSession.lastUserMessageTime = new Date(now).toISOString();
  botUserSession.channels = [{ type: WEBHOOK_TYPE, from: input.user.id, handle: {}, attachments: [] }];
  objectAt(session, 'UserSession');
  objectAt(session, 'BotContext');
  objectAt(session, 'EnterpriseContext');
  // What a caller says of its user holds for the session: later messages often leave it out.
  Object.assign(objectAt(session, 'UserContext'), input.user.info, { _id: input.user.id });
  return { state, language: input.language ?? language };
}

/** The body, with the custom data where the web SDK puts it, too: bots written for the web look under `botInfo`. */
function payloadOf({ payload, customData }: TurnInput): JsonObject {
  if (customData === undefined) return payload;
  const { botInfo, ...rest } = payload;
  const given = typeof botInfo === 'object' && botInfo !== null && !Array.isArray(botInfo) ? botInfo : {};
  return { botInfo: { customData, ...given }, ...rest };
}

/** The text a session is stored as. */
export function keptText(state: SessionState, language: string | undefined): string {
  const kept: Kept = language === undefined ? state : { language, ...state };
  return JSON.stringify(kept);
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const known = parent[key];
  if (typeof known === 'object' && known !== null && !Array.isArray(known)) return known;
  const made: JsonObject = {};
  parent[key] = made;
  return made;
}
