import { describe, expect, it } from 'vitest';
import { parsePath } from '../../src/definition/pieces.js';
import type { JsonObject } from '../../src/json.js';
import { valueAt } from '../../src/turn/interpolate.js';
import { render } from '../../src/turn/render.js';
import type { Content } from '../../src/vocabulary.js';
import type { ScriptRunner } from '../../src/wire/reply.js';

/** Prints the script itself, so that a test sees what would have run. */
const echo: ScriptRunner = { print: async (script) => script };
const never: ScriptRunner = { print: async () => Promise.reject(new Error('no script may run here')) };
const context: JsonObject = {
  entities: { Name: 'Ada', Seats: 2, Tags: ['a', 'b'] },
  'odd key': { x: 1 },
  list: [{ id: 'first' }],
};
const env = { HOST: 'bot.example' };
const text = (value: string): Content[] => [{ type: 'TEXT', value }];
const show = (contents: Content[], scripts: ScriptRunner = never, random = () => 0) =>
  render(contents, { context, env, scope: { content: { hello: 'Hola' } } }, { random, scripts });

describe('a text', () => {
  it.each([
    ['Hello {{context.entities.Name}}!', 'Hello Ada!'],
    ['{{entities.Name}} without its root', 'Ada without its root'],
    ['{{ context.list[0].id }}{{context.list.length}}', 'first1'],
    ["{{context['odd key'].x}}", '1'],
    ['{{env.HOST}} {{content.hello}}', 'bot.example Hola'],
    ['Hello {{context.session.UserContext.firstName}}! Welcome', 'Hello ! Welcome'],
    ['{{context.entities.Tags}}', '["a","b"]'],
    ['an open {{brace', 'an open {{brace'],
    ['{{}}', ''],
    ['{{context.constructor}}{{context.__proto__}}', ''],
  ])('renders %s', async (value, expected) => {
    expect(await show(text(value))).toEqual({ type: 'text', text: expected });
  });

  it('hands expressions to the script runner, and plain paths never', async () => {
    const reply = await show(text('{{JSON.stringify(context)}}'), echo);
    expect(reply).toMatchObject({ type: 'text', text: expect.stringContaining('JSON.stringify(context)') });
  });

  it('fails with an expression that was stopped', async () => {
    const stopped = Object.assign(new Error('ran too long'), { stopped: true });
    await expect(show(text('a {{f()}} b'), { print: () => Promise.reject(stopped) })).rejects.toBe(stopped);
  });

  it('prints nothing for an expression that fails', async () => {
    expect(await show(text('Dear {{your name!}},'))).toEqual({ type: 'text', text: 'Dear ,' });
  });

  it('is one of its variants, by chance', async () => {
    const variants = [...text('one'), ...text('two')];
    expect(await show(variants, never, () => 0.49)).toEqual({ type: 'text', text: 'one' });
    expect(await show(variants, never, () => 0.99)).toEqual({ type: 'text', text: 'two' });
  });

  it('is followed by its choices on lines of their own', async () => {
    const reply = await render(
      text('Which?'),
      { context, env, suffix: 'a) This\nb) That' },
      { random: () => 0, scripts: never },
    );
    expect(reply).toEqual({ type: 'text', text: 'Which?\na) This\nb) That' });
  });
});

describe('a template', () => {
  it('has its strings filled in and keeps its shape', async () => {
    const value = JSON.stringify({
      type: 'template',
      payload: { text: 'Hi {{context.entities.Name}}', n: 1, on: [true, '{{env.HOST}}'] },
    });
    expect(await show([{ type: 'TEMPLATE', value }])).toEqual({
      type: 'template',
      template: { type: 'template', payload: { text: 'Hi Ada', n: 1, on: [true, 'bot.example'] } },
    });
  });

  it('that is not JSON is said as it stands', async () => {
    expect(await show([{ type: 'TEMPLATE', value: '{oops {{context.entities.Seats}}' }])).toEqual({
      type: 'text',
      text: '{oops 2',
    });
  });
});

describe('a script', () => {
  const printing = (output: string): ScriptRunner => ({ print: async () => output });
  it('that prints a template replies with it and keeps the printed text', async () => {
    const printed = '{"type":"template","payload":{"template_type":"button"}}';
    expect(await show([{ type: 'SCRIPT', value: '…' }], printing(printed))).toEqual({
      type: 'template',
      template: { type: 'template', payload: { template_type: 'button' } },
      printed,
    });
  });
  it.each([
    ['plain', 'plain'],
    ['{"text":"wrapped"}', 'wrapped'],
    ['{not json', '{not json'],
    ['[1,2]', '[1,2]'],
  ])('that prints %s replies with the text %s', async (output, expected) => {
    expect(await show([{ type: 'SCRIPT', value: '…' }], printing(output))).toEqual({ type: 'text', text: expected });
  });
  it('that fails makes the rendering fail', async () => {
    await expect(show([{ type: 'SCRIPT', value: '…' }], never)).rejects.toThrow('no script may run here');
  });
});

it('refuses a message without contents', async () => {
  await expect(show([])).rejects.toThrow('no content');
});

it('takes only plain paths as paths', () => {
  expect(parsePath('a.b[0]["c d"].e-f')).toEqual(['a', 'b', '0', 'c d', 'e-f']);
  for (const other of ['a()', 'a + b', 'a..b', '', 'a.b.']) expect(parsePath(other)).toBeNull();
  expect(valueAt({ context: { s: 'four' } }, ['context', 's', 'length'])).toBe(4);
});
