import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createMigratedDatabase, databaseKinds } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import type { Line } from '../support/own-bot.js';
import { createReceiver, json, type Receiver } from '../support/receiver.js';
import { tablesWith } from '../support/traces.js';
import { liveBot, tea } from './recorded-bot.js';

const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
for (const { name, skipped } of databaseKinds()) {
  describe.skipIf(skipped)(`the record of a turn, on ${name}`, () => {
    let services: Receiver;
    let app: TestApp;
    let line: Line;
    let database: Database;
    let drop = async () => {};
    beforeAll(async () => {
      services = await createReceiver(json(200, { left: 'needle-answer' }));
      const scratch = name === 'SQLite' ? null : await createMigratedDatabase();
      if (scratch) drop = () => scratch.drop();
      app = await startTestApp({
        ...(scratch && { env: { DATABASE_URL: scratch.url, KEY_RING: KEYS } }),
        database(real) {
          database = real;
          return real;
        },
      });
      line = await liveBot(app, tea(services.port), { record: true });
    });
    afterAll(async () => {
      await app.remove();
      await services.close();
      await drop();
    });

    const say = async (user: string, words: string, on = line) => {
      const { status, body } = await on.v1({ message: { text: words }, from: { id: user } });
      expect(status).toBe(200);
      return body;
    };
    const exported = async (user: string) =>
      (await app.gql('mutation($user: String!) { exportUser(user: $user) }', { user })).exportUser;
    const records = () => database.read('turn_records').select('*');

    it('holds the session before and what the outside answered, sealed, and is part of what a user may have', async () => {
      const before = (await records()).length;
      await say('ann', 'tea');
      await say('ann', 'needle-words');
      expect(await tablesWith(database, 'needle-answer')).not.toContain('turn_records');
      expect(await records()).toHaveLength(before + 2);
      const [first, second] = (await exported('ann')).conversations[0].turns;
      expect(first.record).toEqual({ sessionBefore: null, answers: [] });
      expect(second.record.sessionBefore.engine.dialog.frames).toHaveLength(1);
      expect(JSON.parse(second.record.answers[0].answer.value.body)).toEqual({ left: 'needle-answer' });
      expect(second.record.answers[0].node).toBe('Stock');
    });

    it('goes with its user', async () => {
      await say('bob', 'tea');
      const before = (await records()).length;
      const { eraseUser } = await app.gql('mutation { eraseUser(user: "bob", reason: "asked for") { id } }');
      await eventually(
        async () => (await app.gql('query($id: ID!) { erasureJob(id: $id) { status } }', eraseUser)).erasureJob,
        ({ status }) => status === 'DONE',
      );
      expect(await records()).toHaveLength(before - 1);
    });

    it('holds nothing that the bot keeps private', async () => {
      const discreet = await liveBot(app, tea(services.port), { record: true });
      await app.gql('mutation($botId: ID!, $masks: [MaskRuleInput!]) { setPrivacy(botId: $botId, masks: $masks) }', {
        botId: discreet.channel.botId,
        masks: [{ kind: 'REGEX', pattern: 'needle-[a-z]+', replacement: '***' }],
      });
      await say('cid', 'tea', discreet);
      await say('cid', 'needle-words', discreet);
      expect(services.requests.at(-1)?.text).toContain('needle-words');
      await say('cid', 'tea', discreet);
      const turns = (await exported('cid')).conversations[0].turns;
      expect(JSON.stringify(turns)).not.toContain('needle');
      expect(JSON.stringify(turns[1].record)).toContain('***');
    });

    it('is not kept of a bot that does not want it', async () => {
      const other = await liveBot(app, tea(services.port), { record: false });
      const before = (await records()).length;
      await say('dan', 'tea', other);
      expect(await records()).toHaveLength(before);
    });

    it('only says so when the outside answered more than is kept', async () => {
      services.script(json(200, { left: 'x'.repeat(600_000) }));
      await say('eve', 'tea');
      await say('eve', 'green');
      const [, second] = (await exported('eve')).conversations[0].turns;
      expect(second.record).toBeNull();
    });
  });
}
