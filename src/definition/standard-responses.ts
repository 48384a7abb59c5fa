import type { StandardResponseDefinition } from './definition.js';

/**
 * Messages that every bot has, imported or not. The names are stable: they are parts of message keys
 * (`standard.<name>`). Exports hold only changed standard responses, so the unchanged texts are our own.
 */
export type StandardResponse =
  | 'help'
  | 'not_understood'
  | 'did_you_mean'
  | 'ambiguous_value'
  | 'long_word'
  | 'conversation_closed'
  | 'discarded'
  | 'nothing_to_discard'
  | 'on_hold'
  | 'resumed'
  | 'retries_exceeded'
  | 'task_unavailable'
  | 'form'
  | 'agent_transfer'
  | 'failure'
  | 'engine_timeout';

/** English; `{{context.…}}` as in any message. Lists of choices follow on lines of their own. */
export const STANDARD_RESPONSES: Readonly<Record<StandardResponse, { name: string; text: string }>> = {
  help: { name: 'Help', text: 'Here are the tasks I can perform for you.' },
  not_understood: { name: 'Not understood', text: 'Sorry, I did not understand that. Could you put it another way?' },
  did_you_mean: { name: 'Did you mean', text: 'Did you mean?' },
  ambiguous_value: { name: 'Ambiguous value', text: 'That could be several of these. Which one do you mean?' },
  long_word: {
    name: 'Word too long',
    text: 'Sorry, one of your words is too long for me to read. Could you put it another way?',
  },
  conversation_closed: {
    name: 'Conversation closed',
    text: 'This conversation is closed now. Write again to start a new one.',
  },
  discarded: { name: 'Task discarded', text: 'Alright, I have stopped "{{context.discardedTask}}".' },
  nothing_to_discard: { name: 'Nothing to discard', text: 'Alright. No task is running that I could stop.' },
  on_hold: { name: 'Task on hold', text: 'I will come back to "{{context.heldTask}}" afterwards.' },
  resumed: { name: 'Task resumed', text: 'Back to "{{context.resumedTask}}".' },
  retries_exceeded: {
    name: 'Too many retries',
    text: 'I could not make use of your answers, so I have stopped this task. Please start again.',
  },
  task_unavailable: { name: 'Task not available', text: 'I am sorry, this task is not available at the moment.' },
  form: { name: 'Form', text: 'Please click below to continue your conversation using a form:' },
  agent_transfer: { name: 'Agent transfer', text: 'I am connecting you to a person. One moment, please.' },
  failure: {
    name: 'Task failure',
    text: 'I am sorry, something went wrong and I had to discard your task. Please retry.',
  },
  engine_timeout: { name: 'Timeout', text: 'I am sorry, this is taking too long. Please try again in a moment.' },
};

/** The message key of a standard response. */
export const standardKey = (name: StandardResponse): string => `standard.${name}`;

/** Patterns that map a changed response of an export to a standard one; its keys are not documented. */
const SIGNS: readonly [StandardResponse, RegExp][] = [
  [
    'task_unavailable',
    /(dialog|task)\b.{0,40}\b(is|was|are) (currently |at present )?(not|un)[ -]?(available|accessible)/i,
  ],
  [
    'long_word',
    /\b(words?|input|sentence|message|utterance)\b.{0,40}\b(too|very|extremely) long\b|long[ _]?word|word[ _]?(length|limit)|length of (a|the|your|each) word/i,
  ],
  [
    'conversation_closed',
    /\b(conversation|session|chat)\b.{0,40}\b(clos(ed?|ing|ure)|end(ed|ing)?|terminated|over)\b|\bclos(ed?|ing|ure)( of)?( the| this| your)? (conversation|session|chat)\b/i,
  ],
  [
    'ambiguous_value',
    /ambigu.{0,60}(value|entit|choice|option|item)|(value|entit|choice|option|item)s?\b.{0,60}ambigu|(more than one|multiple|several) (matching )?(value|match|option)s?\b|which (one|of (these|those)) (did|do) you (mean|want)/i,
  ],
  ['help', /tasks? (that )?i can|what i can do|i can (help|perform|do)/i],
  ['did_you_mean', /did you mean|ambigu/i],
  ['not_understood', /(not|n't|unable to) (sure i |able to )?(understand|get|got)|rephrase/i],
  [
    'nothing_to_discard',
    /nothing to (discard|cancel|stop)|no (active |running |current |ongoing )?tasks? (to|is|are|running|in progress)/i,
  ],
  ['discarded', /discard|abandon|cancel+ed/i],
  ['on_hold', /on hold/i],
  ['resumed', /back to|resum/i],
];

/** The standard response that a changed one of an export maps to; null when this server has no such response. */
export function standardResponseOf(response: StandardResponseDefinition): StandardResponse | null {
  const text = [response.key, ...response.originals].join('\n');
  return SIGNS.find(([, sign]) => sign.test(text))?.[0] ?? null;
}
