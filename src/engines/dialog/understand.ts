import { normalized, toUtterance, type Utterance } from '../../definition/words.js';
import type { Run } from './run.js';
import { markedValues } from './understanding/marked-values.js';
import { matchPattern, parsePattern } from './understanding/pattern.js';
import { INTENT_THRESHOLD, type IntentHit } from './understanding/understanding.js';

export type Meaning =
  | { type: 'task'; dialogId: string; name: string; score: number; marked: Record<string, string> }
  | { type: 'faq'; messageKey: string; dialogId: string | null }
  | { type: 'small_talk'; id: string; messageKey: string; coverage: number }
  | { type: 'help' }
  | { type: 'ambiguous'; dialogIds: string[] }
  | { type: 'nothing' };

/** Share of the utterance, 0 to 1, from which small talk wins over a task that is merely likely. */
const SMALL_TALK_COVERAGE = 0.6;
/** Difference of scores below which two tasks are ambiguous, and the user is asked. */
const AMBIGUOUS_MARGIN = 0.04;
const HELP = parsePattern('< ~helpwords >');

/**
 * What an utterance means to the bot. What was trained word for word comes first, then talk that is all small talk,
 * then the likeliest of tasks and FAQs.
 */
export function understand(run: Run, text: string): Meaning {
  const said = toUtterance(text);
  const offered = chosenOffer(run, said);
  if (offered) return offered;
  const { understanding } = run;
  const definite = understanding.definiteIntent(said);
  if (definite && isTask(run, definite)) return taskMeaning(definite, text);
  const asked = understanding.exactFaq(said);
  if (asked) return faqMeaning(asked);
  if (isHelp(run, said)) return { type: 'help' };
  const smallTalk = understanding.smallTalk(said, run.state.smallTalk);
  if (smallTalk && smallTalk.coverage >= SMALL_TALK_COVERAGE) return { ...smallTalk, type: 'small_talk' };
  const tasks = understanding.likelyIntents(said).filter((hit) => isTask(run, hit));
  const best = tasks[0];
  const faq = understanding.likelyFaq(said);
  if (best && best.score >= INTENT_THRESHOLD && best.score >= (faq?.score ?? 0)) {
    const rivals = tasks.filter((hit) => hit.score > best.score - AMBIGUOUS_MARGIN && hit.score >= INTENT_THRESHOLD);
    if (rivals.length > 1 && rivals.length <= 4)
      return { type: 'ambiguous', dialogIds: rivals.map((hit) => hit.intent.target) };
    return taskMeaning(best, text);
  }
  if (faq) return faqMeaning(faq.faq);
  if (smallTalk) return { ...smallTalk, type: 'small_talk' };
  return { type: 'nothing' };
}

const isTask = (run: Run, hit: IntentHit): boolean => Object.hasOwn(run.program.dialogs, hit.intent.target);

function isHelp(run: Run, said: Utterance): boolean {
  return said.normalized === 'help' || matchPattern(HELP, said.words, run.understanding.lexicon) !== null;
}

function taskMeaning(hit: IntentHit, text: string): Meaning {
  const { target, name, sentences } = hit.intent;
  return { type: 'task', dialogId: target, name, score: hit.score, marked: markedValues(sentences, text) };
}

function faqMeaning(faq: { messageKey: string; dialogId: string | null }): Meaning {
  return { type: 'faq', messageKey: faq.messageKey, dialogId: faq.dialogId };
}

/** After "did you mean": a letter, a number or a name chooses. */
function chosenOffer(run: Run, { normalized: said }: Utterance): Meaning | null {
  const { offered } = run.state;
  run.state.offered = [];
  if (offered.length === 0) return null;
  const at = offered.findIndex((id, index) => {
    const dialog = run.program.dialogs[id];
    const names = dialog ? [dialog.name, ...Object.values(dialog.names)].map(normalized) : [];
    return said === String.fromCharCode(97 + index) || said === String(index + 1) || names.includes(said);
  });
  const dialogId = offered[at];
  return dialogId === undefined
    ? null
    : { type: 'task', dialogId, name: run.program.dialogs[dialogId]?.name ?? '', score: 1, marked: {} };
}
