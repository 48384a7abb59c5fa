import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import { bot, entity, message, script } from './bot-builder.js';
import { replies, talk } from './talk.js';

interface Circumstances {
  now?: string;
  userInfo?: JsonObject;
  settings?: { timeZone?: string; locale?: string };
  language?: string;
}

async function read(type: string, said: string, given: Circumstances = {}): Promise<string | undefined> {
  const { now = '2026-11-22T12:00:00Z', userInfo = {}, settings = {}, language = 'en' } = given;
  const program = bot({ Go: { X: entity(type, 'X?', 'b'), b: message('{{context.entities.X}}') } });
  const options = { now: Date.parse(now), userInfo, language };
  const [text] = await replies(talk(program, { settings: { services: 'SAMPLE', ...settings } }, options), 'go', said);
  return text;
}

describe('near midnight', () => {
  it.each([
    ['Asia/Kolkata', '2026-11-22T18:29:00Z', 'tomorrow at 5', '2026-11-23T05:00:00+05:30'],
    ['Asia/Kolkata', '2026-11-22T18:31:00Z', 'tomorrow at 5', '2026-11-24T05:00:00+05:30'],
    ['America/Los_Angeles', '2026-11-23T07:59:00Z', 'tomorrow at 5', '2026-11-23T05:00:00-08:00'],
    ['America/Los_Angeles', '2026-11-23T08:01:00Z', 'tomorrow at 5', '2026-11-24T05:00:00-08:00'],
    ['America/Los_Angeles', '2026-11-23T07:59:00Z', 'tomorrow at 5 pm', '2026-11-23T17:00:00-08:00'],
    ['Asia/Kolkata', '2026-11-22T18:31:00Z', 'today at noon', '2026-11-23T12:00:00+05:30'],
  ])('days are those of the zone: in %s at %s, %s', async (timezone, now, said, moment) => {
    expect(await read('datetime', said, { now, userInfo: { timezone } })).toBe(moment);
    expect(await read('date', said, { now, userInfo: { timezone } })).toBe(moment.slice(0, 10));
    expect(await read('time', said, { now, settings: { timeZone: timezone } })).toBe(moment.slice(11, 19));
  });
});

describe('when the clocks are changed', () => {
  it.each([
    ['America/New_York', '2027-03-13T15:00:00Z', 'tomorrow at 2:30 am', '2027-03-14T02:30:00-05:00'],
    ['America/New_York', '2027-03-13T15:00:00Z', 'tomorrow at 4 am', '2027-03-14T04:00:00-04:00'],
    ['Europe/Berlin', '2027-03-27T12:00:00Z', 'tomorrow at 2:30 am', '2027-03-28T02:30:00+01:00'],
    ['Europe/Berlin', '2027-10-30T12:00:00Z', 'tomorrow at 4 am', '2027-10-31T04:00:00+01:00'],
  ])('a time is what the clock shows: in %s at %s, %s', async (timezone, now, said, moment) => {
    expect(await read('datetime', said, { now, userInfo: { timezone } })).toBe(moment);
  });
});

describe('day and month', () => {
  it.each([
    ['03/04/2027', 'en', 'en-GB', '2027-04-03'],
    ['03/04/2027', 'en', 'en-US', '2027-03-04'],
    ['03.04.2027', 'de', undefined, '2027-04-03'],
    ['03.04.2027', 'fr', undefined, '2027-04-03'],
    ['03.04.2027', 'es', undefined, '2027-04-03'],
    ['03-04-2027', 'es', undefined, '2027-04-03'],
    ['3.4.27', 'de', undefined, '2027-04-03'],
    ['03/04/27', 'fr', undefined, '2027-04-03'],
    ['03/04/27', 'en', 'en-GB', '2027-04-03'],
    ['03/04/27', 'en', 'en-US', '2027-03-04'],
    ['am 3. April 2027', 'de', undefined, '2027-04-03'],
    ['le 3 avril 2027', 'fr', undefined, '2027-04-03'],
    ['el 3 de abril de 2027', 'es', undefined, '2027-04-03'],
    ['3rd of April 2027', 'en', 'en-US', '2027-04-03'],
  ])('%s has the order of %s %s', async (said, language, locale, date) => {
    expect(await read('date', said, { language, settings: locale === undefined ? {} : { locale } })).toBe(date);
  });

  it.each([
    'en',
    'en_GB',
    'en_US',
    'de',
    'fr',
    'es',
    'it',
    'nl',
    'pt',
    'ru',
    'ja',
    'zh',
    'pl',
    'sv',
    'uk',
    'vi',
    'fi',
    'id',
    'ar',
  ])('of an ISO date are ISO: in %s', async (language) => {
    expect(await read('date', '2027-04-03', { language })).toBe('2027-04-03');
    expect(await read('date', 'on 2027-04-03, please', { language })).toBe('2027-04-03');
    expect(await read('datetime', '2027-04-03T10:30:00Z', { language })).toBe('2027-04-03T10:30:00+00:00');
  });
});

describe('the first that is there counts', () => {
  const dialog = (code: string) =>
    bot({ Go: { s: script(code, 'X'), X: entity('date', 'X?', 'b'), b: message('{{context.entities.X}}') } });
  const now = Date.parse('2026-11-22T20:00:00Z'); // Monday in Kolkata and Auckland, Sunday in Los Angeles
  const settings = { services: 'SAMPLE' as const, timeZone: 'America/Los_Angeles' };

  it('what a script says, then the user, then the bot', async () => {
    const none = '';
    const auckland = 'context.session.BotUserSession.timezone = "Pacific/Auckland"';
    const day = async (code: string, userInfo: JsonObject, bots = settings) =>
      (await replies(talk(dialog(code), { settings: bots }, { now, userInfo }), 'go', 'today'))[0];
    expect(await day(none, {})).toBe('2026-11-22');
    expect(await day(none, { timezone: 'Asia/Kolkata' })).toBe('2026-11-23');
    expect(await day(auckland, { timezone: 'America/Los_Angeles' })).toBe('2026-11-23');
    expect(await day(none, { timezone: 'Nowhere/Else' }, { ...settings, timeZone: 'Asia/Kolkata' })).toBe('2026-11-23');
  });

  it('the last the caller said of its user', async () => {
    const userInfo: JsonObject = { timezone: 'Asia/Kolkata' };
    const conversation = talk(dialog(''), { settings }, { now, userInfo });
    expect(await replies(conversation, 'go', 'today')).toEqual(['2026-11-23']);
    userInfo.timezone = 'America/Los_Angeles';
    expect(await replies(conversation, 'go', 'today')).toEqual(['2026-11-22']);
  });
});
