import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/definition/catalogue.js';
import { compile } from '../../src/definition/compile.js';
import { emptyDefinition, readDefinition } from '../../src/definition/read.js';
import { EXPORT_NAMES, haveExports, readExport } from '../engines/dialog/conversation.js';

const read = (raw: unknown, config?: unknown) => readDefinition(raw, config);

describe('what is no bot definition', () => {
  it.each([[null], [[]], ['text'], [42], [{}], [{ foo: 1 }], [{ dialogs: 'none' }], [{ dialogs: {}, localeData: [] }]])(
    '%j is refused with what to give instead',
    (raw) => {
      expect(() => read(raw)).toThrow(/botDefinition\.json/);
    },
  );
  it('is refused, naming the field', () => {
    expect(() => read({ dialogs: [] }, 'config')).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: { field: 'config' } }),
    );
  });
});

describe('what is nearly one', () => {
  it('reads a partial export without nodes, with a warning for each dialog', () => {
    const { definition, warnings } = read({
      dialogs: [{ _id: 'dg-1', refId: 'r', localeData: { en: { name: 'Pay' } } }],
    });
    expect(definition.dialogs[0]).toMatchObject({ id: 'dg-1', name: 'Pay', nodes: [] });
    expect(warnings).toEqual([expect.objectContaining({ path: 'dialogs[0]' })]);
  });
  it('reads wrong types as absent and says so', () => {
    const { definition, warnings } = read({
      dialogs: 7,
      localeData: {},
      supportedLanguages: 'en',
      smallTalk: { a: 1 },
    });
    expect(definition.dialogs).toEqual([]);
    expect(definition.languages).toEqual(['en']);
    expect(warnings.map(({ path }) => path)).toEqual(['dialogs', 'smallTalk']);
  });
  it('reads supported languages only', () => {
    const message = [
      {
        channel: 'default',
        localeData: { en: { text: 'Hi%21', type: 'basic' }, xx: { text: 'no' }, de: { text: 'Hallo' } },
      },
    ];
    const { definition } = read({
      dialogs: [],
      defaultLanguage: 'en',
      supportedLanguages: ['en', 'de'],
      dialogComponents: [{ _id: 'c', refId: 'r', type: 'message', message }],
    });
    expect(definition.components.c?.message.map(({ language, content }) => [language, content.value])).toEqual([
      ['en', 'Hi!'],
      ['de', 'Hallo'],
    ]);
  });
  it('reads texts of old files that name no language', () => {
    const { definition } = read({
      dialogs: [],
      dialogComponents: [{ _id: 'c', type: 'message', message: [{ channel: 'default', text: 'Old', type: 'basic' }] }],
    });
    expect(definition.components.c?.message).toEqual([
      { channel: 'default', language: 'en', content: { type: 'TEXT', value: 'Old' } },
    ]);
  });
});

describe('the catalogue', () => {
  const component = {
    _id: 'dc-1',
    refId: 'ref-1',
    type: 'entity',
    name: 'City',
    localeData: { en: { label: 'City' } },
    message: [
      { channel: 'default', localeData: { en: { text: 'Where%20to%3F', type: 'basic' } } },
      { channel: 'ivr', localeData: { en: { text: 'print("x")', type: 'uxmap' } } },
    ],
    errorMessage: [{ channel: 'default', localeData: { en: { text: 'No such city.', type: 'basic' } } }],
  };
  const messages = catalogue(read({ dialogs: [], dialogComponents: [component] }).definition);
  it('names messages by refId and role, so that a re-import finds them again', () => {
    expect(messages.slice(0, 2).map(({ key, kind }) => [key, kind])).toEqual([
      ['ref-1.prompt', 'prompt'],
      ['ref-1.error', 'error_prompt'],
    ]);
  });
  it('keeps what the file says for other channels apart', () => {
    expect(messages[0]).toMatchObject({
      contents: { en: [{ type: 'TEXT', value: 'Where to?' }] },
      channels: [{ channelType: 'ivr', language: 'en', contents: [{ type: 'SCRIPT', value: 'print("x")' }] }],
    });
  });
  it('holds the standard responses of every bot, also one made from nothing', () => {
    const keys = catalogue(emptyDefinition('New')).map(({ key }) => key);
    expect(keys).toContain('standard.help');
    expect(keys).toContain('standard.not_understood');
    expect(keys).toContain('standard.engine_timeout');
  });
  it('takes changed standard responses of the file', () => {
    const response = {
      Key: 'x',
      'Original Message': ['Did you mean?'],
      language: 'en',
      channelUXMaps: [{ channel: 'default', botUXMap: { uXMap: 'Perhaps one of these?' } }],
    };
    const changed = catalogue(read({ dialogs: [], koraResponses: [response] }).definition);
    expect(changed.find(({ key }) => key === 'standard.did_you_mean')?.contents).toEqual({
      en: [{ type: 'TEXT', value: 'Perhaps one of these?' }],
    });
  });
});

describe.skipIf(!haveExports)('real exports (skipped without them beside the checkout)', () => {
  it.each(EXPORT_NAMES)('%s reads and compiles to plain JSON without a warning about its nodes', (name) => {
    const { raw, config } = readExport(name);
    const { definition, warnings } = read(raw, config);
    const program = compile(definition);
    expect(warnings).toEqual([]);
    expect(JSON.parse(JSON.stringify(program))).toEqual(program);
    const unexpected = program.warnings.filter(({ message }) => !message.includes('needs a language model'));
    expect(unexpected).toEqual([]);
  });
});

it('warns of services that cannot be called or hold a credential in clear', () => {
  const service = (name: string, more: object) => ({ _id: name, refId: name, name, type: 'service', ...more });
  const { definition } = read({
    dialogs: [
      {
        _id: 'd',
        refId: 'd',
        nodes: ['a', 'b', 'c'].map((id) => ({ nodeId: id, type: 'service', componentId: id, transitions: [] })),
      },
    ],
    dialogComponents: [
      service('a', {}),
      service('b', { endPoint: { host: 'x.example' }, headers: { value: '{"api-key":"k-0123456789abcdef0"}' } }),
      service('c', { endPoint: { host: 'x.example' }, headers: { value: '{"api-key":"{{env.KEY}}"}' } }),
    ],
  });
  const messages = compile(definition).warnings.map(({ message }) => message);
  expect(messages).toEqual([
    'The node "a" has no address; reaching it runs the failure event.',
    'The node "b" holds a credential in clear; put it into a secured variable.',
  ]);
});
