import { own } from '../../../definition/json.js';
import type { Choice, EntityNode } from '../../../definition/program.js';
import { plainWords } from '../../../definition/words.js';
import type { Json, JsonObject } from '../../../json.js';
import { lettered } from '../choices-text.js';
import { child, isBlank } from '../context.js';
import { dynamicChoices, isChoice, matchChoices, openChoices } from '../entities/choices.js';
import { dateScopeOf } from '../entities/date-scope.js';
import { type RecognitionScope, recognise } from '../entities/recognise.js';
import { goTo } from '../go-to.js';
import { sayChoices } from '../help.js';
import { interrupt, obey } from '../interrupt.js';
import { type Run, type Steps, say, scopeOf } from '../run.js';
import type { Frame } from '../state.js';
import { endByRetries } from '../tasks.js';
import { isBareNumber } from '../understanding/bare-values.js';
import { matchLocalIntent } from './local-intent.js';
import type { Outcome } from './outcome.js';
import { yesOrNoChosen } from './yes-no-list.js';

/** Asks for a value until it has one. A value that is there already is kept: authors clear it to ask again. */
export async function* runEntity(run: Run, frame: Frame, node: EntityNode): Steps<Outcome> {
  const entities = child(run.context, 'entities');
  const choices = choicesOf(run, node);
  if (frame.phase === 'enter') {
    if (!isBlank(entities[node.name])) return 'next';
    // What a script left blank is no value, to edges neither.
    delete entities[node.name];
    const mentioned = await mention(run, node, choices);
    if (mentioned !== null) return store(run, node, mentioned);
    yield* prompt(run, node, choices);
    return 'wait';
  }
  const input = run.input;
  if (!input) return 'wait';
  if (!isOwnValue(node, choices, input.text)) {
    const obeyed = yield* obey(run, frame);
    if (obeyed) return obeyed;
  }
  if (node.intentFirst && !isBareNumber(plainWords(input.text))) {
    const interrupted = yield* interrupt(run, frame, node, 'definite');
    if (interrupted) return interrupted;
  }
  const meant = choicesMeant(frame, choices);
  delete frame.meant;
  const isList = node.entityType === 'list';
  const answer = isList ? yesOrNoChosen(run, choices, input.text) : null;
  const open = isList && !node.array && answer === null ? openChoices(input.text, meant ?? choices) : [];
  if (open.length > 0 && frame.retries + 1 < node.retryLimit) return yield* askWhich(run, frame, open);
  const among = meant && matchChoices(input.text, meant, true).length > 0 ? meant : choices;
  const values = answer ?? (await recognise(node, input.text, recognition(run, among, 'answer')));
  if (values.length > 0) {
    run.input = null;
    frame.intent = matchLocalIntent(run, node, input.text);
    return store(run, node, values);
  }
  frame.intent = matchLocalIntent(run, node, input.text);
  if (frame.intent !== null) {
    run.input = null;
    return 'next';
  }
  const interrupted = yield* interrupt(run, frame, node, 'any');
  if (interrupted) return interrupted;
  run.input = null;
  if (node.optional) return 'next';
  frame.retries += 1;
  if (frame.retries >= node.retryLimit)
    return node.onExceeded === 'USUAL' ? yield* endByRetries(run) : goTo(frame, node.onExceeded.to);
  run.turn.trace({ kind: 'entity', entity: node.name, recognised: false });
  if (Object.hasOwn(run.program.messages, node.errorKey))
    yield* say(run, node.errorKey, { scope: responseOf(node, choices) });
  else yield* prompt(run, node, choices);
  return 'wait';
}

/** An answer may mean several choices: the user is asked which, and the next answer chooses among these. */
async function* askWhich(run: Run, frame: Frame, open: readonly Choice[]): Steps<Outcome> {
  run.input = null;
  frame.retries += 1;
  frame.meant = open.map(({ value }) => value);
  const titles = open.map(({ title }) => title);
  yield* sayChoices(run, 'ambiguous_value', titles, lettered(titles));
  return 'wait';
}

function choicesMeant({ meant }: Frame, choices: readonly Choice[]): Choice[] | null {
  const values = new Set(meant?.map((value) => JSON.stringify(value)));
  const found = choices.filter(({ value }) => values.has(JSON.stringify(value)));
  return found.length > 1 ? found : null;
}

async function* prompt(run: Run, node: EntityNode, choices: readonly Choice[]): Steps<void> {
  const suffix = node.listChoices && choices.length > 0 ? { suffix: lettered(choices.map(({ title }) => title)) } : {};
  yield* say(run, node.messageKey, { scope: responseOf(node, choices), ...suffix });
}

/** What a script of a prompt knows of its choices. */
const responseOf = (node: EntityNode, choices: readonly Choice[]): JsonObject => ({
  response: { message: node.name, choices: choices.map(({ title, value }): JsonObject => ({ title, value })) },
});

function store(run: Run, node: EntityNode, values: readonly Json[]): Outcome {
  const value = node.array ? [...values] : (values[0] ?? null);
  child(run.context, 'entities')[node.name] = value;
  run.turn.trace({ kind: 'entity', entity: node.name, recognised: true });
  return 'next';
}

/** The values of an entity in the utterance that started the task; each entity looks there once. */
async function mention(run: Run, node: EntityNode, choices: readonly Choice[]): Promise<Json[] | null> {
  const { utterance } = run.state;
  if (!utterance || utterance.used.includes(node.name)) return null;
  utterance.used.push(node.name);
  const marked = Object.hasOwn(utterance.marked, node.name) ? utterance.marked[node.name] : undefined;
  if (marked !== undefined) {
    const values = await recognise(node, marked, recognition(run, choices, 'answer'));
    if (values.length > 0) return values;
  }
  const values = await recognise(node, utterance.text, recognition(run, choices, 'mention'));
  return values.length > 0 ? values : null;
}

/** Whether a text is a value that the entity itself names, and so no command: a choice, or a word of its pattern. */
function isOwnValue(node: EntityNode, choices: readonly Choice[], text: string): boolean {
  if (node.entityType === 'list') return isChoice(text, choices);
  return node.entityType === 'regex' && node.pattern.toLowerCase().includes(text.trim().toLowerCase());
}

function choicesOf(run: Run, node: EntityNode): readonly Choice[] {
  const { language } = run.turn;
  const fallback = run.program.defaultLanguage;
  const dynamic = own(node.dynamic, language) ?? own(node.dynamic, fallback);
  const found = dynamic ? dynamicChoices(dynamic, scopeOf(run)) : [];
  return found.length > 0 ? found : (own(node.choices, language) ?? own(node.choices, fallback) ?? []);
}

function recognition(run: Run, choices: readonly Choice[], as: RecognitionScope['as']): RecognitionScope {
  return {
    get dates() {
      return dateScopeOf(run);
    },
    choices,
    attachments: as === 'answer' ? (run.input?.attachments ?? []) : [],
    as,
    matchRegex: async (pattern, text) => {
      const printed = await run.deps.scripts.run(REGEX, { context: {}, pattern, text }, run.turn);
      return printed === '' ? null : printed.slice(1);
    },
  };
}

/** The first match, after a mark that tells an empty match from none. `/…/g` and bare patterns are both in use. */
const REGEX = `
  var parts = /^\\/([\\s\\S]*)\\/([a-z]*)$/.exec(pattern);
  var found = new RegExp(parts ? parts[1] : pattern, parts ? parts[2].replace(/[gy]/g, '') : '').exec(text);
  if (found) print('=' + found[0]);`;
