import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { bot, entity, list, message, script } from './bot-builder.js';
import { FAILURE, replies, talk } from './talk.js';

describe('entities', () => {
  it.each([
    ['label', 'any words', 'any words'],
    ['number', 'about 1,250.5 of them', '1250.5'],
    ['number', 'twenty five', '25'],
    ['number', '00123', '00123'],
    ['phone_number', 'call +1 415-555-2671', '+14155552671'],
    ['phone_number', '98765 43210', '9876543210'],
    ['date', 'tomorrow', '2026-11-23'],
    ['date', '24 December 2026', '2026-12-24'],
    ['date', '2026-12-24', '2026-12-24'],
    ['time', 'at 5:30 pm', '17:30:00'],
    ['datetime', '24 December 2026 at noon', '2026-12-24T12:00:00+00:00'],
    ['email', 'it is ada@example.com.', 'ada@example.com'],
    ['person_name', 'my name is Ada Lovelace', 'Ada Lovelace'],
    ['zipcode', '94107', '94107'],
    ['city', 'in Oslo', 'Oslo'],
    ['percentage', '40 %', '40'],
    ['currency', '$20', '{"amount":20,"code":"USD"}'],
  ])('of type %s take %j as %s', async (type, input, value) => {
    const program = bot({ Go: { X: entity(type, 'Well?', 'b'), b: message('Got {{context.entities.X}}') } });
    expect(await replies(talk(program), 'go', input)).toEqual([`Got ${value}`]);
  });

  it.each([
    ['number', 'none at all'],
    ['email', 'ada at example'],
    ['date', 'purple'],
    ['phone_number', '12'],
    ['zipcode', 'here'],
    ['person_name', '4711'],
  ])('of type %s ask again after %j', async (type, input) => {
    const program = bot({ Go: { X: entity(type, 'Well?', 'b'), b: message('Got it') } });
    expect(await replies(talk(program), 'go', input)).toEqual(['Again, please.']);
  });

  it('match their pattern away from this thread, with a limit on time', async () => {
    const program = bot({
      Go: {
        X: entity('regex', 'Code?', 'b', { regexPattern: '/[A-Z]{2}\\d+/g' }),
        b: message('{{context.entities.X}}'),
      },
    });
    expect(await replies(talk(program), 'go', 'it is AB12 or CD34')).toEqual(['AB12']);
    const evil = bot({ Go: { X: entity('regex', 'Code?', 'b', { regexPattern: '(a+)+$' }), b: message('?') } });
    expect(await replies(talk(evil), 'go', `${'a'.repeat(40)}!`)).toEqual([FAILURE]);
  });

  it('give up after as many wrong answers as the node allows', async () => {
    const node = { nodeOptions: { eventOptions: { defaultMaxRetry: { retry_limit: 2 } } } };
    const program = bot({ Go: { X: entity('number', 'How many?', 'end', {}, node) } });
    const conversation = talk(program);
    expect(await replies(conversation, 'go', 'one hundred? no')).not.toEqual(['How many?']);
    const other = talk(program);
    expect(await replies(other, 'go', 'purple')).toEqual(['Again, please.']);
    const last = await other.say('green');
    expect(last.texts).toEqual([
      'I could not make use of your answers, so I have stopped this task. Please start again.',
    ]);
    expect(last.end.endOfTask?.reason).toBe('Failed');
  });

  it('that have a value are not asked again, until a script clears it', async () => {
    const program = bot({
      Go: {
        s: script('context.entities.X = "set"; context.entities.Y = "set"', 't'),
        t: script('delete context.entities.Y', 'X'),
        X: entity('label', 'X?', 'Y'),
        Y: entity('label', 'Y?', 'b'),
        b: message('{{context.entities.X}} {{context.entities.Y}}'),
      },
    });
    const conversation = talk(program);
    expect(await replies(conversation, 'go')).toEqual(['Y?']);
    expect(await replies(conversation, 'asked')).toEqual(['set asked']);
  });

  it('may be mentioned in what starts the task', async () => {
    const program = bot({
      'Order pizza': {
        Size: list(
          [
            { title: 'Large', value: 'L' },
            { title: 'Small', value: 'S' },
          ],
          'Size?',
          'b',
        ),
        b: message('{{context.entities.Size}}'),
      },
    });
    expect(await replies(talk(program), 'order a large pizza')).toEqual(['L']);
  });

  it('may be left out when optional, and hold several values', async () => {
    const program = bot({
      Go: {
        N: entity('number', 'How many?', 'T', {}, { nodeOptions: { promptOptions: 'optional' } }),
        T: list(
          [
            { title: 'Tea', value: 'tea' },
            { title: 'Milk', value: 'milk' },
          ],
          'With?',
          'b',
          { isArray: true },
        ),
        b: message('{{context.entities.N}}:{{context.entities.T}}'),
      },
    });
    const conversation = talk(program);
    expect(await replies(conversation, 'go', 'I would rather not')).toEqual(['With?']);
    expect(await replies(conversation, 'milk and tea')).toEqual([':["milk","tea"]']);
  });

  it('offer the values of a variable', async () => {
    const allowedValues = {
      variable: 'context.cities',
      titleKey: 'name',
      valueKey: 'id',
      synonymsKey: 'also',
      indexKey: '',
    };
    const program = bot({
      Go: {
        s: script('context.cities = [{name: "Oslo", id: "osl"}, {name: "Rome", id: "rom", also: ["Roma"]}]', 'X'),
        X: entity('list_of_values', 'Where?', 'b', {
          applyDefaultTemplate: true,
          localeData: { en: { label: 'X', allowedValues } },
        }),
        b: message('{{context.entities.X}}'),
      },
    });
    const conversation = talk(program);
    expect(await replies(conversation, 'go')).toEqual(['Where?\na) Oslo\nb) Rome']);
    expect(await replies(conversation, 'roma')).toEqual(['rom']);
  });
});

