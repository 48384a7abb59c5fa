import { isObject, json, list, type Raw, string } from '../../definition/json.js';
import type { JsonObject } from '../../json.js';
import type { RemoteMessage } from '../remote/said.js';
import { objectIn } from '../remote/user-message.js';

/**
 * What a model said as messages. A model that was told to may answer with JSON, bare or fenced: a template of this
 * platform, or `{"messages": ["…", {"template": {…}}, {"key": "…"}]}`. Any other text is what is said.
 */
export function readMessages(text: string): RemoteMessage[] {
  const fenced = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/.exec(text)?.[1];
  const found = objectIn(fenced ?? text);
  if (!found) return [{ text }];
  if (isTemplate(found)) return [{ template: found }];
  const messages = list(found.messages).flatMap(toMessage);
  return messages.length > 0 ? messages : [{ text }];
}

const isTemplate = (value: Raw): boolean => typeof value.type === 'string' && isObject(value.payload);

function toMessage(value: unknown): RemoteMessage[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [{ text: value }];
  if (!isObject(value)) return [];
  if (isTemplate(value)) return [{ template: toObject(value) }];
  const [key, text] = [string(value.key), string(value.text)];
  const message: RemoteMessage = {
    ...(key !== '' && { key }),
    ...(text !== '' && { text }),
    ...(isObject(value.template) && { template: toObject(value.template) }),
    ...(isObject(value.values) && { values: toObject(value.values) }),
  };
  return Object.keys(message).length > 0 ? [message] : [];
}

/** The copy of an object is an object. */
const toObject = (value: Raw): JsonObject => json(value) as JsonObject;
