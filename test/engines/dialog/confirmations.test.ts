import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Consent, consentOf } from '../../../src/engines/dialog/consent/consent.js';
import { bot, list, message, type NodeSpec } from './bot-builder.js';
import { replies, talk } from './talk.js';

type Label = 'yes' | 'no' | 'ask';
const LABELS: readonly Label[] = ['yes', 'no', 'ask'];
const QUESTION = 'Shall I delete it?';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const phrasesOf = (file: string) =>
  read(`test/fixtures/${file}`)
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [language = 'en', label = 'ask', text = ''] = line.split('\t');
      return { language, label: label as Label, text }; // the column holds labels only
    });
const phrases = phrasesOf('confirmations.tsv');
/** Written after the lists, to try them; they were mended afterwards. */
const later = phrasesOf('confirmations-later.tsv');
/** Odd lines were looked at while the lists were made, even lines were not. */
const parts = {
  'to build': phrases.filter((_, at) => at % 2 === 0),
  'to measure': phrases.filter((_, at) => at % 2 === 1),
  later,
};

const labelOf = (consent: Consent): Label => (consent === 'yes' || consent === 'no' ? consent : 'ask');
const heard = ({ text, language }: { text: string; language: string }): Label =>
  labelOf(consentOf(text, language, QUESTION));