it.each(['date', 'time', 'datetime', 'phone_number', 'number'])(
  'looks for a %s in no more of a text than anybody names one in',
  async (entityType) => {
    const program = bot({ Go: { e: entity(entityType, 'E?', 'm'), m: message('{{context.entities.e}}') } });
    const conversation = talk(program);
    await conversation.say('go');
    const started = performance.now();
    for (const piece of ['5 pm ', '1/2/2020 ', '1 ', 'monday '])
      await conversation.say(piece.repeat(100_000 / piece.length));
    expect(performance.now() - started).toBeLessThan(1_000); // 100,000 characters of times took 2 s
  },
);

describe('dates of a user', () => {
  /** What a bot reads in an answer to an entity, at a moment and of a user. */
  async function read(
    type: string,
    answer: string,
    {
      now = '2026-11-22T12:00:00Z',
      userInfo = {},
      settings = {},
      language = 'en',
    }: { now?: string; userInfo?: JsonObject; settings?: { timeZone?: string; locale?: string }; language?: string },
  ) {
    const program = bot({ Go: { X: entity(type, 'X?', 'b'), b: message('{{context.entities.X}}') } });
    const conversation = talk(
      program,
      { settings: { services: 'SAMPLE', ...settings } },
      { now: Date.parse(now), userInfo, language },
    );
    await conversation.say('go');
    return (await conversation.say(answer)).texts[0];
  }

  it.each([
    ['UTC', '2026-11-21T21:00:00Z', 'tomorrow', '2026-11-22'],
    ['Pacific/Auckland', '2026-11-21T21:00:00Z', 'tomorrow', '2026-11-23'],
    ['Pacific/Kiritimati', '2026-11-22T10:00:00Z', 'today', '2026-11-23'],
    ['Pacific/Pago_Pago', '2026-11-22T10:00:00Z', 'today', '2026-11-21'],
    ['America/New_York', '2026-11-01T03:30:00Z', 'today', '2026-10-31'],
    ['Asia/Kolkata', '2026-12-31T18:45:00Z', 'tomorrow', '2027-01-02'],
    ['No/Where', '2026-11-21T21:00:00Z', 'tomorrow', '2026-11-22'],
  ])('count from the day it is there: in %s at %s, %s', async (timezone, now, said, date) => {
    expect(await read('date', said, { now, userInfo: { timezone } })).toBe(date);
    if (timezone !== 'No/Where') expect(await read('date', said, { now, settings: { timeZone: timezone } })).toBe(date);
  });

  it.each([
    ['Europe/Berlin', '2026-11-22T12:00:00Z', '1 July 2027 at 5pm', '2027-07-01T17:00:00+02:00'],
    ['Europe/Berlin', '2026-07-01T12:00:00Z', '24 December 2026 at 5pm', '2026-12-24T17:00:00+01:00'],
    ['America/New_York', '2026-03-08T06:30:00Z', 'in 3 hours', '2026-03-08T05:30:00-04:00'],
    ['America/New_York', '2026-03-07T12:00:00Z', '8 March 2026 at 2:30 am', '2026-03-08T02:30:00-05:00'],
    ['America/New_York', '2026-10-31T12:00:00Z', '1 November 2026 at 1:30 am', '2026-11-01T01:30:00-04:00'],
    ['America/New_York', '2026-10-31T12:00:00Z', '1 November 2026 at 2:30 am', '2026-11-01T02:30:00-05:00'],
    ['Asia/Kathmandu', '2026-11-22T12:00:00Z', '24 December 2026 at noon', '2026-12-24T12:00:00+05:45'],
    ['Australia/Lord_Howe', '2026-11-22T12:00:00Z', '24 December 2026 at noon', '2026-12-24T12:00:00+11:00'],
    ['Europe/Berlin', '2026-11-22T12:00:00Z', '24 December 2026 at 5pm EST', '2026-12-24T23:00:00+01:00'],
  ])('name the moment that the clock of the zone shows: in %s at %s, %s', async (timezone, now, said, moment) => {
    expect(await read('datetime', said, { now, userInfo: { timezone } })).toBe(moment);
  });

  it.each([
    ['en', {}, {}, '03/04/2027', '2027-03-04'],
    ['en_US', {}, {}, '03/04/2027', '2027-03-04'],
    ['en_GB', {}, {}, '03/04/2027', '2027-04-03'],
    ['en', {}, { locale: 'en-GB' }, '03-04-2027', '2027-04-03'],
    ['en', { locale: 'en_AU' }, { locale: 'en-US' }, '03/04', '2027-04-03'],
    ['en', { locale: 'de_DE' }, {}, '03/04/2027', '2027-03-04'],
    ['de', {}, {}, '03.04.2027', '2027-04-03'],
    ['de', {}, {}, 'am 3.4.', '2027-04-03'],
    ['de', {}, {}, 'morgen', '2026-11-23'],
    ['fr', {}, {}, '03/04/2027', '2027-04-03'],
    ['fr', {}, {}, 'demain', '2026-11-23'],
    ['pl', {}, {}, '03.04.2027', '2027-04-03'],
    ['de', {}, {}, 'tomorrow', '2026-11-23'],
    ['en_US', {}, {}, '24/12/2026', '2026-12-24'],
    ['en_GB', {}, {}, '12/24/2026', '2026-12-24'],
    ['not a language', {}, {}, '03/04/2027', '2027-03-04'],
  ])(
    'have day and month in the order of the language: %s, user %o, bot %o: %s',
    async (language, userInfo, settings, said, date) => {
      expect(await read('date', said, { language, userInfo, settings })).toBe(date);
    },
  );
});
