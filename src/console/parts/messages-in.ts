import { isHidden } from './hidden-text';

/**
 * The messages in whatever holds them: a reply of a hook (V1 or V2), a callback, the replies of the conversation log.
 * A message is a text or a template.
 */
export function messagesIn(value: unknown): unknown[] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value)) return value.flatMap(messagesIn);
  if (typeof value === 'string') return [parsedTemplate(value)];
  if (typeof value !== 'object') return [String(value)];
  if (isTemplate(value) || isHidden(value)) return [value];
  for (const key of ['data', 'template', 'text', 'val', 'value', 'content', 'contents', 'messages']) {
    if (key in value) return messagesIn(value[key as keyof typeof value]);
  }
  return [];
}

export interface Template {
  type: string;
  payload: Record<string, unknown>;
}

export const isTemplate = (value: unknown): value is Template =>
  typeof value === 'object' &&
  value !== null &&
  'payload' in value &&
  typeof value.payload === 'object' &&
  value.payload !== null;

/** Some channels carry templates as JSON text. */
function parsedTemplate(text: string): unknown {
  if (!text.startsWith('{')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return isTemplate(value) ? value : text;
  } catch {
    return text;
  }
}
