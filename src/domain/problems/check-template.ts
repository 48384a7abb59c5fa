import { type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { isObject } from '../../definition/json.js';
import { excessOf } from '../../json-limits.js';
import { type Problem, placeIn } from './problem.js';

/** Values of `template_type` that clients are known to draw (kore-webhook.md §6). */
const TEMPLATE_TYPES = new Set(
  (
    'button quick_replies list carousel table mini_table custom_table piechart linechart barchart form_template ' +
    'dropdown_template multi_select advanced_multi_select dateTemplate daterange feedbackTemplate like_dislike live_agent ' +
    'SYSTEM wait_for_response listView listWidget tableList cardTemplate quick_replies_welcome advancedListTemplate ' +
    'articleTemplate otpValidationTemplate resetPinTemplate attachment'
  ).split(' '),
);
/** Objects that are drawn without a `template_type`. */
const OTHER_TYPES = new Set(['image', 'audio', 'video', 'link', 'message', 'error']);

/** What is wrong with the JSON text of a template. */
export function checkTemplate(value: string): Problem[] {
  const { parsed, fault, at } = parseFilled(value);
  if (fault !== null) {
    const isText = !/^\s*\{/.test(value);
    const text = isText
      ? 'This is no JSON object: users read it as the text that stands here.'
      : `The template is not JSON (${fault}): users read it as the text that stands here.`;
    return [{ severity: isText ? 'WARNING' : 'ERROR', code: 'TEMPLATE_IS_NO_JSON', text, ...placeIn(value, at) }];
  }
  const text = faultOfShape(parsed);
  if (text !== null) return [{ severity: 'WARNING', code: 'TEMPLATE_SHAPE', text, line: null, column: null }];
  const kind = kindOf(parsed);
  if (kind === null || kind.includes('{{') || TEMPLATE_TYPES.has(kind)) return [];
  const unknown = `"${kind}" is no type of template that clients are known to draw: they may show nothing.`;
  const at_ = value.indexOf(JSON.stringify(kind));
  const place = at_ === -1 ? { line: null, column: null } : placeIn(value, at_);
  return [{ severity: 'WARNING', code: 'TEMPLATE_TYPE_UNKNOWN', text: unknown, ...place }];
}

function faultOfShape(template: unknown): string | null {
  if (!isObject(template)) return 'A template is an object: users read this as the text that stands here.';
  const { type, payload, text } = template;
  if (typeof text === 'string' && type === undefined) return null; // said as a text
  if (typeof type === 'string' && (type === 'template' || OTHER_TYPES.has(type) || type.includes('{{'))) {
    return isObject(payload) || typeof payload === 'string'
      ? null
      : 'The template has no "payload": clients show nothing.';
  }
  return 'A template has "type": "template" and a "payload": clients may show nothing of this.';
}

function kindOf(template: unknown): string | null {
  if (!isObject(template) || template.type !== 'template' || !isObject(template.payload)) return null;
  const { template_type: kind } = template.payload;
  return typeof kind === 'string' ? kind : null;
}

/** JSON as it is, or with `{{…}}` outside of its strings filled in. */
function parseFilled(value: string): { parsed: unknown; fault: string | null; at: number } {
  const excess = excessOf(value);
  if (excess) return { parsed: null, fault: `too many ${excess.of}`, at: excess.at };
  const first = attempt(value);
  if (first.fault === null || !value.includes('{{')) return first;
  return attempt(value.replace(/\{\{[\s\S]*?\}\}/g, (braces) => 'null'.padEnd(braces.length)));
}

function attempt(text: string) {
  try {
    const parsed: unknown = JSON.parse(text);
    return { parsed, fault: null, at: 0 };
  } catch {
    const errors: ParseError[] = []; // JSON.parse names no place for all that it refuses
    parseTree(text, errors, { disallowComments: true });
    const [first] = errors;
    const fault = first ? words(printParseErrorCode(first.error)) : 'invalid value';
    return { parsed: null, fault, at: first?.offset ?? 0 };
  }
}

/** "CommaExpected" → "comma expected" */
const words = (code: string): string => code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
