import type { MaskKind } from '../../api/.generated/graphql';

/** Kinds of masks, as people read them. */
export const MASK_KINDS: Record<MaskKind, string> = {
  CARD: 'Card numbers',
  IBAN: 'Bank account numbers',
  EMAIL: 'E-mail addresses',
  PHONE: 'Telephone numbers',
  REGEX: 'What a pattern finds',
};

/** A mask as it is being written. An empty replacement is that of its kind. */
export interface MaskDraft {
  kind: MaskKind;
  pattern: string;
  replacement: string;
}

export const NEW_MASK: MaskDraft = { kind: 'CARD', pattern: '', replacement: '' };

export const inputOf = ({ kind, pattern, replacement }: MaskDraft) => ({
  kind,
  pattern: kind === 'REGEX' ? pattern : null,
  replacement: replacement === '' ? null : replacement,
});
