import { faqKey, smallTalkKey } from './catalogue.js';
import type { ComponentDefinition, Definition, SentenceDefinition } from './definition.js';
import { own } from './json.js';
import type { Faq, Intent, Knowledge, SmallTalk, TrainingSentence } from './program.js';

/** What the bot understands in one language: intents with their training, small talk, FAQs, synonyms, traits. */
export function compileKnowledge(
  definition: Definition,
  language: string,
  dialogIds: Readonly<Record<string, string>>,
): Knowledge {
  return {
    intents: compileIntents(definition, language),
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
    faqs: definition.faqs
      .filter((faq) => faq.language === language)
      .map(
        (faq): Faq => ({
          messageKey: faqKey(faq.refId),
          questions: [faq.question, ...faq.alternates],
          tags: faq.tags,
          terms: faq.terms,
          dialogId: faq.dialogRefId === '' ? null : (own(dialogIds, faq.dialogRefId) ?? null),
        }),
      ),
    synonyms: definition.synonyms[language] ?? {},
    traits: definition.traits
      .filter((trait) => trait.language === language)
      .map(({ group, name, sentences }) => ({ group, name, sentences })),
  };
}

function compileIntents(definition: Definition, language: string): Intent[] {
  const sentences = groupBy(definition.sentences.filter((sentence) => sentence.language === language));
  const dialogs = new Map(definition.dialogs.map((dialog) => [dialog.id, dialog]));
  const seen = new Set<string>();
  return Object.values(definition.components).flatMap((component) => {
    if (component.type !== 'intent') return [];
    const dialog = dialogs.get(component.dialogId);
    if (component.dialogId !== '' && !dialog) return [];
    if (dialog && !startsDialog(component, dialog.nodes[0]?.componentId, dialog.nodes.length)) return [];
    if (dialog?.followUp && dialog.hidden && !sentences.has(component.id)) return [];
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
      sentences: (sentences.get(component.id) ?? []).map((sentence) => toTraining(sentence, definition)),
      patterns: patterns.filter((pattern) => !pattern.negative).map((pattern) => pattern.pattern),
      negativePatterns: patterns.filter((pattern) => pattern.negative).map((pattern) => pattern.pattern),
    };
    return [intent];
  });
}

/** Several components may name a dialog; the one of its first node is its intent. */
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
