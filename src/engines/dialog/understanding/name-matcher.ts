import { stemmer } from 'stemmer';
import { FUNCTION_WORDS } from '../../../definition/function-words.js';
import { own } from '../../../definition/json.js';
import { plainWords, spokenName } from '../../../definition/words.js';

/** How an utterance names a task: with all words of its name one after the other, with all of them somewhere, or not. */
export type Naming = 'IN_ORDER' | 'SOMEWHERE' | null;

/**
 * Whether an utterance holds every word that a task's name is about, in any form or as a synonym of the bot: "what is
 * the status of my flight" names "Get flight status". Names of a single such word say too little.
 */
export function nameMatcher(
  name: string,
  synonyms: Readonly<Record<string, readonly string[]>>,
): (stems: readonly string[]) => Naming {
  const wanted = plainWords(spokenName(name)).filter((word) => !FUNCTION_WORDS.has(word));
  if (wanted.length < 2) return () => null;
  const forms = wanted.map(
    (word) => new Set([word, ...(own(synonyms, word) ?? [])].map((form) => stemmer(form.toLowerCase()))),
  );
  return (stems) => {
    if (stems.length < forms.length) return null;
    if (!forms.every((alternatives) => stems.some((stem) => alternatives.has(stem)))) return null;
    let at = 0;
    for (const stem of stems) if (forms[at]?.has(stem)) at += 1;
    return at === forms.length ? 'IN_ORDER' : 'SOMEWHERE';
  };
}
