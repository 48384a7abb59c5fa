import { Float, ID, Int } from 'type-graphql';
import { DEFAULT_RULE } from '../domain/canaries/plan.js';
import { described, inputOf, nullable, objectOf } from './fields.js';

const { rollBack, promote, falseAlarm, margin, harmless, minConversations, minHours } = DEFAULT_RULE;

const RULE = {
  rollBack: [Boolean, 'Rolls back as soon as the candidate is shown to be worse.', rollBack],
  promote: [Boolean, 'Promotes once it is shown to be no worse.', promote],
  falseAlarm: [
    Float,
    'The chance of rolling back one that is no worse, and of promoting one that is worse.',
    falseAlarm,
  ],
  margin: [
    Float,
    'How much more often something may happen on it and still be no worse: 0.5 is half as often again.',
    margin,
  ],
  harmless: [
    Float,
    'A share of conversations with a failure, or with something not understood, that is harmless.',
    harmless,
  ],
  minConversations: [Int, 'Conversations on the candidate before it is promoted by rule.', minConversations],
  minHours: [Float, 'Hours before it is promoted by rule.', minHours],
} as const;
const ENTRIES = Object.entries(RULE);

export const CanaryRule = objectOf(
  'CanaryRule',
  'What may end a canary without anybody.',
  Object.fromEntries(ENTRIES.map(([name, [type, text]]) => [name, described(type, text)])),
);

const CanaryRuleInput = inputOf(
  'CanaryRuleInput',
  null,
  Object.fromEntries(ENTRIES.map(([name, [type, text, or]]) => [name, nullable(type, `${text} Left out: ${or}.`)])),
);

const SHARE = 'The share of conversations that the candidate serves, from 0.001 to 0.99.';

export const CanaryInput = inputOf('CanaryInput', null, {
  share: described(Float, SHARE),
  channelIds: nullable([ID], 'Left out: all channels that both versions serve.'),
  rule: nullable(CanaryRuleInput),
});

export const CanaryPlan = objectOf('CanaryPlan', 'How a version is to begin to serve.', {
  share: described(Float, SHARE),
  channelIds: nullable([ID], 'Null: all channels that both versions serve.'),
  rule: CanaryRule,
});
