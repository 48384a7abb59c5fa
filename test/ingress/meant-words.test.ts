import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { systemClock } from '../../src/time.js';
import { call, entity, exportOf, message } from '../engines/dialog/bot-builder.js';
import { createCaller, goLive, type LiveChannel, startTestApp, type TestApp } from '../support/app.js';
import { type Line, lineOf } from '../support/own-bot.js';

/** A Sunday in Los Angeles, a Monday in Kolkata. */
const NOW = Date.parse('2026-11-22T20:00:00Z');

const definition = exportOf(
  {
    'Book flight': { d: entity('date', 'When?', 'p'), p: entity('currencyv2', 'How much?', 'm'), m: booked() },
    'Book hotel': { c: call('Nowhere') },
  },
  {
    knowledgeTasks: [
      {
        language: 'en',
        faqs: {
          faqs: [
            {
              refId: 'q1',
              question: 'What is a ticket',
              responseType: 'message',
              answer: [{ text: 'A' }, { text: 'B' }],
            },
            { refId: 'q2', question: 'How to pay', responseType: 'dialog', dialogRefId: 'gone', answer: [] },
          ],
        },
      },
    ],
    koraResponses: [
      {
        Key: 'Did you mean',
        'Original Message': ['Did you mean?'],
        language: 'en',
        channelUXMaps: [{ channel: 'default', botUXMap: { uXMap: '<% print(getChoices().join(" or ")) %>' } }],
      },
    ],
  },
);

function booked() {
  return message('{{context.entities.d}} for {{context.entities.p.amount}} {{context.entities.p.unit}}');
}

let app: TestApp;
let line: Line;
let user = 0;
beforeAll(async () => {
  app = await startTestApp({ clock: { ...systemClock, now: () => NOW } });
  const { importBot } = await app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
    input: { definition, config: {}, mode: 'NEW' },
  });
  const caller = await createCaller(app);
  const [made] = (await goLive(app, importBot.bot.id, [{ appClientId: caller.clientId }])) as [LiveChannel];
  line = lineOf(app, caller, made);
});
beforeEach(() => {
  user += 1;
});
afterAll(() => app.remove());

async function say(val: string, userInfo: JsonObject = {}): Promise<string[]> {
  const { body } = await line.v2({ type: 'text', val }, { from: { id: `u${user}`, userInfo } });
  return body.data.map((item: { val: string }) => item.val);
}

it('a question with several answers says them all, each as a message of its own', async () => {
  expect(await say('what is a ticket')).toEqual(['A', 'B']);
  const { body } = await line.v1({ message: { text: 'what is a ticket' }, from: { id: `v${user}` } });
  expect(body.text).toEqual(['A', 'B']);
});

it('what runs a task that is not there says so', async () => {
  const said = ['I am sorry, this task is not available at the moment.'];
  expect(await say('how to pay')).toEqual(said);
  expect(await say('book hotel')).toEqual(said);
});

it('a script for ambiguous tasks has their names', async () => {
  expect(await say('book flight and book hotel')).toEqual(['Book flight or Book hotel']);
});

it('a day is that of the zone its user is in, and an amount has its currency', async () => {
  const userInfo = { timezone: 'Asia/Kolkata' };
  expect(await say('book flight', userInfo)).toEqual(['When?']);
  expect(await say('tomorrow')).toEqual(['How much?']);
  expect(await say('hello')).toEqual(['Again, please.']);
  expect(await say('5 lakh rupees')).toEqual(['2026-11-24 for 500000 INR']);
});
