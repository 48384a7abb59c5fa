import { stemmer } from 'stemmer';
import { FUNCTION_WORDS } from '../../../definition/function-words.js';
import { own } from '../../../definition/json.js';
import { plainWords, type Utterance } from '../../../definition/words.js';

/**
 * Whether an utterance holds every word that a task's name is about, in any form or as a synonym of the bot: "what is
 * the status of my flight" names "Get flight status". Names of a single such word say too little.
 */
export function nameMatcher(
  name: string,
  synonyms: Readonly<Record<string, readonly string[]>>,
): (said: Utterance) => boolean {
  const wanted = plainWords(name.replaceAll('_', ' ')).filter((word) => !FUNCTION_WORDS.has(word));
  if (wanted.length < 2) return () => false;
  const forms = wanted.map(
    (word) => new Set([word, ...(own(synonyms, word) ?? [])].map((form) => stemmer(form.toLowerCase()))),
  );
  return (said) => {
    if (said.plain.length < forms.length) return false;
    const stems = new Set(said.plain.map((word) => stemmer(word)));
    return forms.every((alternatives) => [...alternatives].some((form) => stems.has(form)));
  };
}
