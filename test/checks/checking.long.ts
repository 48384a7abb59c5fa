import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkVerb } from '../../src/cli/check.js';
import type { JsonObject } from '../../src/json.js';
import type { Database } from '../../src/store/database/database.js';
import { exportOf, message, script } from '../engines/dialog/bot-builder.js';
import { ADMIN_TOKEN, startTestApp, type TestApp } from '../support/app.js';
import { createMigratedDatabase, databaseKinds } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import type { Line } from '../support/own-bot.js';
import { createReceiver, json, type Receiver } from '../support/receiver.js';
import { tablesWith } from '../support/traces.js';
import { liveBot, service, tea } from './recorded-bot.js';

const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const FIELDS = 'id status conversations turns alike different failing unknown total version { number } error';
const GROUPS = `{ edges { node { key outcome node message turns channel { id }
  examples { turn { id input } was is trace } } } totalCount }`;
for (const { name, skipped } of databaseKinds()) {
  describe.skipIf(skipped)(`a check of a version, on ${name}`, () => {
    let services: Receiver;
    let app: TestApp;
    let line: Line;
    let database: Database;
    let drop = async () => {};
    beforeAll(async () => {
      services = await createReceiver(json(200, { left: 7 }));
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
      for (const user of ['ann', 'bob', 'cid'])
        for (const words of ['tea', `needle-${user}`, 'tea', 'black']) await say(user, words);
    });
    afterAll(async () => {
      await app.remove();
      await services.close();
      await drop();
    });

    async function say(user: string, words: string, on = line) {
      const { status } = await on.v1({ message: { text: words }, from: { id: user } });
      expect(status).toBe(200);
    }
    async function check(input: object = {}) {
      const { startCheck } = await app.gql(
        `mutation($input: StartCheckInput!) { startCheck(input: $input) { ${FIELDS} } }`,
        { input: { botId: line.channel.botId, ...input } },
      );
      return eventually(
        async () =>
          (await app.gql(`query($id: ID!) { versionCheck(id: $id) { ${FIELDS} groups ${GROUPS} } }`, startCheck))
            .versionCheck,
        ({ status }) => status !== 'RUNNING',
      );
    }
    const edit = (definition: JsonObject, botId = line.channel.botId) =>
      app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
        input: { botId, definition, mode: 'FULL' },
      });

    it('finds the live version and the unchanged draft alike in all turns, and asks and sends nothing', async () => {
      const turnsEver = () => database.read('turns').count({ n: '*' });
      await edit(tea(services.port));
      const [asked, turnsBefore] = [services.requests.length, await turnsEver()];
      const alike = { status: 'DONE', conversations: 3, turns: 12, alike: 12, different: 0, failing: 0, unknown: 0 };
      expect(await check({ versionNumber: 1 })).toMatchObject({ ...alike, total: 12, version: { number: 1 } });
      expect(await check({ mode: 'WHOLE_CONVERSATION' })).toMatchObject({ ...alike, version: null });
      expect(services.requests).toHaveLength(asked);
      expect(await turnsEver()).toEqual(turnsBefore);
    });

    const soldOut = () => edit(tea(services.port, { Tell: message('Sold out: {{context.code}}.', 'end') }));

    it('groups what a changed draft says otherwise, with both sides and the trace', async () => {
      await soldOut();
      const { groups, ...found } = await check();
      expect(found).toMatchObject({ turns: 12, alike: 6, different: 6, failing: 0, unknown: 0 });
      expect(groups.totalCount).toBe(1);
      const [{ node: group }] = groups.edges;
      expect(group).toMatchObject({ outcome: 'DIFFERENT', node: 'Tell', turns: 6, channel: { id: line.channel.id } });
      const [example] = group.examples;
      expect(example.turn.input.message.text).toMatch(/needle|black/);
      expect(example.is.said[0].replies[0].text).toMatch(/^Sold out: 0\.\d+\.$/);
      const code = example.is.said[0].replies[0].text.match(/0\.\d+/)[0];
      expect(example.was.said[0].replies[0].text).toContain(code);
      expect(example.trace).toContainEqual(expect.objectContaining({ kind: 'node', node: 'Tell' }));
      expect((await tablesWith(database, 'Sold out')).filter((table) => table === 'checked_turns')).toEqual([]);
    });

    it('shows what was said to those alone who may read it', async () => {
      const { createUser } = await app.gql('mutation { createUser(input: { name: "V", role: VIEWER }) { id } }');
      const { createApiToken: viewer } = await app.gql(
        'mutation($id: ID!) { createApiToken(userId: $id, name: "t") }',
        createUser,
      );
      await soldOut();
      await check();
      const { versionChecks } = await app.gql(
        `query($botId: ID!) { versionChecks(botId: $botId, first: 1) { edges { node { different groups ${GROUPS} } } } }`,
        { botId: line.channel.botId },
        viewer,
      );
      const [{ node }] = versionChecks.edges;
      expect(node.different).toBe(6);
      expect(JSON.stringify(node.groups)).not.toMatch(/Sold out|needle/);
      expect(node.groups.edges[0].node.examples[0]).toMatchObject({ was: { hidden: true }, trace: null });
      const starting = app.gql(
        'mutation($input: StartCheckInput!) { startCheck(input: $input) { id } }',
        { input: { botId: line.channel.botId } },
        viewer,
      );
      await expect(starting).rejects.toMatchObject({ code: 'FORBIDDEN' });
    });

    it('names what fails, and what nobody knows', async () => {
      await edit(tea(services.port, { Count: script('no.such.thing();', 'Tell') }));
      const failing = await check();
      expect(failing).toMatchObject({ alike: 6, failing: 6 });
      expect(failing.groups.edges[0].node).toMatchObject({ outcome: 'FAILING', node: 'Count', turns: 6 });
      await edit(tea(services.port, { Stock: service(services.port, '{"other": 1}', 'Count') }));
      const unknown = await check();
      expect(unknown).toMatchObject({ alike: 6, unknown: 6 });
      expect(unknown.groups.edges[0].node).toMatchObject({ outcome: 'UNKNOWN', node: 'Stock', turns: 6 });
    });

    it('takes a part of the time and of the turns, and refuses what makes no sense', async () => {
      expect(await check({ versionNumber: 1, maxTurns: 5 })).toMatchObject({ status: 'DONE', turns: 5, total: 5 });
      const past = { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' };
      expect(await check({ versionNumber: 1, ...past })).toMatchObject({ status: 'DONE', turns: 0 });
      await expect(check({ versionNumber: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(check({ channelIds: ['ivrInst-none'] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      await expect(check({ maxTurns: 0 })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });

    it('is what a publish rests on, where the account asks for it', async () => {
      const publish = (more: object) =>
        app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
          input: { botId: line.channel.botId, channelIds: [line.channel.id], ...more },
        });
      const settings = (condition: string) =>
        app.gql(
          `mutation { updateAccountSettings(publishCondition: ${condition}) { publishCondition { maxFailing maxDifferent } } }`,
        );
      const { updateAccountSettings } = await settings('{ maxFailing: 0, maxDifferent: 0.05 }');
      expect(updateAccountSettings.publishCondition).toEqual({ maxFailing: 0, maxDifferent: 0.05 });
      await expect(publish({})).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('startCheck'),
      });

      await edit(tea(services.port, { Tell: message('Sold out.', 'end') }));
      const different = await check();
      const refused = publish({ checkId: different.id });
      await expect(refused).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('50 %') });
      await publish({ checkId: different.id, checkReason: 'The shop is closed.' });
      const { approvalRequests } = await app.gql(
        '{ approvalRequests(status: PENDING, first: 1) { edges { node { checkReason check { id different } } } } }',
      );
      expect(approvalRequests.edges[0].node).toEqual({
        checkReason: 'The shop is closed.',
        check: { id: different.id, different: 6 },
      });

      await edit(tea(services.port));
      await expect(publish({ checkId: different.id })).rejects.toMatchObject({ code: 'CONFLICT' });
      await publish({ checkId: (await check()).id });
      await expect(publish({ checkId: 'jb-none' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      await settings('null');
      await publish({});
    });

    it('runs in a pipeline, which reads its exit code and JUnit XML', async () => {
      const told: string[] = [];
      const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => told.push(String(text)) > 0);
      const file = join(app.dataDir, 'check.xml');
      const run = async (failOn: string) => {
        const args = ['--bot', line.channel.botId, '--token', ADMIN_TOKEN, '--url', app.url, '--against', '1d'];
        await checkVerb().parseAsync([...args, '--fail-on', failOn, '--junit', file], { from: 'user' });
        const { exitCode } = process;
        process.exitCode = undefined;
        return { exitCode, xml: await readFile(file, 'utf8') };
      };
      try {
        await edit(tea(services.port, { Tell: message('<Sold> & out.', 'end') }));
        const failed = await run('failing>0,different>0.05');
        expect(failed.exitCode).toBe(4);
        expect(failed.xml).toContain('failures="1"');
        expect(failed.xml).toContain('<failure message="6 of 12 turns are different"/>');
        expect(told.join('')).toContain('different  node "Tell"');
        const passed = await run('failing>0,different>0.5');
        expect(passed).toMatchObject({ exitCode: undefined, xml: expect.stringContaining('failures="0"') });
      } finally {
        write.mockRestore();
      }
    });

    it('goes on after a restart of the server in the middle of it', async () => {
      const { startCheck } = await app.gql('mutation($input: StartCheckInput!) { startCheck(input: $input) { id } }', {
        input: { botId: line.channel.botId, versionNumber: 1 },
      });
      await app.restart();
      const done = await eventually(
        async () => (await app.gql(`query($id: ID!) { versionCheck(id: $id) { ${FIELDS} } }`, startCheck)).versionCheck,
        ({ status }) => status !== 'RUNNING',
      );
      expect(done).toMatchObject({ status: 'DONE', turns: 12, alike: 12, conversations: 3 });
    });

    it('forgets an erased user', async () => {
      const other = await liveBot(app, tea(services.port), { record: true });
      const { botId } = other.channel;
      for (const user of ['dan', 'eve']) for (const words of ['tea', `needle-${user}`]) await say(user, words, other);
      await edit(exportOf({ tea: { Gone: message('Gone.', 'end') } }), botId);
      const { id, different } = await check({ botId });
      expect(different).toBe(4);
      const { eraseUser } = await app.gql('mutation { eraseUser(user: "dan", reason: "asked for") { id } }');
      await eventually(
        async () => (await app.gql('query($id: ID!) { erasureJob(id: $id) { status } }', eraseUser)).erasureJob,
        ({ status }) => status === 'DONE',
      );
      const { versionCheck } = await app.gql(`query($id: ID!) { versionCheck(id: $id) { groups ${GROUPS} } }`, { id });
      const groups = versionCheck.groups.edges.map((edge: { node: { turns: number } }) => edge.node.turns);
      expect(groups.reduce((sum: number, turns: number) => sum + turns, 0)).toBe(2);
      expect(JSON.stringify(versionCheck)).not.toContain('needle-dan');
      expect(JSON.stringify(versionCheck)).toContain('needle-eve');
    });
  });
}
