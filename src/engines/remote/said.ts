import type { Said } from '../../bots/engine.js';
import type { Json, JsonObject } from '../../json.js';
import type { Content } from '../../vocabulary.js';

/**
 * What a bot that lives elsewhere says: a text or a template, or one of its messages by key, whose overrides then
 * come before what is given here. `values` fill in `{{values.…}}` of those overrides.
 */
export interface RemoteMessage {
  key?: string;
  text?: string;
  template?: JsonObject;
  values?: JsonObject;
}

/**
 * A message as the turn renders it. What the bot sends is said to the letter: a `{{env.…}}` in it, which a user may
 * have talked the bot into repeating, must not be filled in.
 */
export function toSaid(message: RemoteMessage, context: JsonObject): Said {
  const contents: Content[] = [];
  if (message.template) contents.push({ type: 'TEMPLATE', value: JSON.stringify(message.template, literalStrings) });
  else if (message.text !== undefined) contents.push({ type: 'TEXT', value: literal(message.text) });
  return {
    type: 'said',
    ...(message.key !== undefined && { key: message.key }),
    contents,
    scope: { context, values: message.values ?? {}, [BRACES]: '{{' },
  };
}

const BRACES = '$braces';

/** Opening braces are themselves filled in; what that gives is not looked at again. */
const literal = (text: string): string => text.replaceAll('{{', `{{${BRACES}}}`);

const literalStrings = (_key: string, value: Json): Json => (typeof value === 'string' ? literal(value) : value);
