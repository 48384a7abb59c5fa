import { parsePath } from '../../definition/pieces.js';
import { faultOfScript } from '../../definition/script-fault.js';
import type { ContentType } from '../../vocabulary.js';
import { type Problem, placeIn } from './problem.js';
import type { Vocabulary } from './vocabulary.js';

/** Warnings about the `{{…}}` of a content: of what nothing sets, and of what does not parse. */
export function checkPaths(type: ContentType, value: string, vocabulary: Vocabulary): Problem[] {
  const braces = [...value.matchAll(type === 'SCRIPT' ? /\{\{([^{};\n]*)\}\}/g : /\{\{([\s\S]*?)\}\}/g)];
  return braces.flatMap(({ index, 1: inside = '' }): Problem[] => {
    const path = parsePath(inside.trim());
    const place = placeIn(value, index);
    if (path) {
      const text = unknownIn(path, vocabulary);
      return text === null ? [] : [{ severity: 'WARNING', code: 'PATH_UNKNOWN', text, ...place }];
    }
    if (type !== 'TEXT' || inside.trim() === '') return []; // in JSON an expression is escaped, in a script these may be its own braces
    const fault = faultOfScript(`(${inside}\n)`);
    if (fault === null) return [];
    const text = `{{${inside.trim()}}} does not parse (${fault.message}): it prints nothing.`;
    return [{ severity: 'WARNING', code: 'EXPRESSION_DOES_NOT_PARSE', text, ...place }];
  });
}

/** Why a path prints nothing; null where it may print something. */
function unknownIn([root, name, below, field]: string[], { env, content, context, forms }: Vocabulary): string | null {
  if (name === undefined) return null;
  if (root === 'env')
    return env.has(name) ? null : `The bot has no variable "${name}": {{env.${name}}} prints nothing.`;
  if (root === 'content') {
    return !content || content.has(name) ? null : `The bot has no content variable "${name}": it prints nothing.`;
  }
  if (root !== 'context' || !context) return null;
  if (name === 'forms' && below !== undefined) {
    const fields = forms.get(below);
    if (!fields) return context.has(below) ? null : `The bot has no form "${below}": its fields print nothing.`;
    return field === undefined || fields.has(field) || context.has(field)
      ? null
      : `The form "${below}" has no field "${field}": it prints nothing.`;
  }
  if (name === 'entities' && below !== undefined) {
    return context.has(below)
      ? null
      : `No entity of the bot is called "${below}", and no script sets it: it prints nothing.`;
  }
  return context.has(name) ? null : `Nothing in this bot sets context.${name}: it prints nothing.`;
}
