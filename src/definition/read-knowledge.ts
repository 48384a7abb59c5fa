import type {
  FaqDefinition,
  PatternDefinition,
  SentenceDefinition,
  SmallTalkDefinition,
  TraitDefinition,
} from './definition.js';
import { number, object, objects, type Raw, string, strings } from './json.js';
import { readAnswers, readFaqAnswers } from './read-message.js';
import { unescapeHtml } from './text.js';

export function readSmallTalk(value: unknown, languages: readonly string[]): SmallTalkDefinition[] {
  return objects(value).flatMap((entry) => {
    const language = string(entry.language) || languages[0] || 'en';
    if (!languages.includes(language)) return [];
    return objects(entry.groups).flatMap((group) =>
      objects(group.nodes).map((node) => readSmallTalkNode(node, language, string(group.groupName))),
    );
  });
}

function readSmallTalkNode(node: Raw, language: string, group: string): SmallTalkDefinition {
  const id = string(node.nodeId) || string(node._id);
  return {
    id,
    refId: string(node.refId) || id,
    language,
    group,
    sequence: number(node.seq) ?? 0,
    parentId: string(node.parentId),
    patterns: textsOf(node.userUtterances, 'text').map(unescapeHtml),
    answers: readAnswers(node.botUtterances, language),
  };
}

export function readFaqs(value: unknown, languages: readonly string[]): FaqDefinition[] {
  return objects(value).flatMap((task) => {
    const language = string(task.language) || languages[0] || 'en';
    if (!languages.includes(language)) return [];
    return objects(object(task.faqs).faqs).flatMap((faq) => readFaq(faq, language));
  });
}

function readFaq(faq: Raw, language: string): FaqDefinition[] {
  const question = string(faq.question);
  const alternates = textsOf(faq.alternateQuestions, 'question');
  if (question === '' && alternates.length === 0) return [];
  return [
    {
      refId: string(faq.refId) || string(faq._id) || string(faq.faqId) || question,
      language,
      question: question || (alternates[0] ?? ''),
      alternates,
      tags: [
        ...textsOf(faq.tags, 'name'),
        ...objects(faq.alternateQuestions).flatMap((entry) => textsOf(entry.tags, 'name')),
      ],
      terms: strings(faq.terms),
      answers: readFaqAnswers(faq.answer, faq.alternateAnswers, language),
      runsDialog: string(faq.responseType) === 'dialog',
      dialogRefId: string(faq.dialogRefId) || string(faq.dialogId),
    },
  ];
}

export function readSentences(value: unknown, languages: readonly string[]): SentenceDefinition[] {
  return objects(value).flatMap((entry) => {
    const language = string(entry.language) || languages[0] || 'en';
    const text = string(entry.sentence);
    if (text.trim() === '' || !languages.includes(language)) return [];
    const entities = objects(entry.entities).map((span) => ({
      componentId: string(span.entityId),
      start: number(span.startIndex) ?? 0,
      end: number(span.endIndex) ?? 0,
    }));
    return [{ componentId: string(entry.taskId), language, text, entities }];
  });
}

export function readPatterns(value: unknown, languages: readonly string[]): PatternDefinition[] {
  return objects(value).flatMap((entry) => {
    const refId = string(entry.refId);
    const locales = object(entry.localeData);
    return languages.flatMap((language) => {
      const texts = object(locales[language]);
      const read = (key: string, negative: boolean): PatternDefinition[] =>
        textsOf(texts[key], 'value').map((pattern) => ({ refId, language, pattern: unescapeHtml(pattern), negative }));
      return [...read('patterns', false), ...read('negativePatterns', true)];
    });
  });
}

export function readTraits(value: unknown, languages: readonly string[]): TraitDefinition[] {
  return objects(value).flatMap((entry) => {
    const language = string(entry.language) || languages[0] || 'en';
    return Object.entries(object(entry.traits)).map(([name, trait]) => ({
      name: string(object(trait).displayName) || name,
      language,
      sentences: textsOf(object(trait).data, 'text'),
    }));
  });
}

/** A list of strings, or of objects that hold them under `key`. */
function textsOf(value: unknown, key: string): string[] {
  if (!Array.isArray(value)) return [];
  return [...strings(value), ...objects(value).map((entry) => string(entry[key]) || string(entry.value))].filter(
    (text) => text.trim() !== '',
  );
}
