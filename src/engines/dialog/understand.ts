import type { TrainingSentence } from '../../definition/program.js';
import { normalized, toUtterance, type Utterance } from '../../definition/words.js';
import { type Cancelling, cancelling } from './cancel.js';
import type { Run } from './run.js';
import { placeNamed } from './understanding/bare-values.js';
import { markedValues } from './understanding/marked-values.js';
import { matchPattern, parsePattern } from './understanding/pattern.js';
import { INTENT_THRESHOLD, type IntentHit } from './understanding/understanding.js';
import { yesOrNo } from './yes-or-no.js';

export type Meaning =
  | TaskMeaning
  | { type: 'faq'; messageKey: string; dialogId: string | null }
  | { type: 'small_talk'; id: string; messageKey: string; coverage: number }
  | { type: 'help' }
  | { type: 'cancel'; extent: Cancelling }
  | { type: 'ambiguous'; dialogIds: string[] }
  | { type: 'nothing' };

export interface TaskMeaning {
  type: 'task';
  dialogId: string;
  name: string;
  score: number;
  /** `WORDS`: trained with these very words, matched by a pattern, or chosen from a list. */
  by: 'WORDS' | 'LIKELIHOOD';
  sentences: readonly TrainingSentence[];
  marked: Record<string, string>;
}

/** Share of the utterance, 0 to 1, from which small talk wins over a task that is merely likely. */
const SMALL_TALK_COVERAGE = 0.6;
/** Difference of scores below which two tasks are ambiguous, and the user is asked. */
const AMBIGUOUS_MARGIN = 0.04;
const HELP = parsePattern('< ~helpwords >');

/** Something an utterance may have meant, by how near it is. */
export interface Candidate {
  as: 'task' | 'faq' | 'small_talk';
  name: string;
  /** 0 to 1. */
  score: number;
}

/** Candidates of one kind that a trace shows. */
const SHOWN_CANDIDATES = 5;

/**
 * What an utterance means to the bot. What was trained word for word comes first, then talk that is all small talk,
 * then the likeliest of tasks and FAQs. `considered` takes what was weighed where words alone did not decide.
 */
export function understand(run: Run, text: string, considered: Candidate[] = []): Meaning {
  const said = toUtterance(text);
  const offered = chosenOffer(run, said);
  if (offered) return offered;
  const { understanding } = run;
  const definite = understanding.definiteIntent(said);
  if (definite && isTask(run, definite)) return taskMeaning(definite, text, 'WORDS');
  const asked = understanding.exactFaq(said);
  if (asked) return faqMeaning(asked);
  if (isHelp(run, said)) return { type: 'help' };
  const extent = cancelling(said, run.turn.language, run.understanding);
  if (extent) return { type: 'cancel', extent };
  const smallTalk = understanding.smallTalk(said, run.state.smallTalk);
  if (smallTalk) considered.push({ as: 'small_talk', name: smallTalk.messageKey, score: rounded(smallTalk.coverage) });
  if (smallTalk && smallTalk.coverage >= SMALL_TALK_COVERAGE) return { ...smallTalk, type: 'small_talk' };
  const tasks = isAnswerAlone(run, text) ? [] : understanding.likelyIntents(said).filter((hit) => isTask(run, hit));
  const best = tasks[0];
  const faq = understanding.likelyFaq(said);
  for (const { intent, score } of tasks.slice(0, SHOWN_CANDIDATES))
    considered.push({ as: 'task', name: intent.name, score: rounded(score) });
  if (faq) considered.push({ as: 'faq', name: faq.faq.questions[0] ?? '', score: rounded(faq.score) });
  if (best && best.score >= INTENT_THRESHOLD && best.score >= (faq?.score ?? 0)) {
    const rivals = tasks.filter(
      (hit) =>
        (hit.score > best.score - AMBIGUOUS_MARGIN && hit.score >= INTENT_THRESHOLD) || isNumberedLike(hit, best, said),
    );
    if (rivals.length > 1 && rivals.length <= 4)
      return { type: 'ambiguous', dialogIds: rivals.map((hit) => hit.intent.target) };
    return taskMeaning(best, text, 'LIKELIHOOD');
  }
  if (faq) return faqMeaning(faq.faq);
  if (smallTalk) return { ...smallTalk, type: 'small_talk' };
  return { type: 'nothing' };
}

const rounded = (score: number): number => Math.round(score * 1000) / 1000;

/** Whether two tasks differ in a number alone ("Option 1", "Option 2"), and the utterance names none. */
function isNumberedLike(one: IntentHit, other: IntentHit, said: Utterance): boolean {
  if (one === other || !/\d/.test(one.intent.name) || /\d/.test(said.normalized)) return false;
  const bare = ({ intent }: IntentHit): string => intent.name.replace(/\d+/g, '0');
  return bare(one) === bare(other);
}

/** Whether a text is but a yes or no, which asks for no task. */
function isAnswerAlone(run: Run, text: string): boolean {
  const answer = text.length <= MAX_ANSWER ? yesOrNo(run, text) : null;
  return answer === 'yes' || answer === 'no';
}

/** Characters beyond which a text with a yes or no in it says more than that. */
const MAX_ANSWER = 12;

const isTask = (run: Run, hit: IntentHit): boolean => Object.hasOwn(run.program.dialogs, hit.intent.target);

function isHelp(run: Run, said: Utterance): boolean {
  return said.normalized === 'help' || matchPattern(HELP, said.words, run.understanding.lexicon) !== null;
}

function taskMeaning(hit: IntentHit, text: string, by: TaskMeaning['by']): Meaning {
  const { target, name, sentences } = hit.intent;
  return {
    type: 'task',
    dialogId: target,
    name,
    score: hit.score,
    by,
    sentences,
    marked: markedValues(sentences, text),
  };
}

function faqMeaning(faq: { messageKey: string; dialogId: string | null }): Meaning {
  return { type: 'faq', messageKey: faq.messageKey, dialogId: faq.dialogId };
}

/** After a list of tasks: a letter, a number, a place ("the second one") or a name chooses. */
function chosenOffer(run: Run, said: Utterance): Meaning | null {
  const { offered } = run.state;
  run.state.offered = [];
  if (offered.length === 0) return null;
  const dialogId = offered[placeOfName(run, offered, said)] ?? offered[placeNamed(said.plain, offered.length)];
  return dialogId === undefined
    ? null
    : {
        type: 'task',
        dialogId,
        name: run.program.dialogs[dialogId]?.name ?? '',
        score: 1,
        by: 'WORDS',
        sentences: [],
        marked: {},
      };
}

/** The place of the offered task with this name, or of the only one whose name holds the number that was said; else -1. */
function placeOfName(run: Run, offered: readonly string[], said: Utterance): number {
  const names = offered.map((id) => {
    const dialog = run.program.dialogs[id];
    return dialog ? [dialog.name, ...Object.values(dialog.names)].map(normalized) : [];
  });
  const whole = names.findIndex((ofOne) => ofOne.includes(said.normalized));
  if (whole !== -1 || !/^\d+$/.test(said.normalized)) return whole;
  const numbered = names.flatMap((ofOne, at) =>
    ofOne.some((name) => name.split(' ').includes(said.normalized)) ? [at] : [],
  );
  return numbered.length === 1 ? (numbered[0] ?? -1) : -1;
}
