import { stemmer } from 'stemmer';
import { FUNCTION_WORDS } from '../../../definition/function-words.js';
import type { TrainingSentence } from '../../../definition/program.js';
import { plainWords, spokenName, type Utterance } from '../../../definition/words.js';

/** Words of content up to which an utterance may be a value that a task happens to mention: "pizza", "large pizza". */
const SHORT = 2;
/** The share of longer ones that the task must know: "Pizza Margherita with olives" is no order of a pizza. */
const KNOWN_SHARE = 0.6;

interface Known {
  name: string;
  sentences: readonly TrainingSentence[];
}

/**
 * Whether an utterance that is likely a task may interrupt the question of another: it holds the task's whole name, or
 * says enough, most of it in words the task was trained with. Part of a name is no more than a word.
 */
export function isStrongMatch(said: Utterance, { name, sentences }: Known): boolean {
  if (holdsName(said, name)) return true;
  const content = contentStems(said);
  if (content.length <= SHORT) return false;
  const known = new Set([name, ...sentences.map(({ text }) => text)].flatMap(stemsOf));
  return content.filter((stem) => known.has(stem)).length / content.length >= KNOWN_SHARE;
}

/** Whether an utterance holds every word of a name in any form; one of a single word must be all it is about. */
export function holdsName(said: Utterance, name: string): boolean {
  const wanted = stemsOf(spokenName(name));
  const about = wanted.filter((stem) => !NO_CONTENT.has(stem));
  if (about.length === 0) return false;
  const stems = new Set(said.stems);
  if (wanted.length > 1) return wanted.every((stem) => stems.has(stem));
  const content = contentStems(said);
  return content.length === 1 && content[0] === wanted[0];
}

const contentStems = ({ plain, stems }: Utterance): string[] =>
  stems.filter((_, at) => !FUNCTION_WORDS.has(plain[at] ?? ''));

const stemsOf = (text: string): string[] => plainWords(text).map((word) => stemmer(word));

const NO_CONTENT: ReadonlySet<string> = new Set([...FUNCTION_WORDS].map((word) => stemmer(word)));