function confusion(of: typeof phrases): Record<Label, Record<Label, number>> {
  const none = () => ({ yes: 0, no: 0, ask: 0 });
  const found = { yes: none(), no: none(), ask: none() };
  for (const phrase of of) found[phrase.label][heard(phrase)] += 1;
  return found;
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** The rows of the tables in docs/understanding.md. */
function rows(part: keyof typeof parts): string[] {
  const found = confusion(parts[part]);
  const total = (label: Label): number => LABELS.reduce((sum, said) => sum + found[said][label], 0);
  return LABELS.map((label) => {
    const { yes, no, ask } = found[label];
    const precision = percent(found[label][label], total(label));
    const recall = percent(found[label][label], yes + no + ask);
    return `| ${part} | ${label} | ${yes} | ${no} | ${ask} | ${precision} | ${recall} |`;
  });
}

describe('what answers say to a confirmation', () => {
  it('is understood as docs/understanding.md publishes', () => {
    const published = read('docs/understanding.md');
    const all = [...rows('to build'), ...rows('to measure'), ...rows('later')];
    const unpublished = all.filter((row) => !published.includes(row));
    expect(unpublished).toEqual([]);
  });

  it('is hardly ever taken for a consent it is not', () => {
    const wrong = [...phrases, ...later].filter((phrase) => phrase.label !== 'yes' && heard(phrase) === 'yes');
    expect(wrong.map(({ text }) => text)).toEqual([]);
  });
});

const sure = (text: string, component = {}) => ({
  type: 'dialogAct',
  text,
  error: 'Yes or no?',
  component,
  next: [
    [{ dialogAct: 'yes' }, 'y'],
    [{ dialogAct: 'no' }, 'n'],
  ] as [{ dialogAct: string }, string][],
});
const ending = { y: message('DELETED'), n: message('KEPT') };

describe('a confirmation', () => {
  const program = bot({ Remove: { c: sure(QUESTION), ...ending } });
  it.each([
    ['of course not', 'KEPT'],
    ['absolutely not', 'KEPT'],
    ["that's not right", 'KEPT'],
    ['not sure', 'Yes or no?'],
    ['are you sure?', 'Yes or no?'],
    ['is that ok?', 'Yes or no?'],
    ['ok if it is free', 'Yes or no?'],
    ['yes but change the date', 'Yes or no?'],
    ['yes delete it', 'DELETED'],
    ['Why not?', 'DELETED'],
    ['pls do', 'DELETED'],
    ['yeah might as well', 'DELETED'],
    ['I want to delete it', 'DELETED'],
    ['no, I want to keep it', 'KEPT'],
    ['nope, changed my mind', 'KEPT'],
    ['I want to wait', 'Yes or no?'],
    ['yes, changed my mind', 'Yes or no?'],
    ['👍', 'DELETED'],
  ])('takes "%s" as %s', async (said, answer) => {
    expect(await replies(talk(program), 'remove', said)).toEqual([answer]);
  });

  it('puts the words of its author before all others', async () => {
    const synonyms = { yes: ['maybe', 'cancel'], no: ['sure'] };
    const own = bot({ Remove: { c: sure(QUESTION, { localeData: { en: { label: 'c', synonyms } } }), ...ending } });
    expect(await replies(talk(own), 'remove', 'maybe')).toEqual(['DELETED']);
    expect(await replies(talk(own), 'remove', 'Cancel')).toEqual(['DELETED']);
    expect(await replies(talk(own), 'remove', 'sure')).toEqual(['KEPT']);
  });

  it('knows what the author has added for the whole bot, and the lists of its file', async () => {
    const synonyms = { '~confirmation_yes': ['zap it'], '~confirmation_no': ['ok'], '~yes': ['< engage >'] };
    const own = bot({ Remove: { c: sure(QUESTION), ...ending } }, { localeData: { en: { name: 'B', synonyms } } });
    expect(await replies(talk(own), 'remove', 'zap it')).toEqual(['DELETED']);
    expect(await replies(talk(own), 'remove', 'engage')).toEqual(['DELETED']);
    expect(await replies(talk(own), 'remove', 'ok')).toEqual(['KEPT']);
  });

  it('asks again where the answer repeats a command of the question, or one of two things it names', async () => {
    const cancel = bot({ Remove: { c: sure('Shall I cancel your order?'), ...ending } });
    expect(await replies(talk(cancel), 'remove', 'cancel')).toEqual(['Yes or no?']);
    expect(await replies(talk(cancel), 'remove', 'yes cancel it')).toEqual(['DELETED']);
    const either = bot({ Remove: { c: sure('Shall I book it or wait?'), ...ending } });
    expect(await replies(talk(either), 'remove', 'yes book')).toEqual(['Yes or no?']);
  });

  it('lets no small talk answer a doubt', async () => {
    const smallTalk = [
      {
        language: 'en',
        groups: [{ groupName: 'g', nodes: [node('~no', 'Alright.'), node('~yes', 'Great!')] }],
      },
    ];
    const own = bot({ Remove: { c: sure(QUESTION), ...ending } }, { smallTalk });
    for (const doubt of ['hmm', 'not sure', 'probably not', 'ok if it is free'])
      expect(await replies(talk(own), 'remove', doubt)).toEqual(['Yes or no?']);
  });
});

describe('a list of yes and no', () => {
  const values = [
    { title: 'Yes', value: 'Y', synonyms: ['of course', 'right'] },
    { title: 'No', value: 'N', synonyms: [] },
  ];
  const result = { m: message('{{context.entities.L}}') };
  const program = bot({ Ask: { L: list(values, 'Delete it?', 'm'), ...result } });
  it.each([
    ['of course', 'Y'],
    ['yep, sure', 'Y'],
    ['of course not', 'N'],
    ["that's not right", 'N'],
    ['no', 'N'],
    ['2', 'N'],
    ['the first one', 'Y'],
  ])('takes "%s" as %s', async (said, value) => {
    expect(await replies(talk(program), 'ask', said)).toEqual([value]);
  });
  it.each(['not sure', 'maybe', 'yes if it is free', 'yes and no', 'are you sure?', 'yes but change the date'])(
    'asks again after "%s"',
    async (said) => {
      expect(await replies(talk(program), 'ask', said)).toEqual(['Again, please.']);
    },
  );
  it('may hold a doubt, too', async () => {
    const three = bot({ Ask: { L: list([...values, { title: 'Maybe', value: 'M' }], 'Delete it?', 'm'), ...result } });
    expect(await replies(talk(three), 'ask', 'well, maybe')).toEqual(['M']);
    expect(await replies(talk(three), 'ask', 'absolutely not')).toEqual(['N']);
  });
});

it('an intent inside a dialog that is a yes takes no refusal', async () => {
  const local = (name: string): NodeSpec => ({
    type: 'intent',
    name,
    component: { localeData: { en: { intent: name } } },
    next: name === 'Yes' ? 'y' : 'n',
  });
  const sentences = [
    { taskId: 'dc-0-yes', sentence: 'of course', language: 'en' },
    { taskId: 'dc-0-no', sentence: 'keep it', language: 'en' },
  ];
  const program = bot(
    {
      Remove: {
        a: {
          ...message(QUESTION, [
            [{ intent: 'yes' }, 'yes'],
            [{ intent: 'no' }, 'no'],
            [null, 'o'],
          ]),
          node: { nodeOptions: { transitionType: 'onInput' } },
        },
        yes: local('Yes'),
        no: local('No'),
        ...ending,
        o: message('OTHER'),
      },
    },
    { sentences },
  );
  expect(await replies(talk(program), 'remove', 'of course')).toEqual(['DELETED']);
  expect(await replies(talk(program), 'remove', 'keep it')).toEqual(['KEPT']);
  for (const refusal of ['of course not', 'yes maybe', 'of course if free'])
    expect(await replies(talk(program), 'remove', refusal)).not.toEqual(['DELETED']);
});

const node = (pattern: string, text: string) => ({
  nodeId: pattern,
  refId: pattern,
  seq: 0,
  userUtterances: [{ text: pattern }],
  botUtterances: [{ channel: 'default', text, type: 'basic' }],
});
