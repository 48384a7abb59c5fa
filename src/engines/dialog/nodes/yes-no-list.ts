import type { Choice } from '../../../definition/program.js';
import { plainWords } from '../../../definition/words.js';
import type { Json } from '../../../json.js';
import { isChoice, matchChoices, namesOf } from '../entities/choices.js';
import type { Run } from '../run.js';
import { placeNamed } from '../understanding/bare-values.js';
import { yesOrNo } from '../yes-or-no.js';

const YES = new Set(['yes', 'si', 'sí', 'sì', 'oui', 'ja', 'ya', 'true']);
const NO = new Set(['no', 'non', 'nein', 'tidak', 'false']);

/**
 * The value of an answer to a list that holds a yes and a no, which is heard as an answer to a confirmation is: "of
 * course not" is no "of course". None when it is a doubt; null for other lists, and where the answer names a choice.
 */
export function yesOrNoChosen(run: Run, choices: readonly Choice[], text: string): Json[] | null {
  const named = (words: ReadonlySet<string>) =>
    choices.find((choice) => namesOf(choice).some((name) => words.has(name)));
  const [yes, no] = [named(YES), named(NO)];
  if (!yes || !no || yes === no || isChoice(text, choices)) return null;
  if (placeNamed(plainWords(text), choices.length) !== -1) return null;
  const consent = yesOrNo(run, text);
  if (consent === null) return null;
  if (consent !== 'UNCLEAR') return [consent === 'yes' ? yes.value : no.value];
  const others = choices.filter((choice) => choice !== yes && choice !== no);
  return others.length > 0 ? matchChoices(text, others, true) : [];
}
