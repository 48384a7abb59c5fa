import { BACKGROUND } from './background.js';
import { faqKey, smallTalkKey } from './catalogue.js';
import { type Example, NONE, trainClassifier } from './classifier.js';
import type {
  ComponentDefinition,
  Definition,
  DialogDefinition,
  FaqDefinition,
  SentenceDefinition,
} from './definition.js';
import { own } from './json.js';
import type { Faq, Intent, Knowledge, SmallTalk, TrainingSentence } from './program.js';
import { standardKey } from './standard-responses.js';
import { spokenName } from './words.js';

/** The understanding of one language: intents with their training, small talk, FAQs, synonyms, traits. */
export function compileKnowledge(
  definition: Definition,
  language: string,
  dialogIds: Readonly<Record<string, string>>,
): Knowledge {
  const intents = compileIntents(definition, language);
  const faqs = compileFaqs(definition, language, dialogIds);
  return {
    classifier: trainClassifier(trainingExamples(intents, faqs, language), language),
    intents,
    smallTalk: definition.smallTalk
      .filter((node) => node.language === language && node.patterns.length > 0)
      .toSorted((one, other) => one.sequence - other.sequence)
      .map(
        (node): SmallTalk => ({
          id: node.id,
          messageKey: smallTalkKey(node.refId),
          parentId: node.parentId,
          patterns: node.patterns,
        }),
      ),
    faqs,
    synonyms: inLowerCase(definition.synonyms[language] ?? {}),
    traits: definition.traits
      .filter((trait) => trait.language === language)
      .map(({ name, sentences }) => ({ name, sentences })),
  };
}

/** Lower-cases synonyms: authors write "Book" where users write "book". */
function inLowerCase(synonyms: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [word, others] of Object.entries(synonyms)) {
    const lower = word.toLowerCase();
    found.set(lower, [...(found.get(lower) ?? []), ...others]);
  }
  return Object.fromEntries(found);
}

function compileFaqs(definition: Definition, language: string, dialogIds: Readonly<Record<string, string>>): Faq[] {
  return definition.faqs
    .filter((faq) => faq.language === language)
    .map((faq) => {
      const dialogId = faq.runsDialog ? dialogOfFaq(faq, dialogIds) : null;
      return {
        messageKey: faq.runsDialog && dialogId === null ? standardKey('task_unavailable') : faqKey(faq.refId),
        questions: [faq.question, ...faq.alternates],
        tags: faq.tags,
        terms: faq.terms,
        dialogId,
      };
    });
}

/** The id of the dialog a FAQ runs; null when it is not in the file. */
export function dialogOfFaq(faq: FaqDefinition, dialogIds: Readonly<Record<string, string>>): string | null {
  const named = own(dialogIds, faq.dialogRefId);
  return named ?? Object.values(dialogIds).find((id) => id === faq.dialogRefId) ?? null;
}

/** Examples of every task, and FAQ questions and small talk as negative ones. */
function trainingExamples(intents: readonly Intent[], faqs: readonly Faq[], language: string): Example[] {
  const tasks = intents
    .filter((intent) => !intent.local)
    .flatMap(({ target, name, sentences }) =>
      [spokenName(name), ...sentences.map(({ text }) => text)].map((text) => ({ label: target, text })),
    );
  if (tasks.length === 0) return [];
  const questions = faqs
    .filter((faq) => faq.dialogId === null)
    .flatMap((faq) => faq.questions)
    .slice(0, MAX_NEGATIVES);
  const none = language.startsWith('en') ? [...BACKGROUND, ...questions] : [...questions, ...NEUTRAL];
  return [...tasks, ...none.map((text) => ({ label: NONE, text }))];
}

const MAX_NEGATIVES = 300;
/** Negative examples without a language, so that a bot with one task does not match everything. */
const NEUTRAL = ['ok', 'hmm', '123', 'asdf', '?'];

function compileIntents(definition: Definition, language: string): Intent[] {
  const sentences = groupBy(definition.sentences.filter((sentence) => sentence.language === language));
  const dialogs = new Map(definition.dialogs.map((dialog) => [dialog.id, dialog]));
  const seen = new Set<string>();
  const intentComponents = new Map<string, string[]>();
  for (const { id, type, dialogId } of Object.values(definition.components)) {
    if (isIntent(type) && dialogId !== '')
      intentComponents.set(dialogId, [...(intentComponents.get(dialogId) ?? []), id]);
  }
  const named = Object.values(definition.components).flatMap((component) => {
    if (!isIntent(component.type)) return [];
    const dialog = dialogs.get(component.dialogId);
    if (component.dialogId !== '' && !dialog) return [];
    if (dialog && !startsDialog(component, dialog.nodes[0]?.componentId, dialog.nodes.length)) return [];
    if (dialog?.followUp && dialog.hidden && sentencesOf(component, intentComponents, sentences).length === 0)
      return [];
    const target = dialog?.id ?? component.id;
    if (seen.has(target)) return [];
    seen.add(target);
    const patterns = definition.patterns.filter(
      (pattern) => pattern.refId === component.refId && pattern.language === language,
    );
    const intent: Intent = {
      target,
      local: !dialog,
      name: component.label[language] ?? dialog?.names[language] ?? dialog?.name ?? component.name,
      sentences: sentencesOf(component, intentComponents, sentences).map((sentence) =>
        toTraining(sentence, definition),
      ),
      patterns: patterns.filter((pattern) => !pattern.negative).map((pattern) => pattern.pattern),
      negativePatterns: patterns.filter((pattern) => pattern.negative).map((pattern) => pattern.pattern),
    };
    return [intent];
  });
  const unnamed = definition.dialogs.filter(
    (dialog) => dialog.nodes.length > 0 && !(dialog.followUp && dialog.hidden) && !intentComponents.has(dialog.id),
  );
  return [...named, ...unnamed.map((dialog) => intentOfName(dialog, language))];
}

/** The intent of a dialog that has none in the file: its name. */
const intentOfName = ({ id, name, names }: DialogDefinition, language: string): Intent => ({
  target: id,
  local: false,
  name: names[language] ?? name,
  sentences: [],
  patterns: [],
  negativePatterns: [],
});

/** Whether a component names a dialog; some files give it the type "dialog". */
const isIntent = (type: string): boolean => type === 'intent' || type === 'dialog';

/** The training of a dialog, from every component that names it. */
function sentencesOf(
  component: ComponentDefinition,
  intentComponents: ReadonlyMap<string, readonly string[]>,
  sentences: ReadonlyMap<string, SentenceDefinition[]>,
): SentenceDefinition[] {
  const ids = intentComponents.get(component.dialogId) ?? [component.id];
  return ids.flatMap((id) => sentences.get(id) ?? []);
}

/** Whether a component is its dialog's intent: the one of the first node, when several name the dialog. */
function startsDialog(component: ComponentDefinition, firstComponentId: string | undefined, nodes: number): boolean {
  return nodes === 0 || firstComponentId === component.id;
}

function toTraining(sentence: SentenceDefinition, definition: Definition): TrainingSentence {
  const entities = sentence.entities.flatMap(({ componentId, start, end }) => {
    const component = own(definition.components, componentId);
    return component && end > start ? [{ name: component.name, start, end }] : [];
  });
  return { text: sentence.text, entities };
}

function groupBy(sentences: readonly SentenceDefinition[]): Map<string, SentenceDefinition[]> {
  const groups = new Map<string, SentenceDefinition[]>();
  for (const sentence of sentences) {
    const group = groups.get(sentence.componentId);
    if (group) group.push(sentence);
    else groups.set(sentence.componentId, [sentence]);
  }
  return groups;
}
