import type { Comparison, Condition } from './program.js';

const WORDS: Record<Comparison, string> = {
  exists: 'has a value',
  absent: 'has no value',
  eq: 'is',
  neq: 'is not',
  contains: 'contains',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

/** Made once for each condition of a bot: a turn traces many of them. */
const texts = new WeakMap<Condition, string>();

/** A condition in words, for the developer of the bot. What it is compared with is named and never shown. */
export function conditionText(condition: Condition): string {
  const known = texts.get(condition);
  if (known !== undefined) return known;
  const text = describe(condition, asItIs);
  texts.set(condition, text);
  return text;
}

/** The same with the nodes that it names by their names. */
export const conditionTextWith = (condition: Condition, nameOf: NodeName): string => describe(condition, nameOf);

type NodeName = (nodeId: string) => string;

const asItIs: NodeName = (nodeId) => nodeId;

function describe(condition: Condition, nameOf: NodeName): string {
  switch (condition.type) {
    case 'compare': {
      const { path, op, value } = condition;
      if (op === 'exists' || op === 'absent') return `${path} ${WORDS[op]}`;
      return `${path} ${WORDS[op]} ${'text' in value ? JSON.stringify(value.text) : value.path}`;
    }
    case 'answered':
      return `the answer is ${condition.answer}`;
    case 'intent':
      return `the input means ${nameOf(condition.nodeId)}`;
    case 'all':
      return joined(condition.of, 'and', nameOf);
    case 'any':
      return joined(condition.of, 'or', nameOf);
    case 'never':
      return 'never';
  }
}

const joined = (parts: readonly Condition[], word: string, nameOf: NodeName): string =>
  parts
    .map((part) => ('of' in part && parts.length > 1 ? `(${describe(part, nameOf)})` : describe(part, nameOf)))
    .join(` ${word} `);
