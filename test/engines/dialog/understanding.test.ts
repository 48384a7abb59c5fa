import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/definition/compile.js';
import { readDefinition } from '../../../src/definition/read.js';
import { toUtterance } from '../../../src/definition/words.js';
import {
  createUnderstanding,
  INTENT_THRESHOLD,
  type Understanding,
} from '../../../src/engines/dialog/understanding/understanding.js';
import { EXPORT_NAMES, haveExports, readExport } from './conversation.js';

const data = JSON.parse(readFileSync(new URL('../../fixtures/utterances.json', import.meta.url), 'utf8')) as {
  intents: Record<string, string[]>;
  outside: string[];
};

/** A bot in the export's format, trained on some utterances of each intent. */
function botOf(intents: Record<string, string[]>, more: Record<string, unknown> = {}): Understanding {
  const names = Object.keys(intents);
  const raw = {
    dialogs: names.map((name, at) => ({
      _id: `dg-${at}`,
      refId: `r-${at}`,
      localeData: { en: { name } },
      nodes: [{ nodeId: 'intent0', type: 'intent', componentId: `dc-${at}`, transitions: [] }],
    })),
    dialogComponents: names.map((name, at) => ({
      _id: `dc-${at}`,
      refId: `cr-${at}`,
      type: 'intent',
      name,
      dialogId: `dg-${at}`,
      localeData: { en: { intent: name } },
    })),
    sentences: names.flatMap((name, at) =>
      (intents[name] ?? []).map((sentence) => ({ taskId: `dc-${at}`, sentence, language: 'en' })),
    ),
    ...more,
  };
  return open(raw);
}

function open(raw: unknown): Understanding {
  const { en } = compile(readDefinition(raw).definition).knowledge;
  if (!en) throw new Error('no English');
  return createUnderstanding(en, 'en');
}

const best = (bot: Understanding, utterance: string) => {
  const said = toUtterance(utterance);
  const hit = bot.definiteIntent(said) ?? bot.likelyIntents(said)[0];
  return hit && hit.score >= INTENT_THRESHOLD ? hit.intent.name : null;
};

describe('understanding', () => {
  const whole = botOf(data.intents);

  it('finds every utterance it was trained on', () => {
    for (const [name, utterances] of Object.entries(data.intents)) {
      for (const utterance of utterances) {
        expect(best(whole, utterance)).toBe(name);
        expect(best(whole, `${utterance.toUpperCase()}!`)).toBe(name);
      }
    }
  });

  it('finds at least 70 % of utterances it has not seen, five folds', () => {
    let right = 0;
    let asked = 0;
    for (let fold = 0; fold < 5; fold += 1) {
      const part = (keep: boolean) =>
        Object.fromEntries(
          Object.entries(data.intents).map(([name, all]) => [name, all.filter((_, at) => (at % 5 === fold) !== keep)]),
        );
      const bot = botOf(part(true));
      for (const [name, utterances] of Object.entries(part(false))) {
        for (const utterance of utterances) {
          asked += 1;
          if (best(bot, utterance) === name) right += 1;
        }
      }
    }
    expect(asked).toBe(196);
    expect(right / asked).toBeGreaterThan(0.7);
  });

  it('leaves alone at least 90 % of what belongs to no task', () => {
    const left = data.outside.filter((utterance) => best(whole, utterance) === null);
    expect(left.length / data.outside.length).toBeGreaterThanOrEqual(0.9);
  });

  it('forgives spelling', () => {
    expect(best(whole, 'bagage alowance')).toBe('Baggage allowance');
    expect(best(whole, 'trasnfer mony')).toBe('Transfer money');
  });

  it('knows a task by the words of its name alone', () => {
    const bot = botOf({ 'Get flight status': [], 'Order pizza': [] });
    expect(best(bot, 'what is the status of my flight')).toBe('Get flight status');
    expect(best(bot, 'I would like to order some pizzas')).toBe('Order pizza');
    expect(best(bot, 'what is the meaning of life')).toBeNull();
  });

  it('knows names that are written as identifiers', () => {
    const bot = botOf({ GetPNRStatus: [], Order_Pizza: [], BookRoom2: [] });
    expect(best(bot, 'get pnr status')).toBe('GetPNRStatus');
    expect(best(bot, 'what is the status of my PNR')).toBe('GetPNRStatus');
    expect(best(bot, 'I want to order a pizza')).toBe('Order_Pizza');
    expect(best(bot, 'order_pizza')).toBe('Order_Pizza');
    expect(best(bot, 'GetPNRStatus')).toBe('GetPNRStatus');
  });

  it('lets the name of a task decide where there is little training, most of all in its own order', () => {
    const bot = botOf(
      { 'Rent boat': ['get me a sail'], 'Show rental details': ['my rental details', 'all the details'] },
      { localeData: { en: { synonyms: { Boat: ['yacht'] } } } },
    );
    expect(best(bot, 'boat rent details')).toBe('Rent boat');
    expect(best(bot, 'Yacht rent')).toBe('Rent boat');
    expect(best(bot, 'show details of the rental of my boat')).toBe('Show rental details');
  });

  it('takes any number for the one it was trained with, unless the number tells tasks apart', () => {
    const bot = botOf({ Track: ['where is parcel X12', 'plan 1'], Refund: ['money back for 77', 'plan 2'] });
    const definite = (text: string) => bot.definiteIntent(toUtterance(text))?.intent.name;
    expect(definite('Where is parcel QX-998?')).toBe('Track');
    expect(definite('money back for 5')).toBe('Refund');
    expect(definite('plan 2')).toBe('Refund');
    expect(definite('plan 3')).toBeUndefined();
  });

  it.each([
    ['change plan', 'I changed the plan', true],
    ['change plan', 'changing plans', true],
    ['cancel order', 'cancelled my order', true],
    ['try again', 'he tries again', true],
    ['plan trip', 'a planet and trips', false],
    ['cab late', "the cab's late", true],
  ])('the pattern "%s" and "%s": %s', (pattern, text, matches) => {
    const bot = botOf(
      { Wanted: [], Other: ['something else'] },
      { patterns: [{ refId: 'cr-0', localeData: { en: { patterns: [{ value: pattern }] } } }] },
    );
    expect(bot.definiteIntent(toUtterance(text)) !== null).toBe(matches);
  });
});

describe.skipIf(!haveExports)('the utterances of real bots (skipped without the exports beside the checkout)', () => {
  it.each(EXPORT_NAMES)('all find their task in %s', (name) => {
    const { raw } = readExport(name);
    const bot = open(raw);
    for (const sentence of (raw.sentences ?? []) as { sentence: string; taskId: string; taskName: string }[]) {
      expect(bot.definiteIntent(toUtterance(sentence.sentence))?.score).toBe(1);
    }
  });
});
