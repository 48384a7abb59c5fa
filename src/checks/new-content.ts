import type { Json, JsonObject } from '../json.js';
import { stableJson } from '../stable-json.js';
import type { SaidMessage } from '../turn/recording.js';
import type { Content } from '../vocabulary.js';
import type { Reply } from '../wire/reply.js';
import type { SaidFrom } from './replay.js';
import { contentOf } from './words.js';

/**
 * A name for what a message now says, equal for all turns that differ in the same way: the contents it is chosen from, before
 * values are filled in. Where those contents could also have said the recorded words, only values differ, and the values are
 * part of the name.
 */
export function newContent(is: SaidMessage, from: SaidFrom | undefined, was: SaidMessage | undefined): Json {
  if (!from) return [is.key, is.replies.map(contentOf)];
  const { contents, suffix = null, form = null } = from;
  const valuesDiffer = was !== undefined && contents.some((content) => couldSay(content, suffix, was.replies));
  return [
    is.key,
    contents.map(stableJson).sort(),
    suffix,
    stableJson(form),
    valuesDiffer ? is.replies.map(contentOf) : null,
  ];
}

function couldSay({ after = [], ...first }: Content, suffix: string | null, replies: SaidMessage['replies']): boolean {
  const parts = [first, ...after];
  return (
    parts.length === replies.length &&
    parts.every(({ type, value }, index) => {
      const reply = replies[index];
      if (!reply) return false;
      if (type === 'TEXT') return fits(suffix ? `${value}\n${suffix}` : value, textOf(reply));
      return type === 'TEMPLATE' && fits(structureOf(value), templateOf(reply));
    })
  );
}

const textOf = (reply: Reply): string | null => (reply.type === 'text' ? reply.text : null);
const templateOf = (reply: Reply): string | null =>
  reply.type === 'template' ? stableJson(reply.template as JsonObject) : null;

function structureOf(template: string): string {
  try {
    return stableJson(JSON.parse(template));
  } catch {
    return template;
  }
}

/** Whether a text is this one with something in place of each `{{…}}`. */
function fits(pattern: string, text: string | null): boolean {
  if (text === null) return false;
  const [head = '', ...rest] = pattern.split(/\{\{.*?\}\}/s);
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head) || text.length < head.length + tail.length || !text.endsWith(tail)) return false;
  let from = head.length;
  for (const literal of rest) {
    const at = text.indexOf(literal, from);
    if (at === -1) return false;
    from = at + literal.length;
  }
  return from <= text.length - tail.length;
}
