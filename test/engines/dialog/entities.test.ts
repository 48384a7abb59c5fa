import { describe, expect, it } from 'vitest';
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
