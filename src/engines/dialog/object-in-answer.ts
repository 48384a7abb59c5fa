import { isObject, type Raw } from '../../definition/json.js';
import { excessOf } from '../../json-limits.js';

/** The JSON object in what a language model answered: bare, fenced, or with words around it. Null: there is none. */
export function objectInAnswer(answer: string): Raw | null {
  const text = answer.replace(/<think>[\s\S]*?<\/think>/g, '');
  const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')];
  if (from === -1 || to < from) return null;
  const cut = text.slice(from, to + 1);
  try {
    if (excessOf(cut)) return null;
    const parsed: unknown = JSON.parse(cut);
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
