import { stemmer } from 'stemmer';
import { FUNCTION_WORDS } from '../../../definition/function-words.js';
import { own } from '../../../definition/json.js';
import { plainWords, spokenName } from '../../../definition/words.js';

/** How an utterance names a task: with all words of its name one after the other, with all of them somewhere, or not. */
export type Naming = 'IN_ORDER' | 'SOMEWHERE' | null;

/** How utterances name a task; `firsts`: stems of which one must be there. */
export interface NameMatcher {
  firsts: ReadonlySet<string>;
  match(stems: readonly string[]): Naming;
}

/**
 * Whether an utterance holds every word that a task's name is about, in any form or as a synonym of the bot: "what is
 * the status of my flight" names "Get flight status". Null for names of a single such word, which says too little.
 */
export function nameMatcher(name: string, synonyms: Readonly<Record<string, readonly string[]>>): NameMatcher | null {
  const wanted = plainWords(spokenName(name)).filter((word) => !FUNCTION_WORDS.has(word));
  if (wanted.length < 2) return null;
  const forms = wanted.map(
    (word) => new Set([word, ...(own(synonyms, word) ?? [])].map((form) => stemmer(form.toLowerCase()))),
  );
  return {
    firsts: forms[0] ?? new Set(),
    match(stems) {
      if (stems.length < forms.length) return null;
      if (!forms.every((alternatives) => stems.some((stem) => alternatives.has(stem)))) return null;
      let at = 0;
      for (const stem of stems) if (forms[at]?.has(stem)) at += 1;
      return at === forms.length ? 'IN_ORDER' : 'SOMEWHERE';
    },
  };
}
