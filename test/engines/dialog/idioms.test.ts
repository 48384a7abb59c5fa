import { describe, expect, it } from 'vitest';
import type { EntityField } from '../../../src/definition/program.js';
import { recognise } from '../../../src/engines/dialog/entities/recognise.js';

/** A Saturday. */
const now = Date.parse('2026-11-28T10:00:00Z');

const found = (entityType: EntityField['entityType'], text: string, locale = 'en-US') => {
  const field: EntityField = {
    name: 'X',
    entityType,
    pattern: '',
    array: true,
    optional: false,
    choices: {},
    dynamic: {},
  };
  const dates = { now, timeZone: 'UTC', locale };
  const matchRegex = async () => null;
  return recognise(field, text, { dates, choices: [], attachments: [], matchRegex, as: 'answer' });
};

const NOTHING: Partial<Record<EntityField['entityType'], string>> = {
  number:
    'a1|b2b|mp3|covid-19|A-12|4x4|r2d2|2nd floor|just a minute|wait one second|one sec|one moment please|no one|no 1|any one|' +
    'this one|the second one|the last one|one of them|24/7|fifty-fifty|thanks a million|see you at once',
  currency:
    "a1|b2b|mp3|covid19|h2o|4x4|v2.0|room 5b|1st|2nd|12b|5pm|4 pm|8 o'clock|5 minutes|in 2 hours|2 weeks|5 May|May 5|12.10.2026|" +
    'one moment|one second|the second one|no 1|24x7|just a minute',
  quantity: 'a1|b2b|x5|c3po|1st|3rd|5pm|just a minute|give me a sec|one moment|a second|the other one|24x7|covid-19',
  percentage: 'a1|covid-19|no 1|the first one|fifty fifty',
  date:
    'just a minute|one minute|one moment|a second|hold on a sec|not now|not today|I sat down|the sun is hot|mon ami|march on|' +
    'they are wed|my name is april|june is my mother|may I ask something|you may|good morning|have a nice day|see you tomorrow|' +
    'how are you today|last minute|one day|for now|24/7|2d|half and half|on second thought|I won',
  time: 'just a minute|one second|hold on a sec|last minute|half and half|for now|not right now|good evening',
  datetime: 'just a minute|good morning|good night|I sat there|the sun|see you on friday|not tomorrow',
  date_period: 'just a minute|I sat from the sun to the wed|good morning|one day',
  time_zone: 'il est tard|das ist gut|et alors|I got wet|wake me up|a merry christmas to all',
  country: 'no|NO|me|it|in|can|AM I|to|ok|de',
};

describe.each(Object.entries(NOTHING) as [EntityField['entityType'], string][])('no %s', (entityType, texts) => {
  it.each(texts.split('|'))('is in %j', async (text) => {
    expect(await found(entityType, text)).toEqual([]);
  });
});

it.each([
  ['date', 'so ist es', 'de'],
  ['date', 'mi casa', 'es'],
  ['date', 'o sol', 'pt'],
  ['time_zone', "c'est tout", 'fr'],
] as const)('no %s is in %j, of a language in which it is a word', async (entityType, text, locale) => {
  expect(await found(entityType, text, locale)).toEqual([]);
});

it.each([
  ['number', 'just one', [1]],
  ['number', 'no, 1', [1]],
  ['number', 'one minute', [1]],
  ['number', 'twenty one', [21]],
  ['number', '-5', [-5]],
  ['currency', 'Rs500', [{ amount: 500, code: 'INR' }]],
  ['currency', '20usd', [{ amount: 20, code: 'USD' }]],
  ['currency', '$5b', [{ amount: 5e9, code: 'USD' }]],
  ['currency', '5k', [{ amount: 5000, code: '' }]],
  ['currency', '1.234.567', [{ amount: 1234567, code: '' }]],
  ['quantity', 'a minute', [{ unit: 'minute', amount: 1, type: 'time', source: 'a minute' }]],
  ['quantity', '11st', [{ unit: 'stone', amount: 11, type: 'weight', source: '11st' }]],
  ['date', 'sun', ['2026-11-29']],
  ['date', 'on Sun, please', ['2026-11-29']],
  ['date', 'Mon works for me', ['2026-11-30']],
  ['date', 'in May', ['2027-05-01']],
  ['date', 'May 5', ['2027-05-05']],
  ['date', 'not tomorrow but friday', ['2026-12-04']],
  ['date', 'in two days', ['2026-11-30']],
  ['time', 'in a minute', ['10:01:00']],
  ['time', 'Mon at 5pm', ['17:00:00']],
  ['time_zone', 'my time zone is est', ['-05:00']],
  ['time_zone', 'We use PST here', ['-08:00']],
] as const)('%s: %j is %j', async (entityType, text, values) => {
  expect(await found(entityType, text)).toEqual(values);
});

it.each(['US', 'us', 'the US', 'usa'])('%j is a country', async (text) => {
  expect(await found('country', text)).toMatchObject([{ alpha2: 'US' }]);
});
