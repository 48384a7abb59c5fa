import { isObject, list, string, strings } from '../../../definition/json.js';
import { parsePath } from '../../../definition/pieces.js';
import type { Choice, DynamicChoices } from '../../../definition/program.js';
import { normalized, plainWords } from '../../../definition/words.js';
import type { Json, JsonObject } from '../../../json.js';
import { valueAt } from '../../../turn/interpolate.js';
import { placeNamed } from '../understanding/bare-values.js';

/**
 * The values of a list that a text names: by title, value or synonym, whole or within the text. As an answer also by
 * letter (`b`, `b)`) or place. A synonym in quotes must be the whole text.
 */
export function matchChoices(text: string, choices: readonly Choice[], answers: boolean): Json[] {
  const said = normalized(text);
  if (said === '') return [];
  const whole = choices.filter((choice) => isCalled(choice, text));
  if (whole[0]) return [whole[0].value];
  if (answers) {
    const chosen = choices[placeNamed(plainWords(text), choices.length)];
    if (chosen) return [chosen.value];
  }
  const padded = ` ${said} `;
  const within = choices
    .map((choice) => ({
      choice,
      length: Math.max(
        0,
        ...namesOf(choice)
          .filter((name) => (answers || name.length > 2) && padded.includes(` ${name} `))
          .map((name) => name.length),
      ),
    }))
    .filter(({ length }) => length > 0)
    .sort((one, other) => other.length - one.length);
  if (within.length > 0) return within.map(({ choice }) => choice.value);
  return answers ? nearest(said, choices) : [];
}

/**
 * The choices between which an answer leaves open which one it means: it names several of them, or only words that several
 * share ("blue", for "light blue" and "dark blue"). Empty: it means one, or none.
 */
export function openChoices(text: string, choices: readonly Choice[]): Choice[] {
  const said = normalized(text);
  if (said.length < 2) return [];
  const whole = choices.filter((choice) => isCalled(choice, text));
  if (whole.length > 0) return severalOf(whole);
  if (choices[placeNamed(plainWords(text), choices.length)]) return [];
  const padded = ` ${said} `;
  const named = choices.flatMap((choice) =>
    namesOf(choice)
      .filter((name) => padded.includes(` ${name} `))
      .map((name) => ({ choice, name })),
  );
  const widest = named.filter(
    ({ name }) => !named.some((other) => other.name !== name && holdsWords(other.name, name)),
  );
  if (named.length > 0) return severalOf(widest.map(({ choice }) => choice));
  return severalOf(choices.filter((choice) => namesOf(choice).some((name) => holdsWords(name, said))));
}

const holdsWords = (text: string, words: string): boolean => ` ${text} `.includes(` ${words} `);

/** Those with different values, if there are several. */
function severalOf(choices: readonly Choice[]): Choice[] {
  const byValue = new Map(choices.map((choice) => [JSON.stringify(choice.value), choice]));
  return byValue.size > 1 ? [...byValue.values()] : [];
}

/** Whether a text is a title, value or synonym of a choice. */
export const isChoice = (text: string, choices: readonly Choice[]): boolean =>
  choices.some((choice) => isCalled(choice, text));

function isCalled(choice: Choice, text: string): boolean {
  return namesOf(choice).includes(normalized(text)) || literals(choice).includes(text.trim().toLowerCase());
}

/** The choices a list offers now: of the file, or of the variable that holds them. */
export function dynamicChoices(from: DynamicChoices, scope: JsonObject): Choice[] {
  const path = parsePath(from.variable);
  const found = path ? valueAt(scope, path) : undefined;
  return list(found).flatMap((entry): Choice[] => {
    if (!isObject(entry))
      return string(entry) === '' ? [] : [{ title: string(entry), value: string(entry), synonyms: [] }];
    const title =
      string(entry[from.titleKey]) || string(entry.title) || string(entry.name) || string(entry[from.valueKey]);
    const value = string(entry[from.valueKey]) || string(entry.value) || title;
    const synonyms = entry[from.synonymsKey];
    return title === ''
      ? []
      : [{ title, value, synonyms: typeof synonyms === 'string' ? synonyms.split(',') : strings(synonyms) }];
  });
}

/** What a choice is called: title, value and synonyms, without case and punctuation. */
export function namesOf(choice: Choice): string[] {
  const value = typeof choice.value === 'object' ? '' : String(choice.value);
  return [choice.title, value, ...choice.synonyms.filter((synonym) => !QUOTED.test(synonym))]
    .map(normalized)
    .filter((name) => name !== '');
}

const QUOTED = /^\s*"(.*)"\s*$/;
const literals = (choice: Choice): string[] =>
  choice.synonyms.flatMap((synonym) => QUOTED.exec(synonym)?.[1]?.toLowerCase() ?? []);

/** A title with one letter wrong, for longer words only. */
function nearest(said: string, choices: readonly Choice[]): Json[] {
  if (said.length < 5) return [];
  const near = choices.filter((choice) => namesOf(choice).some((name) => name.length >= 5 && differsByOne(name, said)));
  return near.length === 1 && near[0] ? [near[0].value] : [];
}

/** Whether one insertion, deletion, change or swap of neighbours leads from one text to the other. */
function differsByOne(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const left = one.slice(start, one.length - end);
  const right = other.slice(start, other.length - end);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
