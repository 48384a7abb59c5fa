import type { Json, JsonObject } from '../json.js';

/** Names that the server itself sets in the context with every message. */
const OWN = new Set(['userInputs', 'currentLanguage', 'bot', 'botid', 'traits', 'UserQuery', 'expiry']);
const OWN_OF_SESSION = new Set(['lastMessage', 'conversationSessionId', 'lastUserMessageTime', 'channels']);

/** What a session holds for scripts and messages, by name: variables, entities, and the stores of the session. */
export function namedValues(context: JsonObject): Map<string, string> {
  const named = new Map<string, string>();
  for (const [name, value] of Object.entries(context)) {
    if (OWN.has(name)) continue;
    if (name === 'entities') addMembers(named, 'entities', value);
    else if (name !== 'session') named.set(name, JSON.stringify(value));
    else for (const [store, held] of Object.entries(Object(value) as JsonObject)) addMembers(named, store, held);
  }
  return named;
}

function addMembers(named: Map<string, string>, of: string, held: Json): void {
  if (typeof held !== 'object' || held === null || OWN.has(of)) return;
  for (const [name, value] of Object.entries(held))
    if (!OWN_OF_SESSION.has(name)) named.set(`${of}.${name}`, JSON.stringify(value));
}

/** Names of what a turn changed in its session, in order. Both are session states as stored; empty or null for none. */
export function effects(before: string, after: string | null): string[] {
  return after === null ? [] : changed(namedValues(contextOf(before)), namedValues(contextOf(after)));
}

export function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}

const contextOf = (state: string): JsonObject => (state === '' ? {} : (JSON.parse(state).context ?? {}));
