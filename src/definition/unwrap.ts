import { badInput } from '../errors.js';
import { deeperThan, MAX_JSON_DEPTH } from '../json-limits.js';
import { definitionOfDialogFile, isDialogFile } from './dialog-file.js';
import { isObject } from './json.js';

/** Keys under which other tools nest a bot definition in their files. */
const WRAPPERS = ['botDefinition', 'appDefinition', 'app', 'bot'];

/**
 * A file's value, given as JSON text or a value. A definition may be nested in another object; `left` lists that
 * object's other keys. The file of a single dialog is given as the bot it makes. BAD_USER_INPUT (`field`) when a text
 * is not JSON.
 */
export function unwrap(given: unknown, field: 'definition' | 'config'): { value: unknown; left: string[] } {
  const value = typeof given === 'string' ? parse(given, field) : given;
  if (field === 'config' || !isObject(value) || isDefinition(value)) return { value, left: [] };
  if (isDialogFile(value)) return { value: definitionOfDialogFile(value), left: [] };
  const wrapper = WRAPPERS.find((key) => isDefinition(value[key]));
  if (wrapper === undefined) return { value, left: [] };
  return { value: value[wrapper], left: Object.keys(value).filter((key) => key !== wrapper) };
}

/** Whether a value looks like a bot definition: partial exports have no dialogs, old ones no `localeData`. */
export const isDefinition = (value: unknown): boolean =>
  isObject(value) &&
  (Array.isArray(value.dialogs) || Array.isArray(value.dialogComponents) || isObject(value.localeData));

function parse(text: string, field: string): unknown {
  if (deeperThan(text, MAX_JSON_DEPTH) !== null)
    throw badInput(field, `The ${field} is nested more than ${MAX_JSON_DEPTH} levels deep.`);
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw badInput(field, `The ${field} is a text that is not JSON: ${why}. Give the content of the file.`);
  }
}
