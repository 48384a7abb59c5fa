import { styleText } from 'node:util';
import type { ConfigurationPlan } from '../../admin/admin.js';

type Change = ConfigurationPlan['changes'][number];

const SIGNS = {
  CREATE: ['+', 'green'],
  UPDATE: ['~', 'yellow'],
  DELETE: ['-', 'red'],
  PUBLISH: ['^', 'cyan'],
  NONE: ['.', 'gray'],
} as const;

const VERBS = { CREATE: 'to create', UPDATE: 'to update', DELETE: 'to delete', PUBLISH: 'to publish', NONE: 'waiting' };

/** Characters of a value; longer ones are cut. */
const MAX_VALUE = 120;

/** A plan for people; `colours` for a terminal. */
export function planText({ changes }: Pick<ConfigurationPlan, 'changes'>, colours: boolean): string {
  if (changes.length === 0) return 'Nothing to change.\n';
  const paint = (colour: 'green' | 'yellow' | 'red' | 'cyan' | 'gray', text: string) =>
    colours ? styleText(colour, text, { validateStream: false }) : text;
  const lines = changes.flatMap(({ action, kind, name, fields, warnings }) => {
    const [sign, colour] = SIGNS[action];
    return [
      paint(colour, `${sign} ${kind} ${name}`),
      ...Object.entries(Object(fields) as Record<string, unknown>).map(
        ([field, change]) => `    ${field}: ${changeText(change, paint)}`,
      ),
      ...warnings.map((warning) => paint('gray', `    ! ${warning}`)),
    ];
  });
  return `${lines.join('\n')}\n\n${summary(changes)}\n`;
}

function changeText(change: unknown, paint: (colour: 'green' | 'red' | 'gray', text: string) => string): string {
  if (typeof change !== 'object' || change === null) return paint('gray', `(secret ${String(change)})`);
  const { from, to } = change as { from: unknown; to: unknown };
  if (from === null || from === undefined) return paint('green', valueText(to));
  return `${paint('red', valueText(from))} → ${paint('green', valueText(to))}`;
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

function summary(changes: readonly Change[]): string {
  const counts = Object.entries(VERBS).flatMap(([action, verb]) => {
    const count = changes.filter((change) => change.action === action).length;
    return count > 0 ? [`${count} ${verb}`] : [];
  });
  return `${counts.join(', ')}.`;
}
