import { expect, it } from 'vitest';
import { stepsOf } from '../../src/console/pages/turn/trace-steps.js';

const titles = (...trace: Record<string, unknown>[]) => stepsOf(trace, 10).map(({ title }) => title);

it('a turn is told in words, not in names of members', () => {
  expect(
    titles(
      { kind: 'task', dialog: 'Order' },
      { kind: 'entity', entity: 'Size', recognised: true },
      { kind: 'entity', entity: 'Colour', recognised: false },
      { kind: 'call', dialog: 'Pay' },
      { kind: 'return', dialog: 'Pay', to: 'Order' },
      { kind: 'end', dialog: 'Order', reason: 'Fulfilled' },
    ),
  ).toEqual([
    'Began the task “Order”',
    'Found a value for Size',
    'Found no value for Colour',
    'Went into the dialog “Pay”',
    'Went back from “Pay” to “Order”',
    'The task “Order” ended',
  ]);
});

it('the line of an error in a script is said once', () => {
  const [step] = stepsOf([{ kind: 'script', node: 'Charge', error: 'Error: no money (line 3)', line: 3 }], 10);
  expect(step).toMatchObject({ failed: true, lines: ['Line 3: Error: no money'] });
});

it('a step knows its place in the dialogs, and in the trace', () => {
  const trace = [
    { kind: 'edge', node: 'A', dialog: 'Order', id: 'a' },
    { kind: 'node', node: 'B', dialog: 'Order', id: 'b' },
  ];
  expect(stepsOf(trace, 10)).toMatchObject([{ entry: 1, place: { dialog: 'Order', node: 'b' } }]);
});
