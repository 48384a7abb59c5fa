import { describe, expect, it } from 'vitest';
import { TYPES } from '../../../src/definition/compile-entity.js';
import type { JsonObject } from '../../../src/json.js';
import { bot, entity, list, message } from './bot-builder.js';
import { replies, talk } from './talk.js';

const AGAIN = 'Again, please.';
const taken = (type: string, answer: string, component: JsonObject = {}, options: { language?: string } = {}) => {
  const program = bot({ Go: { X: entity(type, 'Well?', 'b', component), b: message('{{context.entities.X}}') } });
  return replies(talk(program, {}, options), 'go', answer);
};
const parsed = async (...given: Parameters<typeof taken>) => {
  const [text = ''] = await taken(...given);
  return text === AGAIN ? text : JSON.parse(text);
};

describe('types of entities', () => {
  it.each([
    'number',
    'quantity',
    'quantityv2',
    'phone_number',
    'date',
    'time',
    'datetime',
    'dateperiod',
    'timezone',
    'email',
    'person_name',
    'zipcode',
    'location',
    'address',
    'city',
    'country',
    'url',
    'currency',
    'currencyv2',
    'percentage',
    'color',
    'attachment',
    'regex',
    'airport',
    'company_name',
    'organization',
    'composite',
    'list_of_values',
    'list_of_items_lookup',
    'somethingv3',
  ])('do not take any text: %s asks again after "hello"', async (type) => {
    for (const said of ['hello', 'not sure', 'I do not know what that is'])
      expect(await taken(type, said)).toEqual([AGAIN]);
  });

  /** No value of any type but free text, in whatever language. */
  const GARBAGE: Record<string, string[]> = {
    en: [
      'no one knows',
      'one moment please',
      '???',
      'why do you need that',
      'I told you twice already',
      'no idea',
      'the usual',
    ],
    de: ['keine Ahnung', 'hallo', 'das sage ich nicht'],
    es: ['no sé', 'da igual', '¿por qué?'],
    fr: ['je ne sais pas', 'peu importe'],
    it: ['boh', 'ciao'],
    id: ['tidak tahu', 'terserah'],
  };
  const types = [...new Set(Object.values(TYPES))].filter((type) => type !== 'string');
  it.each(types)('take nothing that is none of them: %s', async (entityType) => {
    const program = bot({ Go: { X: entity(nameOf(entityType), 'Well?') } });
    for (const [language, texts] of Object.entries(GARBAGE))
      for (const said of texts)
        expect([said, ...(await replies(talk(program, {}, { language }), 'go', said))]).toEqual([said, AGAIN]);
  });
  const nameOf = (entityType: string): string => Object.keys(TYPES).find((name) => TYPES[name] === entityType) ?? '';

  it.each(['person_name', 'city', 'location'])('of names that no list holds are reported: %s', (type) => {
    const { warnings } = bot({ Go: { X: entity(type, 'Well?') } });
    expect(warnings).toMatchObject([
      { message: expect.stringMatching(/no list here: any text with the shape of a name/) },
    ]);
  });
  it.each([
    'Oslo',
    'The Hague',
    'Los Angeles',
    'New York City',
    'Bad Homburg',
    'Île de Ré',
    'San José de la Montaña',
    'Rio',
  ])('take a city: %s', async (said) => {
    expect(await taken('city', said)).toEqual([said]);
  });
  it.each([
    'Ada Lovelace',
    'Will Smith',
    'May Wong',
    'Ngô Bảo Châu',
    'Jean-Luc',
    "Conan O'Brien",
    'Ludwig van Beethoven',
  ])('take a person: %s', async (said) => {
    expect(await taken('person_name', said)).toEqual([said]);
  });

  it.each(['label', 'string', 'description'])('take any text where that is what they are: %s', async (type) => {
    expect(await taken(type, 'hello')).toEqual(['hello']);
  });

  it.each(['airport', 'company_name', 'composite', 'somethingv3'])(
    'that nothing recognises are reported: %s',
    (type) => {
      const { warnings } = bot({ Go: { X: entity(type, 'Well?') } });
      expect(warnings).toMatchObject([{ message: expect.stringContaining(`asks for a "${type}"`) }]);
    },
  );

  it('that lack what they need are reported', () => {
    const { warnings } = bot({ Go: { X: entity('regex', 'Code?', 'Y'), Y: list([], 'Which?') } });
    expect(warnings.map(({ message: said }) => said)).toEqual([
      'The node "X" has no expression to match: every answer gets its error prompt.',
      'The node "Y" has no list of values in the file: every answer gets its error prompt.',
    ]);
  });
});

