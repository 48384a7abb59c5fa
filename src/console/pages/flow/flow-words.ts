import type { DialogNodeKind } from '../../api/.generated/graphql';

export const NODE_KINDS: Record<DialogNodeKind, string> = {
  START: 'Start',
  MESSAGE: 'Message',
  ENTITY: 'Question for a value',
  CONFIRMATION: 'Yes or no',
  SCRIPT: 'Script',
  LOGIC: 'Decision',
  SERVICE: 'Service call',
  CALL: 'Other dialog',
  DYNAMIC_CALL: 'Dialog named at run time',
  ACTION: 'Bot action',
  FORM: 'Form',
  TRANSFER: 'Hand over to a person',
  LOCAL_INTENT: 'What the user means',
  GENERATIVE: 'Language model',
  SEARCH: 'Search with a language model',
  AGENT: 'Agent of a language model',
  UNAVAILABLE: 'Dialog that is not there',
  UNSUPPORTED: 'Cannot run here',
};

/** Where a transition leads, for people. */
export const conditionWords = (condition: string | null | undefined, alone: boolean): string =>
  condition ?? (alone ? 'always' : 'otherwise');
