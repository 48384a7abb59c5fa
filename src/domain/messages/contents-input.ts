import { scriptFault } from '../../definition/script-fault.js';
import { badInput } from '../../errors.js';
import { excessOf } from '../../json-limits.js';
import type { Content } from '../../vocabulary.js';

/** Variants of one message; beyond: BAD_USER_INPUT. */
const MAX_VARIANTS = 50;
/** Characters of one variant; beyond: BAD_USER_INPUT. */
const MAX_VALUE = 200_000;

/** The variants of an override. BAD_USER_INPUT (`contents`) when there are none, too many, or one does not match its type. */
export function contentsInput(contents: readonly Content[]): Content[] {
  if (contents.length === 0) throw badInput('contents', 'Give at least one content, or remove the override.');
  if (contents.length > MAX_VARIANTS)
    throw badInput('contents', `An override may have at most ${MAX_VARIANTS} contents.`);
  return contents.map(({ type, value }, index) => {
    const field = `contents[${index}].value`;
    if (value.trim() === '') throw badInput(field, 'A content cannot be empty.');
    if (value.length > MAX_VALUE) throw badInput(field, `A content may have at most ${MAX_VALUE} characters.`);
    if (type === 'TEMPLATE' && !isJsonObject(value)) {
      throw badInput(field, 'A template is the text of a JSON object, like {"type":"template","payload":{…}}.');
    }
    return { type, value };
  });
}

/** Refuses a script that cannot be read. BAD_USER_INPUT (`contents`), with line and column. */
export function refuseFaultyScripts(contents: readonly Content[]): void {
  for (const [index, { type, value }] of contents.entries()) {
    const fault = type === 'SCRIPT' ? scriptFault(value) : null;
    if (fault !== null) throw badInput(`contents[${index}].value`, `The script does not parse: ${fault}.`);
  }
}

function isJsonObject(text: string): boolean {
  if (excessOf(text)) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
