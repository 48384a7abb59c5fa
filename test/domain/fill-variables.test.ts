import { expect, it } from 'vitest';
import { circleOf, fillVariables } from '../../src/domain/bots/fill-variables.js';

it.each([
  [{ host: 'a.test', url: 'https://{{env.host}}/x' }, { url: 'https://a.test/x' }],
  [{ a: '{{ env.b }}{{env.b}}', b: '<{{env.c}}>', c: '1' }, { a: '<1><1>' }],
  [
    { a: '{{env.b}}', b: '{{env.a}}', c: 'see {{env.a}}' },
    { a: '{{env.b}}', b: '{{env.a}}', c: 'see {{env.a}}' },
  ],
  [{ a: '{{env.a}}' }, { a: '{{env.a}}' }],
  [{ a: '{{env.none}} {{context.x}}' }, { a: '{{env.none}} {{context.x}}' }],
])('the variables %j are %j', (given, wanted) => {
  expect(fillVariables(given)).toMatchObject(wanted);
});

it('values that grow by each other stay within bounds', () => {
  const grown = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`v${at}`, `{{env.v${at + 1}}}`.repeat(10)]));
  const filled = fillVariables({ ...grown, v40: 'x'.repeat(10) });
  expect(Math.max(...Object.values(filled).map((value) => value.length))).toBeLessThanOrEqual(100_000);
});

it('a circle is named', () => {
  expect(circleOf('a', { a: '{{env.b}}', b: 'x {{env.c}}', c: '{{env.a}}' })).toEqual(['a', 'b', 'c']);
  expect(circleOf('d', { d: '{{env.a}}', a: '{{env.a}}' })).toBeNull();
});
