import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, emptyLog } from '../../src/store/database/database.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createMigratedDatabase, databaseKinds } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { end, engineOf, type Line, openLineOf, pause, said, text, textOf } from '../support/own-bot.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';
import { filesWith, tablesWith } from '../support/traces.js';

const CARD = '4111 1111 1111 1111';
const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const SET = `mutation($botId: ID, $channelId: ID, $masks: [MaskRuleInput!], $days: Int, $seal: Boolean) {
  setPrivacy(botId: $botId, channelId: $channelId, masks: $masks, retentionDays: $days, sealCustomData: $seal) }`;

for (const { name, skipped } of databaseKinds()) {
  describe.skipIf(skipped)(`what a bot masks, on ${name}`, () => {
    let receiver: Receiver;
    let app: TestApp;
    let line: Line;
    let database: Database;
    let drop = async () => {};
    const logged: string[] = [];
    const heard: string[] = [];
    beforeAll(async () => {
      receiver = await createReceiver();
      const scratch = name === 'SQLite' ? null : await createMigratedDatabase();
      if (scratch) drop = () => scratch.drop();
      const log = pino({ level: 'trace' }, { write: (entry: string) => void logged.push(entry) });
      const bot = engineOf(async function* (turn) {
        const { engine } = turn.session as { engine: { before?: string } };
        heard.push(`${textOf(turn)} after ${engine.before ?? 'nothing'}`);
        engine.before = textOf(turn);
        yield said(`you said ${textOf(turn)}`);
        if (textOf(turn).startsWith('slow')) yield pause(turn);
        if (textOf(turn).startsWith('fail')) throw new Error(`no answer to ${textOf(turn)}`);
        yield end(turn);
      });
      app = await startTestApp({
        ...bot,
        log,
        ...(scratch && { env: { DATABASE_URL: scratch.url, KEY_RING: KEYS } }),
        database(real) {
          database = real;
          return real;
        },
      });
    });
    beforeEach(async () => {
      heard.length = 0;
      line = await openLineOf(app, { name: 'desk', mode: 'ASYNC', postUrl: receiver.url });
      await app.gql(SET, {
        botId: line.channel.botId,
        masks: [{ kind: 'CARD' }, { kind: 'REGEX', pattern: 'K-[0-9]+', replacement: '***' }],
        seal: true,
      });
    });
    afterAll(async () => {
      await app.remove();
      await receiver.close();
      await drop();
    });

    const say = async (words: string, more: object = {}, headers: Record<string, string> = {}) => {
      const before = receiver.requests.length;
      expect((await line.v2(text(words), { from: { id: 'ann' }, ...more }, headers)).status).toBe(200);
      await receiver.received(before + 1);
      await eventually(async () => (await database.read('deliveries').where('status', 'PENDING')).length === 0);
    };
    const stored = async () => {
      const tables = ['turns', 'deliveries', 'delivery_attempts', 'sessions', 'conversations'];
      return JSON.stringify(await Promise.all(tables.map((table) => database.read(table).select('*'))));
    };

    it('is said to the bot and its receiver as it was, and stored masked', async () => {
      await say(`pay with ${CARD} for K-77`);
      expect(heard).toEqual([`pay with ${CARD} for K-77 after nothing`]);
      expect(receiver.requests.at(-1)?.text).toContain(`you said pay with ${CARD} for K-77`);
      const rows = await stored();
      expect(rows).not.toContain(CARD);
      expect(rows).not.toContain('K-77');
      expect(rows).toContain('pay with [card] for ***');
      expect(rows).toContain('you said pay with [card] for ***');
      await say('and now', {}, { 'Idempotency-Key': 'one' }); // stored first
      expect(heard.at(-1)).toBe(`and now after pay with ${CARD} for K-77`);
      await say(`slow ${CARD}`);
      await say(`fail ${CARD}`, {}, { 'Idempotency-Key': 'two' });
      expect(heard.at(-1)).toBe(`fail ${CARD} after slow ${CARD}`);
      expect(await stored()).not.toContain(CARD);
      const failed = logged.find((entry) => entry.includes('turn failed'));
      expect(failed).toContain('no answer to fail [card]');
      expect(logged.join('')).not.toContain(CARD);
      expect(await database.read('deliveries').whereNotNull('sealed')).toEqual([]); // all have arrived
    });

    it('is stored nowhere, however and wherever it was written', async () => {
      const forms = ['4111-1111-1111-1111', '4111111111111111', '４１１１１１１１１１１１１１１１'];
      const upload = new FormData();
      upload.append('file', new Blob(['content']), '4111 1111 1111 1111.txt');
      upload.append('fileContext', 'workflows');
      upload.append('fileExtension', 'txt');
      const sent = await fetch(`${app.url}/api/public/uploadfile`, {
        method: 'POST',
        body: upload,
        headers: line.caller.headers(),
      });
      const { fileId } = (await sent.json()) as { fileId: string };
      const more = {
        customData: { deep: [{ card: 4111111111111111, 'K-79': { note: forms } }], '4111 1111 1111 1111': 'a name' },
        from: { id: 'ann', userInfo: { firstName: `Ann ${CARD}` } },
      };
      await app.gql(SET, { botId: line.channel.botId, seal: false });
      const bodies = [
        { ...text(`all of ${forms.join(', ')}`), attachments: [{ fileId }] },
        { type: 'event', val: 'ON_CONNECT_EVENT' },
        { type: 'template', val: { type: 'button', payload: { text: CARD, cards: forms } } },
      ];
      for (const body of bodies) {
        const answered = await line.v2(body, more);
        expect(answered.status).toBe(200);
      }
      await eventually(async () => (await database.read('turns').whereNot('status', 'DONE')).length === 0);
      await eventually(async () => (await database.read('deliveries').where('status', 'PENDING')).length === 0);
      expect(heard.some((words) => words.includes(forms.join(', ')))).toBe(true);
      await eventually(() => emptyLog(database)); // until then it has the file's name as it was uploaded
      for (const needle of [CARD, ...forms]) {
        expect(await tablesWith(database, needle), needle).toEqual([]);
        if (name === 'SQLite') expect(await filesWith(app.dataDir, needle), needle).toEqual([]);
        expect(logged.filter((entry) => entry.includes(needle))).toEqual([]);
      }
    });

    it('is kept sealed until it has arrived', async () => {
      receiver.script(answer(503), answer(503));
      await say(`late ${CARD}`);
      expect(receiver.requests.at(-1)?.text).toContain(CARD);
      expect(await stored()).not.toContain(CARD);
    });

    it('seals custom data, which an export opens', async () => {
      await say('with data', { customData: { secret: 'needle-data' }, from: { id: 'dan' } });
      expect(await stored()).not.toContain('needle-data');
      const { exportUser } = await app.gql('mutation { exportUser(user: "dan") }');
      const turns: { customData?: unknown }[] = exportUser.conversations[0].turns;
      expect(turns.at(-1)?.customData).toEqual({ secret: 'needle-data' });
    });

    it('is read back, refused where it is wrong, and ends at once', async () => {
      const { bot } = await app.gql(
        'query($id: ID!) { bot(id: $id) { privacy { masks { kind pattern replacement } retentionDays sealCustomData } } }',
        { id: line.channel.botId },
      );
      expect(bot.privacy).toEqual({
        masks: [
          { kind: 'CARD', pattern: null, replacement: '[card]' },
          { kind: 'REGEX', pattern: 'K-[0-9]+', replacement: '***' },
        ],
        retentionDays: null,
        sealCustomData: true,
      });
      const wrong = (more: object) =>
        app.gql(SET, { channelId: line.channel.id, ...more }).catch(({ code, field }) => ({ code, field }));
      expect(await wrong({ masks: [{ kind: 'REGEX', pattern: '(a)\\1' }] })).toEqual({
        code: 'BAD_USER_INPUT',
        field: 'masks.0.pattern',
      });
      expect(await wrong({ days: 0 })).toEqual({ code: 'BAD_USER_INPUT', field: 'retentionDays' });
      expect(await wrong({ botId: line.channel.botId })).toEqual({ code: 'BAD_USER_INPUT', field: 'botId' });
      await app.gql(SET, { botId: line.channel.botId, masks: [], seal: false });
      await say('open K-78');
      expect(await stored()).toContain('open K-78');
    });
  });
}
