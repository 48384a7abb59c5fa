import { expect, it } from 'vitest';
import { scriptFault } from '../../src/definition/script-fault.js';
import { contentsInput, refuseFaultyScripts } from '../../src/domain/messages/contents-input.js';

it.each([
  ['print("a")\nprint("b"', /at line 2, column \d+\.?$/],
  ['var a = ;', /at line 1, column 9\.?$/],
  ['print("{{context.x}}")\nif (', /at line 2, column/],
  ['print("never ended', /at line 1, column 7\.?$/],
])('the fault of a script has its place: %j', (script, place) => {
  expect(scriptFault(script)).toMatch(place);
  const contents = contentsInput([{ type: 'SCRIPT', value: script }]);
  expect(() => refuseFaultyScripts(contents)).toThrow(place);
});

it.each(['return 1', 'var n = {{context.n}} + 1', 'if (a) {{ print("block") }}', 'x = 08; with (a) {}', ' '])(
  'a script without a fault has none: %s',
  (script) => {
    expect(scriptFault(script)).toBeNull();
  },
);

it('a text is no script', () => {
  expect(() => refuseFaultyScripts([{ type: 'TEXT', value: 'print(' }])).not.toThrow();
});
