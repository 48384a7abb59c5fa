import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { message } from '../engines/dialog/bot-builder.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createMigratedDatabase, databaseKinds } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import type { Line } from '../support/own-bot.js';
import { createReceiver, json, type Receiver } from '../support/receiver.js';
import { liveBot, tea } from './recorded-bot.js';

const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const ACCEPTANCE = 'id node message comment acceptedBy { name } channel { id } acceptedAt until';
const CHECK = `id status turns alike accepted different failing unknown
  groups { edges { node { key outcome node turns acceptance { ${ACCEPTANCE} } examples { turn { id } } } } }`;
for (const { name, skipped } of databaseKinds()) {
  describe.skipIf(skipped)(`a difference that is wanted, on ${name}`, () => {
    let services: Receiver;
    let app: TestApp;
    let line: Line;
    let drop = async () => {};
    beforeAll(async () => {
      services = await createReceiver(json(200, { left: 7 }));
      const scratch = name === 'SQLite' ? null : await createMigratedDatabase();
      if (scratch) drop = () => scratch.drop();
      app = await startTestApp(scratch ? { env: { DATABASE_URL: scratch.url, KEY_RING: KEYS } } : {});
    });
    beforeEach(async () => {
      line = await liveBot(app, tea(services.port), { record: true });
      for (const words of ['tea', 'green', 'tea', 'black'])
        await line.v1({ message: { text: words }, from: { id: 'ann' } });
    });
    afterEach(async () => {
      await app.gql('mutation { updateAccountSettings(publishCondition: null) { fourEyes } }');
    });
    afterAll(async () => {
      await app?.remove();
      await services.close();
      await drop();
    });

    const edit = (definition: JsonObject) =>
      app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
        input: { botId: line.channel.botId, definition, mode: 'FULL' },
      });
    const say = (text: string) => edit(tea(services.port, { Tell: message(text, 'end') }));
    async function check() {
      const { startCheck } = await app.gql('mutation($input: StartCheckInput!) { startCheck(input: $input) { id } }', {
        input: { botId: line.channel.botId },
      });
      return eventually(
        async () => (await app.gql(`query($id: ID!) { versionCheck(id: $id) { ${CHECK} } }`, startCheck)).versionCheck,
        ({ status }) => status !== 'RUNNING',
      );
    }
    const groupsOf = (checked: { groups: { edges: { node: { key: string; outcome: string } }[] } }) =>
      checked.groups.edges.map(({ node }) => node);
    const accept = async (checkId: string, group: string | undefined, comment?: string) =>
      (
        await app.gql(
          `mutation($checkId: ID!, $group: String!, $comment: String) {
            acceptDifference(checkId: $checkId, group: $group, comment: $comment) { ${ACCEPTANCE} } }`,
          { checkId, group, comment },
        )
      ).acceptDifference;
    const takeBack = (id: string) => app.gql('mutation($id: ID!) { takeBackDifference(id: $id) }', { id });
    const publish = (checkId: string) =>
      app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
        input: { botId: line.channel.botId, channelIds: [line.channel.id], checkId },
      });

    it('is counted as accepted by later checks, whatever values it has, and another in its place is not', async () => {
      await say('Sold out: {{context.code}}.');
      const first = await check();
      expect(first).toMatchObject({ alike: 2, accepted: 0, different: 2 });
      const [group] = groupsOf(first);
      expect(group).toMatchObject({ outcome: 'DIFFERENT', acceptance: null });
      const accepted = await accept(first.id, group?.key, 'The shop is closed.');
      expect(accepted).toMatchObject({
        node: 'Tell',
        comment: 'The shop is closed.',
        channel: { id: line.channel.id },
        acceptedBy: { name: expect.any(String) },
      });
      expect(Date.parse(accepted.until)).toBeGreaterThan(Date.parse(accepted.acceptedAt));

      const second = await check();
      expect(second).toMatchObject({ alike: 2, accepted: 2, different: 0 });
      expect(groupsOf(second)).toMatchObject([
        { outcome: 'ACCEPTED', node: 'Tell', turns: 2, acceptance: { id: accepted.id } },
      ]);
      const { versionCheck } = await app.gql(`query($id: ID!) { versionCheck(id: $id) { ${CHECK} } }`, first);
      expect(groupsOf(versionCheck)).toMatchObject([{ outcome: 'DIFFERENT', acceptance: { id: accepted.id } }]);

      await say('Closed: {{context.code}}.');
      expect(await check()).toMatchObject({ alike: 2, accepted: 0, different: 2 });
    });

    it('stands on its bot and in the audit log, and can be taken back', async () => {
      await say('Sold out: {{context.code}}.');
      const first = await check();
      await accept(first.id, groupsOf(first)[0]?.key, 'The shop is closed.');
      await say('Closed: {{context.code}}.');
      const { bot } = await app.gql(`query($id: ID!) { bot(id: $id) { acceptedDifferences { ${ACCEPTANCE} } } }`, {
        id: line.channel.botId,
      });
      expect(bot.acceptedDifferences).toMatchObject([{ comment: 'The shop is closed.' }]);
      await say('Sold out: {{context.code}}.');
      const counted = await check();
      expect(counted).toMatchObject({ accepted: 2, different: 0 });
      await app.gql(
        'mutation { updateAccountSettings(publishCondition: { maxFailing: 0, maxDifferent: 0 }) { fourEyes } }',
      );
      await publish(counted.id);

      await takeBack(bot.acceptedDifferences[0].id);
      await expect(publish(counted.id)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('accepted no more'),
      });
      const again = await check();
      expect(again).toMatchObject({ accepted: 0, different: 2 });
      await expect(publish(again.id)).rejects.toMatchObject({ message: expect.stringContaining('Accept the diff') });
      await expect(takeBack(bot.acceptedDifferences[0].id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const { auditLog } = await app.gql(
        'query($subject: ID!) { auditLog(subject: $subject, first: 10) { edges { node { action } } } }',
        { subject: line.channel.botId },
      );
      const actions = auditLog.edges.map((edge: { node: { action: string } }) => edge.node.action);
      expect(actions).toEqual(expect.arrayContaining(['bot.accept-difference', 'bot.take-back-difference']));
    });

    it('is a group of different turns of a check one may see', async () => {
      await edit(tea(services.port, { Count: { type: 'script', component: { script: 'none();' }, next: 'Tell' } }));
      const failing = await check();
      const [group] = groupsOf(failing);
      await expect(accept(failing.id, group?.key)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining('FAILING'),
      });
      await expect(accept(failing.id, 'none')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      await expect(accept('jb-none', 'none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}
