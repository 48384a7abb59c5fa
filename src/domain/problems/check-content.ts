import { faultOfScript } from '../../definition/script-fault.js';
import type { Content } from '../../vocabulary.js';
import { checkPaths } from './check-paths.js';
import { checkTemplate } from './check-template.js';
import { isError, type Problem } from './problem.js';
import type { Vocabulary } from './vocabulary.js';

/** What is wrong with one content, and with what is said after it. */
export function checkContent({ type, value, after = [] }: Content, vocabulary: Vocabulary): Problem[] {
  const whole = type === 'SCRIPT' ? checkScript(value) : type === 'TEMPLATE' ? checkTemplate(value) : [];
  const paths = whole.some(isError) ? [] : checkPaths(type, value, vocabulary);
  return [...whole, ...paths, ...after.flatMap((part) => checkContent(part, vocabulary))];
}

export function checkScript(script: string): Problem[] {
  const fault = faultOfScript(script);
  if (fault === null) return [];
  const { message, line, column } = fault;
  const text = `The script does not parse (${message}): users hear that something went wrong.`;
  return [{ severity: 'ERROR', code: 'SCRIPT_DOES_NOT_PARSE', text, line, column }];
}
