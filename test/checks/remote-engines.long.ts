import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import type { Database } from '../../src/store/database/database.js';
import { createVault } from '../../src/store/vault.js';
import { packed, turnRecordData, unpacked } from '../../src/turn/turn-record.js';
import { createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { type Line, lineOf } from '../support/own-bot.js';
import { type Answer, answer, createReceiver, json, type Received, type Receiver } from '../support/receiver.js';

const KEY = Buffer.alloc(32, 7);
const vault = createVault([{ id: 'k1', key: KEY }]);

/** A kind of bot that lives elsewhere: its settings, and what it answers to say a text. */
interface Kind {
  name: string;
  engine: string;
  settings(url: string): JsonObject;
  says(text: string): Answer;
  /** It says that it answers later, and does so at the address it was given. */
  later?: true;
}

const KINDS: Kind[] = [
  {
    name: 'of our own protocol',
    engine: 'HTTP',
    settings: (url) => ({ url: `${url}/turn`, secret: 'engine-secret' }),
    says: (text) => json(200, { messages: [text], session: { state: { last: text } } }),
  },
  {
    name: 'of our own protocol that answers later',
    engine: 'HTTP',
    settings: (url) => ({ url: `${url}/turn`, secret: 'engine-secret' }),
    says: () => answer(202),
    later: true,
  },
  {
    name: 'of Rasa',
    engine: 'RASA',
    settings: (url) => ({ url }),
    says: (text) => json(200, [{ recipient_id: 'x', text }]),
  },
  {
    name: 'of the chat completions API',
    engine: 'OPENAI',
    settings: (url) => ({ url: `${url}/v1`, model: 'm', apiKey: 'sk-test', images: true }),
    says: (content) => json(200, { choices: [{ index: 0, message: { role: 'assistant', content } }] }),
  },
  {
    name: 'of the Bot Framework',
    engine: 'BOT_FRAMEWORK',
    settings: (url) => ({ url: `${url}/api/messages` }),
    says: (text) => json(200, { activities: [{ type: 'message', text }] }),
  },
];

describe.each(KINDS)('recorded turns of a bot $name', ({ engine, settings, says, later }) => {
  let bot: Receiver;
  let app: TestApp;
  let line: Line;
  let database: Database;
  let count = 0;
  const ask = { text: 'Look at this.' };

  beforeAll(async () => {
    // Never the same answer twice: one that is given again was recorded.
    bot = await createReceiver((exchange) => {
      count += 1;
      return says(`answer ${count}`)(exchange);
    });
    app = await startTestApp({
      env: { KEY_RING: `k1:${KEY.toString('base64')}` },
      database(real) {
        database = real;
        return real;
      },
    });
    const caller = await createCaller(app);
    const botId = await createBot(app, { engine, engineSettings: { ...settings(bot.url), record: true } });
    const [channel] = await goLive(app, botId, [{ appClientId: caller.clientId }]);
    if (!channel) throw new Error('no channel');
    line = lineOf(app, caller, channel);
    await say({ text: 'Hello.' });
    bot.script(answer(500, 'boom'));
    await line.v1({ message: { text: 'Fail.' }, from: { id: 'ann' } });
    await say({ text: 'Again.' });
    await say({ ...ask, attachments: [{ fileId: await upload('photo') }] });
  });
  afterAll(async () => {
    await app?.remove();
    await bot?.close();
  });

  async function say(message: JsonObject): Promise<void> {
    const asked = bot.requests.length;
    const answered = line.v1({ message, from: { id: 'ann' } });
    if (later) {
      const request = (await bot.received(asked + 1))[asked] as Received;
      const { callbackUrl } = request.json() as { callbackUrl: string };
      const called = await app.post(new URL(callbackUrl).pathname, { messages: [`later ${asked}`] });
      expect(called.status).toBe(200);
    }
    const { status, body } = await answered;
    expect([status, body.text]).toEqual([200, expect.stringMatching(/^(answer|later) \d+$/)]);
  }

  async function upload(content: string): Promise<string> {
    const form = new FormData();
    form.set('file', new Blob([content]), 'photo.png');
    form.set('fileContext', 'chat');
    form.set('fileExtension', 'png');
    const to = `${app.url}/api/public/uploadfile`;
    const response = await fetch(to, { method: 'POST', headers: line.caller.headers(), body: form });
    expect(response.status).toBe(200);
    return ((await response.json()) as { fileId: string }).fileId;
  }

  async function check() {
    const { startCheck } = await app.gql('mutation($input: StartCheckInput!) { startCheck(input: $input) { id } }', {
      input: { botId: line.channel.botId, versionNumber: 1 },
    });
    return eventually(
      async () =>
        (
          await app.gql(
            `query($id: ID!) { versionCheck(id: $id) { status turns alike different failing unknown
              groups { edges { node { outcome turns examples { turn { input } } } } } } }`,
            startCheck,
          )
        ).versionCheck,
      ({ status }) => status !== 'RUNNING',
    );
  }

  it('are alike with their own version, also the one that failed, without asking again, and tell another attachment', async () => {
    const asked = bot.requests.length;
    expect(await check()).toMatchObject({ turns: 4, alike: 4, different: 0, failing: 0, unknown: 0 });
    expect(bot.requests).toHaveLength(asked);

    // another attachment is another question, whatever it is called
    await say({ ...ask, attachments: [{ fileId: await upload('other') }] });
    const rows: { turn_id: string; record: string }[] = await database.read('turn_records').orderBy('at');
    const [before, after] = rows.slice(-2).map(({ turn_id: id, record }) => {
      const kept = unpacked(vault.openBytes(record, turnRecordData(id)));
      if (kept.kept === 'TOO_LARGE' || kept.input.message.type !== 'text') throw new Error('it was a short text');
      return { id, kept, message: kept.input.message };
    });
    if (!before || !after) throw new Error('there are two turns');
    expect([before, after].map(({ message }) => message.attachments)).toMatchObject([
      [{ fileName: 'photo.png' }],
      [{ fileName: 'photo.png' }],
    ]);
    before.message.attachments = after.message.attachments;
    const record = vault.sealBytes(packed(before.kept), turnRecordData(before.id));
    await database.write('turn_records').where({ turn_id: before.id }).update({ record });
    expect(await check()).toMatchObject({ turns: 5, alike: 4, different: 0, failing: 0, unknown: 1 });
  });
});
