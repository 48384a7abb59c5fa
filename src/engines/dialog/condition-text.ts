import type { Comparison, Condition } from '../../definition/program.js';

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
  const text = describe(condition);
  texts.set(condition, text);
  return text;
}

function describe(condition: Condition): string {
  switch (condition.type) {
    case 'compare': {
      const { path, op, value } = condition;
      if (op === 'exists' || op === 'absent') return `${path} ${WORDS[op]}`;
      return `${path} ${WORDS[op]} ${'text' in value ? JSON.stringify(value.text) : value.path}`;
    }
    case 'answered':
      return `the answer is ${condition.answer}`;
    case 'intent':
      return `the input means ${condition.nodeId}`;
    case 'all':
      return joined(condition.of, 'and');
    case 'any':
      return joined(condition.of, 'or');
    case 'never':
      return 'never';
  }
}

const joined = (parts: readonly Condition[], word: string): string =>
  parts
    .map((part) => ('of' in part && parts.length > 1 ? `(${conditionText(part)})` : conditionText(part)))
    .join(` ${word} `);
