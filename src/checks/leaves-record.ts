import type { KeptTurn } from '../turn/turn-record.js';
import type { ReplayedTurn } from './replay.js';
import { differencesInWords } from './words.js';

/** The first step of a run whose node, words or failure differ from the recording; null: none does. */
export function leavesRecordAt(was: KeptTurn, is: ReplayedTurn): number | null {
  const { steps, path } = is;
  const before = Math.max(0, steps.length - path.length); // the node that waited for the message is not entered anew
  const parting = path.findIndex((node, index) => node !== was.path[index]);
  const way = parting >= 0 ? parting : path.length < was.path.length ? path.length - 1 : null;
  const [words] = differencesInWords(was, is);
  const said = words ? ((words.is[0] ?? words.was[0])?.after ?? 0) - 1 : null;
  const failed = (was.end.failure === null) === (is.end.failure === null) ? null : path.length - 1;
  const places = [way, said, failed].filter((place) => place !== null);
  if (places.length === 0) return null;
  return Math.min(Math.max(0, Math.min(...places) + before), steps.length - 1);
}