describe('money', () => {
  it.each<[said: string, amount: number, code: string]>([
    ['$20', 20, 'USD'],
    ['20 euros', 20, 'EUR'],
    ['EUR 5', 5, 'EUR'],
    ['5 lakh rupees', 500_000, 'INR'],
    ['Rs. 5,00,000', 500_000, 'INR'],
    ['Rs500', 500, 'INR'],
    ['€1.234,56', 1234.56, 'EUR'],
    ['1,234.56 usd', 1234.56, 'USD'],
    ['£3.50 please', 3.5, 'GBP'],
    ['S$ 12', 12, 'SGD'],
    ['12 Singapore dollars', 12, 'SGD'],
    ['twenty bucks', 20, 'USD'],
    ['five hundred pounds', 500, 'GBP'],
    ['a hundred dollars', 100, 'USD'],
    ['$1.2m', 1_200_000, 'USD'],
    ['5k CHF', 5000, 'CHF'],
    ['100 yen', 100, 'JPY'],
    ['pay 30 Swedish kronor', 30, 'SEK'],
    ['I need a loan of 20 dollars', 20, 'USD'],
    ['all 40 pesos', 40, 'MXN'],
    ['TRY 5', 5, 'TRY'],
    ['try 5', 5, ''],
    ['20', 20, ''],
  ])('%s', async (said, amount, code) => {
    expect(await parsed('currency', said)).toEqual({ amount, code });
    expect(await parsed('currencyv2', said)).toEqual({ amount, unit: code, code });
  });

  it.each([
    ['de', '1.234,50 Euro', 1234.5],
    ['de', '1.250 Euro', 1250],
    ['en', '1.250 euros', 1.25],
    ['en', '1,250 euros', 1250],
    ['fr', '12,5 euros', 12.5],
  ])('is written as the language does: %s, %s', async (language, said, amount) => {
    expect(await parsed('currencyv2', said, {}, { language })).toMatchObject({ amount, unit: 'EUR' });
  });

  it.each(['dollars', 'a lot', 'the usual'])('is not named by %s', async (said) => {
    expect(await taken('currencyv2', said)).toEqual([AGAIN]);
  });

  it('has parts for messages and edges', async () => {
    const program = bot({
      Go: {
        X: entity('currencyv2', 'How much?', [
          [{ context: 'context.entities.X', op: 'eq', value: '20' }, 'b'],
          [null, 'c'],
        ]),
        b: message('{{context.entities.X.amount}} {{context.entities.X.unit}}'),
        c: message('Other'),
      },
    });
    expect(await replies(talk(program), 'go', '$20')).toEqual(['20 USD']);
  });
});

