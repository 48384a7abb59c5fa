import { Int } from 'type-graphql';
import type { MaskKind } from '../vocabulary.js';
import { enumOf } from './enum.js';
import { described, inputOf, nullable, objectOf } from './fields.js';

const MaskKindEnum = enumOf<MaskKind>('MaskKind', 'What a mask hides.', {
  CARD: 'Numbers of payment cards, by their check digit.',
  IBAN: 'Bank account numbers, by their check digits.',
  EMAIL: 'E-mail addresses.',
  PHONE: 'Telephone numbers with +, 00 or 0 in front, or in groups of 3, 3 and 4 digits.',
  REGEX: 'What a pattern finds, in the syntax of RE2.',
});

const MaskRule = objectOf('MaskRule', 'Something that is hidden before it is stored.', {
  kind: MaskKindEnum,
  pattern: nullable(String),
  replacement: String,
});

export const MaskRuleInput = inputOf('MaskRuleInput', 'Something to hide before it is stored.', {
  kind: MaskKindEnum,
  pattern: nullable(String, 'REGEX only: a pattern of RE2, which knows no look-around and no back references.'),
  replacement: nullable(String, 'What stands there instead; by default the kind in brackets, such as [card].'),
});

export const Privacy = objectOf('Privacy', 'What a bot or a channel keeps to itself.', {
  masks: [MaskRule],
  retentionDays: nullable(Int, 'Days after which what was said is removed; null: as long as the account keeps it.'),
  sealCustomData: described(Boolean, 'Whether customData is stored sealed only.'),
});
