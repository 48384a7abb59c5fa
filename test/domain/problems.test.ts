import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/definition/catalogue.js';
import { readDefinition } from '../../src/definition/read.js';
import { problemsOfBot } from '../../src/domain/problems/bot-problems.js';
import { checkContent } from '../../src/domain/problems/check-content.js';
import { vocabularyOf } from '../../src/domain/problems/vocabulary.js';
import { scopeOf } from '../../src/store/tables/message-overrides.js';

const read = (raw: Record<string, unknown>, config?: unknown) => {
  const { definition } = readDefinition(raw, config as Record<string, unknown> | undefined);
  return { definition, messages: catalogue(definition), functions: '', storedAt: 0 };
};
const component = (name: string, more: Record<string, unknown> = {}) => ({
  _id: `id-${name}`,
  refId: `ref-${name}`,
  name,
  type: 'message',
  ...more,
});
const BOT = read({
  localeData: { en: { name: 'Bot' } },
  defaultLanguage: 'en',
  supportedLanguages: ['en'],
  dialogs: [],
  dialogComponents: [
    component('City', { type: 'entity' }),
    component('Fetch', { type: 'script', script: 'context.weather = "fine"; context.session.BotUserSession.x = 1;' }),
  ],
});
const vocabulary = vocabularyOf(BOT, true, ['HOST']);
const codes = (type: 'TEXT' | 'SCRIPT' | 'TEMPLATE', value: string, words = vocabulary) =>
  checkContent({ type, value }, words).map(({ severity, code }) => `${severity} ${code}`);

describe('what is written for a bot', () => {
  it('is an error where a script does not parse, with its line and column', () => {
    expect(checkContent({ type: 'SCRIPT', value: 'print(1);\nvar a = ;' }, vocabulary)).toMatchObject([
      { severity: 'ERROR', code: 'SCRIPT_DOES_NOT_PARSE', line: 2, column: 9 },
    ]);
  });

  it('is an error where a template is not JSON, with its line and column', () => {
    expect(checkContent({ type: 'TEMPLATE', value: '{\n "type": template }' }, vocabulary)).toMatchObject([
      { severity: 'ERROR', code: 'TEMPLATE_IS_NO_JSON', line: 2, column: 10 },
    ]);
    expect(checkContent({ type: 'TEMPLATE', value: '{ "type": ' }, vocabulary)).toMatchObject([
      { line: 1, column: 11 },
    ]);
  });

  it.each([
    ['{"type":"template","payload":{"template_type":"button","text":"Hi {{context.weather}}"}}', []],
    ['{"type":"template","payload":{"template_type":"list","elements":{{context.weather}}}}', []],
    ['{"type":"image","payload":{"url":"https://example.com/a.png"}}', []],
    ['{"text":"Hi"}', []],
    ['{"type":"template","payload":{"template_type":"buton"}}', ['WARNING TEMPLATE_TYPE_UNKNOWN']],
    ['{"type":"template"}', ['WARNING TEMPLATE_SHAPE']],
    ['{"buttons":[]}', ['WARNING TEMPLATE_SHAPE']],
    ['Hello', ['WARNING TEMPLATE_IS_NO_JSON']],
  ])('is warned about where a template is not what clients draw: %s', (value, expected) => {
    expect(codes('TEMPLATE', value)).toEqual(expected);
  });

  it.each([
    ['{{context.weather}} {{context.entities.City}} {{context.session.BotUserSession.anything}} {{City}}', []],
    ['{{env.HOST}}{{env.PORT}}', ['WARNING PATH_UNKNOWN']],
    ['{{context.wether}}', ['WARNING PATH_UNKNOWN']],
    ['{{context.entities.Town}}', ['WARNING PATH_UNKNOWN']],
    ['{{content.greeting}}', ['WARNING PATH_UNKNOWN']],
    ['{{context.forms.Leave.days}}', ['WARNING PATH_UNKNOWN']],
    ['{{context.weather + }}', ['WARNING EXPRESSION_DOES_NOT_PARSE']],
    ['{{context.weather.toUpperCase()}}', []],
  ])('is warned about where a text names what nothing sets: %s', (value, expected) => {
    expect(codes('TEXT', value)).toEqual(expected);
  });

  it('is not warned about a context that only another engine knows, but about variables', () => {
    const elsewhere = vocabularyOf(BOT, false, ['HOST']);
    expect(codes('TEXT', '{{context.anything}} {{content.x}}', elsewhere)).toEqual([]);
    expect(codes('TEXT', '{{env.PORT}}', elsewhere)).toEqual(['WARNING PATH_UNKNOWN']);
  });

  it('is checked whatever it is', () => {
    fc.assert(
      fc.property(fc.constantFrom('TEXT', 'SCRIPT', 'TEMPLATE'), fc.string(), fc.string(), (type, before, after) => {
        const found = checkContent({ type, value: `${before}{{${after}` }, vocabulary);
        return found.every(({ text }) => text.length > 0);
      }),
      { numRuns: 50 },
    );
  });

  it('is placed: the message, its channel, language and variant; errors first', () => {
    const overrides = [
      {
        messageKey: 'standard.discarded',
        ...scopeOf({ channelId: 'ivr-1' }),
        language: 'en',
        contents: [
          { type: 'TEXT' as const, value: '{{env.PORT}}' },
          { type: 'SCRIPT' as const, value: 'print(' },
        ],
      },
    ];
    const found = problemsOfBot(BOT, overrides, vocabulary);
    const place = { messageKey: 'standard.discarded', channelId: 'ivr-1', language: 'en' };
    expect(found).toMatchObject([
      { ...place, variant: 1, severity: 'ERROR' },
      { ...place, variant: 0, severity: 'WARNING' },
    ]);
  });
});

/** A folder of real exports: no script of theirs that ran on the platform may be called broken. */
const folder = process.env.BOT_EXPORTS;
describe.skipIf(!folder || !existsSync(folder))('real exports', () => {
  for (const name of folder && existsSync(folder) ? readdirSync(folder) : []) {
    it(`${name} has no errors`, () => {
      const file = (names: string[]) => names.map((one) => `${folder}/${name}/${one}`).find(existsSync) ?? '';
      const raw = JSON.parse(readFileSync(file(['botDefinition.json', 'appDefinition.json']), 'utf8'));
      const bot = read(raw, JSON.parse(readFileSync(file(['config.json']), 'utf8')));
      const functions = readdirSync(`${folder}/${name}`).filter((one) => one.endsWith('.js'));
      const source = functions.map((one) => readFileSync(`${folder}/${name}/${one}`, 'utf8')).join('\n');
      const whole = { ...bot, functions: source };
      const found = problemsOfBot(whole, [], vocabularyOf(whole, true, []));
      if (process.env.SHOW) for (const one of found) console.log(one.severity, one.code, one.name, one.text);
      expect(found.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
    });
  }
});
