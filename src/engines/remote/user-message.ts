import type { TurnRequest } from '../../bots/engine.js';
import { isObject, string } from '../../definition/json.js';
import type { Json, JsonObject } from '../../json.js';
import { excessOf } from '../../json-limits.js';

/** The user's message as plain text; empty for an event. */
export function textOf({ message }: TurnRequest): string {
  switch (message.type) {
    case 'text':
      return message.text;
    case 'template':
      return JSON.stringify(message.template);
    case 'formData':
      return JSON.stringify({ formId: message.formId, data: message.data, meta: message.meta });
    case 'event':
      return '';
  }
}

/** Files that came with the message, by URL; what has none is left out. */
export function attachmentsOf({ message }: TurnRequest): { url: string; type: string; name: string }[] {
  if (message.type !== 'text') return [];
  return message.attachments.flatMap((attachment) => {
    if (typeof attachment === 'string') return [{ url: attachment, type: mimeType(attachment, ''), name: '' }];
    if (!isObject(attachment)) return [];
    const url = string(attachment.url);
    const type = string(attachment.contentType) || string(attachment.fileType) || string(attachment.type);
    const name = string(attachment.fileName) || string(attachment.name);
    return url === '' ? [] : [{ url, type: mimeType(name || url, type), name }];
  });
}

/** The `customData` a caller sent along for the bot, if any. */
export function customDataOf(turn: TurnRequest): Json | undefined {
  const { session } = turn.session.context;
  const last = part(part(session, 'BotUserSession'), 'lastMessage');
  // What came out of the context is JSON.
  return isObject(last) ? (last.customData as Json | undefined) : undefined;
}

/** A JSON object in a text, as the postbacks of some bots are; null for any other text. */
export function objectIn(text: string): JsonObject | null {
  if (!/^\s*\{[\s\S]*\}\s*$/.test(text) || excessOf(text)) return null;
  try {
    return JSON.parse(text) as JsonObject; // begins with a brace
  } catch {
    return null;
  }
}

const part = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);

const MIME_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  pdf: 'application/pdf',
  txt: 'text/plain',
};

/** Callers say "image" as often as "image/png", or nothing. */
function mimeType(name: string, said: string): string {
  if (said.includes('/')) return said;
  const extension = /\.(\w+)(?:[?#].*)?$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const known = MIME_TYPES[extension];
  if (known && (said === '' || known.startsWith(said))) return known;
  return /^(image|audio|video)$/.test(said) ? `${said}/*` : 'application/octet-stream';
}
