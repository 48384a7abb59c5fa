import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fillScript } from '../../src/turn/fill-script.js';

const context = { name: 'Ada', n: 2, odd: `"; stop('\`\${1}`, list: ['a"b'], lines: 'a\nb' };
const fill = (script: string, scope = { context, env: { K: 'k' } }) => fillScript(script, scope, async () => 'told');
const printed = async (script: string): Promise<string> => {
  const said: unknown[] = [];
  new Function('print', await fill(script))((value: unknown) => said.push(value));
  return said.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
};

it.each([
  ['print("Dear {{context.name}}")', 'Dear Ada'],
  ["print('Dear {{ context.name }}, {{env.K}}{{context.none}}!')", 'Dear Ada, k!'],
  ['print(`Dear {{context.name}}`)', 'Dear Ada'],
  ['var n = {{context.n}} + 1; print(n)', '3'],
  ['var name = {{context.name}}; print(name)', 'Ada'],
  ['var none = {{context.none}}; print(none)', 'null'],
  ['print({{context.list}})', '["a\\"b"]'],
  ['print("{{context.list}}")', '["a\\"b"]'],
  ['print("{{context.odd}}")', context.odd],
  ['print(`{{context.odd}}`)', context.odd],
  ['print({{context.odd}})', context.odd],
  ['print("{{context.lines}}")', 'a\nb'],
  ['print("{{context.name.toUpperCase()}}")', 'told'],
  ['print("see {{name_of_mine}}".replace("{{name_of_mine}}", "x"))', 'see x'],
  ['if (true) {{ print("block") }}', 'block'],
  ['print("it\'s".replace(/"/g, "") + "{{context.odd}}")', `it's${context.odd}`],
  ['// don\'t {{context.odd}}\nprint("{{context.name}}")', 'Ada'],
])('%s', async (script, said) => {
  expect(await printed(script)).toBe(said);
});

it('a value is never code, wherever it stands', async () => {
  const places = ['print("{{v}}")', "print('{{v}}')", 'print({{v}})', '/"/.test({{v}}); print("{{v}}")'];
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.constantFrom(...places), async (value, place) => {
      const script = await fill(place.replaceAll('{{v}}', '{{context.v}}'), {
        context: { ...context, v: `${value}");stop();('` } as never,
        env: { K: '' },
      });
      const run = new Function('print', 'stop', script);
      run(
        () => {},
        () => expect.unreachable(),
      );
    }),
    { numRuns: 200 },
  );
});

it.each(['/*', '"\\', '=/[', '`', '{{', '(/'])(
  'a long script of "%s" takes no time',
  async (piece) => {
    await fill(`${piece.repeat(60_000)}{{context.name}}`);
  },
  2000,
);
