import type { TurnRequest } from '../../bots/engine.js';
import { isObject } from '../../definition/json.js';
import type { Json, JsonObject } from '../../json.js';

/** The stores of a session that scripts read and write by name (kore-webhook.md §8.1). */
export const STORES = [
  'BotUserSession',
  'UserSession',
  'UserContext',
  'BotContext',
  'EnterpriseContext',
  'opts',
] as const;

/** Brings the context into the shape every text and script may rely on, whatever a script left of it. */
export function ensureContext(context: JsonObject): void {
  const session = child(context, 'session');
  for (const store of STORES) child(session, store);
  child(context, 'entities');
}

/** What the platform keeps in the context about this turn (kore-webhook.md §8). */
export function describeTurn(context: JsonObject, turn: TurnRequest, sentence: string): void {
  context.currentLanguage = turn.language;
  context.bot = turn.botName;
  context.botid = turn.botId;
  context.userInputs = { originalInput: { sentence } };
  const session = child(context, 'session');
  dropExpired(session, turn.now);
  const user = child(session, 'UserContext');
  for (const [key, value] of Object.entries(turn.user.info)) user[key] = value;
  user._id ??= turn.user.id;
  const options = child(session, 'opts');
  options.userId ??= turn.user.id;
  options.streamId ??= turn.botId;
  const botUser = child(session, 'BotUserSession');
  botUser.conversationSessionId = turn.sessionId;
}

/** Drops what scripts stored for some minutes only: `BotUserSession.put(key, value, minutes)`. */
function dropExpired(session: JsonObject, now: number): void {
  // Few bots have any, and an object that loses keys is slow from then on.
  if (!Object.hasOwn(session, 'expiry')) return;
  const expiry = child(session, 'expiry');
  for (const store of STORES) {
    const ends = child(expiry, store);
    for (const [key, at] of Object.entries(ends)) {
      if (typeof at === 'number' && at > now) continue;
      delete child(session, store)[key];
      delete ends[key];
    }
    if (Object.keys(ends).length === 0) delete expiry[store];
  }
  if (Object.keys(expiry).length === 0) delete session.expiry;
}

/** Drops what belongs to one task, so that the next one starts clean; the session stays. */
export function clearTask(context: JsonObject): void {
  for (const key of Object.keys(context)) if (!KEPT.has(key)) delete context[key];
  context.entities = {};
}

const KEPT = new Set(['session', 'currentLanguage', 'bot', 'botid', 'userInputs', 'traits', 'UserQuery']);

/** The object under a key; made when there is none. */
export function child(parent: JsonObject, key: string): JsonObject {
  const known = Object.hasOwn(parent, key) ? parent[key] : undefined;
  if (isObject(known)) return known as JsonObject; // an object inside JSON
  const made: JsonObject = {};
  parent[key] = made;
  return made;
}

/** Whether a value of an entity is none: scripts clear one with nothing, with blanks, or with what holds nothing else. */
export function isBlank(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value.trim() === '';
  return typeof value === 'object' && Object.values(value).every(isBlank);
}
