import { isObject, list, object, objects, type Raw, string, strings } from './json.js';
import { decodeText } from './text.js';

/** A text, with buttons under it that say their title for the user. */
export interface StarterMessage {
  text: string;
  buttons: string[];
}

export interface StarterAnswer {
  /** Its refId in the file: overrides of the answer hang on it. */
  id: string;
  question: string;
  /** Other ways to ask. */
  alternatives: string[];
  answer: StarterMessage;
}

/** What a bot that was made here says; null: nothing of its own. */
export interface Starter {
  welcome: StarterMessage | null;
  /** The answer to what it does not understand. */
  fallback: StarterMessage | null;
  answers: StarterAnswer[];
}

/** The refId of files that were begun here, and of the parts that the starter owns in them. */
const STARTER = 'starter';
const GREETING = 'starter-hello';
const GREETINGS = ['hi', 'hello', 'hey'];
const WELCOME_EVENT = 'WELCOME_MESSAGE_EVENT';
const FALLBACK_EVENT = 'INTENT_UNIDENTIFIED';
const CHANNEL = 'default';

export const NO_STARTER: Starter = { welcome: null, fallback: null, answers: [] };

/** Whether a file was begun here, so that its starter may be changed. */
export const hasStarter = (raw: Raw): boolean => raw.refId === STARTER;

/** The file of a bot that says nothing yet. */
export const blankFile = (name: string, language: string): Raw => ({
  refId: STARTER,
  type: 'default',
  defaultLanguage: language,
  supportedLanguages: [language],
  localeData: { [language]: { name } },
  dialogs: [],
  dialogComponents: [],
});

/**
 * The file with this starter, in the export format: the welcome as event and as answer to greetings, the fallback as event, questions
 * as FAQs. What else is in the file stays.
 */
export function withStarter(raw: Raw, { welcome, fallback, answers }: Starter, language: string): Raw {
  const others = (value: unknown) => objects(value).filter((entry) => entry.refId !== STARTER);
  return {
    ...raw,
    botEvents: {
      ...object(raw.botEvents),
      [WELCOME_EVENT]: toEvent(welcome, language),
      [FALLBACK_EVENT]: toEvent(fallback, language),
    },
    smallTalk: [...others(raw.smallTalk), ...(welcome ? [toSmallTalk(welcome, language)] : [])],
    knowledgeTasks: [...others(raw.knowledgeTasks), ...(answers.length > 0 ? [toKnowledge(answers, language)] : [])],
  };
}

export function starterOf(raw: Raw): Starter {
  const { [WELCOME_EVENT]: welcome, [FALLBACK_EVENT]: fallback } = object(raw.botEvents);
  const knowledge = objects(raw.knowledgeTasks).find((entry) => entry.refId === STARTER);
  return {
    welcome: fromEvent(welcome),
    fallback: fromEvent(fallback),
    answers: objects(object(knowledge?.faqs).faqs).flatMap((faq) => {
      const answer = fromEntry(list(faq.answer)[0], (text) => text);
      if (!answer) return [];
      const alternatives = objects(faq.alternateQuestions).map(({ question }) => string(question));
      return [{ id: string(faq.refId), question: string(faq.question), alternatives, answer }];
    }),
  };
}

const toEvent = (message: StarterMessage | null, language: string): Raw => ({
  enabled: message !== null,
  action: 'showMsg',
  msg: message ? [{ channel: CHANNEL, localeData: { [language]: toEntry(message, encodeURIComponent) } }] : [],
});

function fromEvent(event: unknown): StarterMessage | null {
  const [first] = objects(object(event).msg);
  return fromEntry(Object.values(object(first?.localeData))[0], decodeText);
}

const toSmallTalk = (welcome: StarterMessage, language: string): Raw => ({
  refId: STARTER,
  language,
  groups: [
    {
      groupName: STARTER,
      nodes: [
        {
          nodeId: GREETING,
          refId: GREETING,
          userUtterances: GREETINGS.map((text) => ({ text })),
          botUtterances: [{ channel: CHANNEL, ...toEntry(welcome, (text) => text) }],
        },
      ],
    },
  ],
});

const toKnowledge = (answers: readonly StarterAnswer[], language: string): Raw => ({
  _id: STARTER,
  refId: STARTER,
  language,
  isGraph: true,
  taxonomy: [],
  faqs: {
    faqs: answers.map(({ id, question, alternatives, answer }) => ({
      refId: id,
      question,
      alternateQuestions: alternatives.map((text) => ({ question: text })),
      answer: [{ channel: CHANNEL, ...toEntry(answer, (text) => text) }],
      alternateAnswers: [],
      responseType: 'message',
    })),
    nodes: [],
    synonyms: {},
  },
});

/** Plain text, or with buttons a template. */
function toEntry({ text, buttons }: StarterMessage, encode: (text: string) => string): Raw {
  if (buttons.length === 0) return { type: 'basic', text: encode(text) };
  const replies = buttons.map((title) => ({ content_type: 'text', title, payload: title }));
  const payload = { template_type: 'quick_replies', text, quick_replies: replies };
  return { type: 'template', text: encode(JSON.stringify({ type: 'template', payload })) };
}

function fromEntry(entry: unknown, decode: (text: string) => string): StarterMessage | null {
  if (!isObject(entry)) return null;
  const text = decode(string(entry.text));
  if (entry.type !== 'template') return text === '' ? null : { text, buttons: [] };
  try {
    const { payload } = object(JSON.parse(text));
    const titles = objects(object(payload).quick_replies).map(({ title }) => title);
    return { text: string(object(payload).text), buttons: strings(titles) };
  } catch {
    return null;
  }
}
