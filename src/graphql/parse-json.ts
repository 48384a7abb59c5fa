import { badInput } from '../errors.js';
import { excessOf, MAX_JSON_DEPTH, MAX_JSON_VALUES } from '../json-limits.js';
import { toText } from '../request-body.js';

/** The value of a request's body. BAD_USER_INPUT (`body`) when it is not JSON, nests too deep or holds too many values. */
export function parseJson(body: Buffer, maxValues = MAX_JSON_VALUES): unknown {
  const text = toText(body);
  const excess = excessOf(text, { values: maxValues });
  if (excess) {
    const limit =
      excess.of === 'levels'
        ? `is nested more than ${MAX_JSON_DEPTH} levels deep`
        : `holds more than ${maxValues} values`;
    throw badInput('body', `The JSON ${limit} at position ${excess.at}.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badInput('body', `The body is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
