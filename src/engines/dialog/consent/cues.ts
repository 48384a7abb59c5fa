/** What a phrase of an answer says about consent. */
export type Cue =
  | 'yes'
  /** Yes, or no when a negation follows: "of course", "of course not". */
  | 'adverb'
  /** Yes when nothing else is said: "I do". */
  | 'bare'
  /** Yes in the words of a no: "why not". */
  | 'agreeable'
  | 'no'
  /** No, unless the question asked for this very thing: "keep it". */
  | 'away'
  | 'doubt'
  /** A doubt about a yes, a pause before a no: "hmm". */
  | 'hesitation'
  | 'condition'
  | 'contrast'
  /** What follows replaces what was said: "no wait, yes". */
  | 'correction'
  /** A correction if something follows, else nothing: "actually". */
  | 'aside'
  /** A question at the beginning of a clause: "why". */
  | 'question'
  /** A question anywhere: "are you". */
  | 'asking'
  | 'negator'
  | 'filler';

/** The phrases of a language by cue, alternatives between bars; `sure`: what a negation turns into a doubt. */
export type CueWords = Partial<Record<Cue | 'sure', string>>;

export interface CueIndex {
  /** Phrases by their first token, longest first. */
  phrases: ReadonlyMap<string, readonly Phrase[]>;
  /** Every token of every phrase. */
  known: ReadonlySet<string>;
  sure: ReadonlySet<string>;
}

export interface Phrase {
  tokens: readonly string[];
  cue: Cue;
}

/** Indexes the phrases of some languages; a phrase that two of them hold means what it means in the last. */
export function indexCues(languages: readonly CueWords[], tokens: (phrase: string) => string[]): CueIndex {
  const byText = new Map<string, Phrase>();
  const sure = new Set<string>();
  for (const language of languages)
    for (const [cue, texts] of Object.entries(language) as [Cue | 'sure', string][]) // the keys of a closed record
      for (const text of texts.split('|')) {
        const split = tokens(text);
        if (split.length === 0) continue;
        if (cue === 'sure') sure.add(split.join(' '));
        else byText.set(split.join(' '), { tokens: split, cue });
      }
  const phrases = new Map<string, Phrase[]>();
  const known = new Set<string>(sure);
  for (const phrase of byText.values()) {
    const first = phrase.tokens[0] ?? '';
    phrases.set(first, [...(phrases.get(first) ?? []), phrase]);
    for (const token of phrase.tokens) known.add(token);
  }
  for (const list of phrases.values()) list.sort((one, other) => other.tokens.length - one.tokens.length);
  return { phrases, known, sure };
}