describe('quantities', () => {
  it.each<[said: string, amount: number, unit: string, type: string]>([
    ['5 kg', 5, 'kilogram', 'weight'],
    ['5kg', 5, 'kilogram', 'weight'],
    ['3 feet', 3, 'foot', 'length'],
    ['two litres', 2, 'litre', 'volume'],
    ['500 ml of water', 500, 'millilitre', 'volume'],
    ['half a litre', 0.5, 'litre', 'volume'],
    ['a kilo', 1, 'kilogram', 'weight'],
    ['one and a half hours', 1.5, 'hour', 'time'],
    ['2 and a half hours', 2.5, 'hour', 'time'],
    ['for 2 people, three litres', 3, 'litre', 'volume'],
    ['I am 25 years old', 25, 'year', 'age'],
    ['37.5 °C', 37.5, 'celsius', 'temperature'],
    ['98 degrees fahrenheit', 98, 'fahrenheit', 'temperature'],
    ['45 degrees', 45, 'degree', 'angle'],
    ['20 minutes', 20, 'minute', 'time'],
    ['3 weeks', 3, 'week', 'age'],
    ['1,200 sq ft', 1200, 'square foot', 'area'],
    ['100 km/h', 100, 'kilometres per hour', 'speed'],
    ['16 GB', 16, 'gigabyte', 'memory'],
    ['5 feet 6 inches', 5.5, 'foot', 'length'],
    ['1 hour and 30 minutes', 1.5, 'hour', 'time'],
    ['2 m', 2, 'metre', 'length'],
    ['5 thousand tons', 5000, 'ton', 'weight'],
  ])('%s', async (said, amount, unit, type) => {
    for (const entityType of ['quantity', 'quantityv2'])
      expect(await parsed(entityType, said)).toMatchObject({ amount, unit, type });
  });

  it('without a unit have that of the node', async () => {
    expect(await parsed('quantityv2', '7', { defaultUnit: 'Litre' })).toMatchObject({
      amount: 7,
      unit: 'litre',
      type: 'volume',
    });
    expect(await parsed('quantityv2', 'seven')).toMatchObject({ amount: 7, unit: '' });
  });

  it('may stand in what starts the task, with their unit', async () => {
    const dialogs = {
      'Add water': { X: entity('quantityv2', 'How much?', 'b'), b: message('{{context.entities.X.amount}}') },
    };
    expect(await replies(talk(bot(dialogs)), 'add 500 ml water')).toEqual(['500']);
    expect(await replies(talk(bot(dialogs)), 'add water 2')).toEqual(['How much?']);
  });
});

describe('places', () => {
  it.each([
    ['India', 'IN', 'IND', 356],
    ['I live in the United States', 'US', 'USA', 840],
    ['uk', 'GB', 'GBR', 826],
    ['DEU', 'DE', 'DEU', 276],
  ])('are countries with their codes: %s', async (said, alpha2, alpha3, numericalCode) => {
    expect(await parsed('country', said)).toMatchObject({ alpha2, alpha3, numericalCode });
  });
  it('are countries in the language of the turn, too', async () => {
    const germany = { alpha2: 'DE', localName: 'Deutschland', shortName: 'Germany' };
    expect(await parsed('country', 'Deutschland', {}, { language: 'de' })).toMatchObject(germany);
  });
  it.each(['Oslo', 'in New York', 'from Green Bay', 'St. John’s', 'münchen', 'Great Falls'])(
    'are cities: %s',
    async (said) => {
      expect(await taken('city', said)).toEqual([said.replace(/^(in|from) /, '')]);
    },
  );
  it('are addresses, with more than a word', async () => {
    expect(await taken('address', '12 Main St, Springfield')).toEqual(['12 Main St, Springfield']);
    expect(await taken('address', 'Springfield')).toEqual([AGAIN]);
  });
});

it.each([
  ['timezone', 'EST', '-05:00'],
  ['timezone', 'I am in GMT+5:30', '+05:30'],
  ['timezone', 'Asia/Kolkata', '+05:30'],
  ['timezone', 'Berlin', '+01:00'],
  ['color', 'make it light blue', 'light blue'],
])('of type %s take %j as %s', async (type, said, value) => {
  expect(await taken(type, said)).toEqual([value]);
});

it.each([
  ['from 5 May 2027 to 10 May 2027', '2027-05-05', '2027-05-10'],
  ['five days from 15 November 2027', '2027-11-15', '2027-11-20'],
  ['2 weeks starting tomorrow', '2026-11-23', '2026-12-07'],
])('a period is two dates: %s', async (said, fromDate, toDate) => {
  expect(await parsed('dateperiod', said)).toEqual({ fromDate, toDate });
});
