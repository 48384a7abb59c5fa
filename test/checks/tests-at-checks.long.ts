import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkVerb } from '../../src/cli/check.js';
import type { JsonObject } from '../../src/json.js';
import type { Database } from '../../src/store/database/database.js';
import { message, script } from '../engines/dialog/bot-builder.js';
import { ADMIN_TOKEN, publish, startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { type Line, text } from '../support/own-bot.js';
import { createReceiver, json, type Receiver } from '../support/receiver.js';
import { tablesWith } from '../support/traces.js';
import { liveBot, service, tea } from './recorded-bot.js';

const CHECK = `id status turns failing error tests { passed failed unknown
  results { totalCount edges { node { testId name outcome step node message was is trace } } } }`;

describe('tests of a bot, at a check', () => {
  let services: Receiver;
  let app: TestApp;
  let line: Line;
  let database: Database;

  beforeAll(async () => {
    services = await createReceiver(json(200, { left: 7 }));
    app = await startTestApp({
      database(real) {
        database = real;
        return real;
      },
    });
  }, 120_000);
  beforeEach(async () => {
    line = await liveBot(app, tea(services.port), { record: true });
    await keep('recorded', 'Recorded');
  });
  afterEach(async () => {
    await app.gql('mutation { updateAccountSettings(publishCondition: null) { fourEyes } }');
  });
  afterAll(async () => {
    await app?.remove();
    await services?.close();
  });

  async function keep(user: string, name: string, words = ['tea', `needle-${user}`]): Promise<string> {
    let turn: { status: string; conversation: { id: string } } | undefined;
    for (const said of words) {
      const { body } = await line.v2(text(said), { from: { id: user } });
      const asked = 'query($traceId: String!) { turn(traceId: $traceId) { status conversation { id } } }';
      turn = await eventually(
        async () => (await app.gql(asked, { traceId: body.traceId })).turn,
        (found) => found?.status === 'DONE',
      );
    }
    const { saveBotTest } = await app.gql(
      'mutation($conversationId: ID!, $name: String!) { saveBotTest(conversationId: $conversationId, name: $name) { id } }',
      { conversationId: turn?.conversation.id, name },
    );
    return saveBotTest.id;
  }
  async function check(input: object = {}) {
    const { startCheck } = await app.gql('mutation($input: StartCheckInput!) { startCheck(input: $input) { id } }', {
      input: { botId: line.channel.botId, maxTurns: 1, ...input },
    });
    return eventually(
      async () => (await app.gql(`query($id: ID!) { versionCheck(id: $id) { ${CHECK} } }`, startCheck)).versionCheck,
      ({ status }) => status !== 'RUNNING',
    );
  }
  const edit = (more: Parameters<typeof tea>[1] = {}) =>
    app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
      input: { botId: line.channel.botId, definition: tea(services.port, more), mode: 'FULL' },
    });
  const resultsOf = (found: { tests: { results: { edges: { node: JsonObject }[] } } }) =>
    found.tests.results.edges.map(({ node }) => node);

  it('bring the answers along that were recorded, and pass with what has not changed', async () => {
    const asked = services.requests.length;
    const found = await check({ versionNumber: 1 });
    expect(found).toMatchObject({ status: 'DONE', error: null, tests: { passed: 1, failed: 0, unknown: 0 } });
    expect(resultsOf(found)).toMatchObject([{ name: 'Recorded', outcome: 'PASSED', was: null, is: null }]);
    expect(services.requests).toHaveLength(asked);
    expect(await tablesWith(database, '"left":7')).not.toContain('bot_test_records');
  });

  it('fail at the message that says something else, or with what fails, and both sides tell', async () => {
    await edit({ Tell: message('Sold out.', 'end') });
    const different = await check();
    expect(different.tests).toMatchObject({ passed: 0, failed: 1, unknown: 0 });
    const [result] = resultsOf(different);
    expect(result).toMatchObject({ outcome: 'FAILED', step: 1, node: 'Tell' });
    expect(result).toMatchObject({ is: { said: [{ replies: [{ text: 'Sold out.' }] }] } });
    expect(JSON.stringify(result?.was)).toMatch(/There is 7|Here: 0/);
    expect((await tablesWith(database, 'Sold out')).filter((table) => table === 'checked_tests')).toEqual([]);

    await edit({ Count: script('no.such.thing();', 'Tell') });
    expect(resultsOf(await check())).toMatchObject([{ outcome: 'FAILED', step: 1, node: 'Count' }]);
  });

  it('are unknown where the outside is asked what nobody recorded', async () => {
    await edit({ Stock: service(services.port, '{"other": 1}', 'Count') });
    expect(resultsOf(await check())).toMatchObject([{ outcome: 'UNKNOWN', step: 1, node: 'Stock' }]);
  });

  it('run where nothing is recorded', async () => {
    await app.gql('mutation($input: UpdateBotInput!) { updateBot(input: $input) { id } }', {
      input: { id: line.channel.botId, engineSettings: { record: false } },
    });
    await edit();
    await publish(app, line.channel.botId, [line.channel.id]);
    const ids = [await keep('plain', 'Asks which', ['tea']), await keep('called', 'Asks the shop')];
    const past = { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' };
    const found = await check(past);
    expect(found).toMatchObject({ turns: 0, tests: { passed: 2, failed: 0, unknown: 1 } });
    expect(resultsOf(found)).toContainEqual(expect.objectContaining({ name: 'Asks the shop', step: 1, node: 'Stock' }));
    for (const id of ids) await app.gql('mutation($id: ID!) { deleteBotTest(id: $id) }', { id });
  });

  it('are utterances, too, in the form of the platform, and leave in it', async () => {
    await edit();
    const cases = [
      { input: 'tea', intent: 'Tea' },
      { input: 'the weather on Mars', intent: 'tea' },
    ];
    const importing = (content: string) =>
      app.gql(
        `mutation($botId: ID!, $content: String!) { importBotTest(botId: $botId, name: "Batch", content: $content) {
          id steps channel { id } json: suite(format: JSON) csv: suite(format: CSV) } }`,
        { botId: line.channel.botId, content },
      );
    await expect(importing('nothing')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    const { importBotTest: suite } = await importing(JSON.stringify({ testCases: cases }));
    expect(suite).toMatchObject({ steps: cases, channel: null });
    expect(JSON.parse(suite.json)).toEqual({ testCases: cases });
    expect(suite.csv).toContain('the weather on Mars,tea,,,,');
    const results = resultsOf(await check()).filter(({ name }) => name === 'Batch');
    expect(results).toMatchObject([
      { outcome: 'FAILED', step: 1, was: { intent: 'tea' }, is: { intent: null } },
      { outcome: 'PASSED', step: 0, was: null },
    ]);
    await app.gql('mutation($id: ID!) { deleteBotTest(id: $id) }', suite);
  });

  it('count as failing for a publish that takes a check', async () => {
    const condition = 'publishCondition: { maxFailing: 0, maxDifferent: 1 }';
    await app.gql(`mutation { updateAccountSettings(${condition}) { publishCondition { maxFailing } } }`);
    await edit({ Tell: message('Sold out.', 'end') });
    const { id } = await check({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' });
    const publishing = app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
      input: { botId: line.channel.botId, channelIds: [line.channel.id], checkId: id },
    });
    await expect(publishing).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('1 of the tests'),
    });
  });

  it('are told in a pipeline, one by one', async () => {
    await edit({ Tell: message('Sold out.', 'end') });
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const file = join(app.dataDir, 'tests.xml');
    try {
      const args = ['--url', app.url, '--token', ADMIN_TOKEN, '--bot', line.channel.botId, '--junit', file];
      await checkVerb().parseAsync([...args, '--max-turns', '1'], { from: 'user' });
      expect(process.exitCode).toBe(4);
      const told = out.mock.calls.map(([chunk]) => String(chunk)).join('');
      expect(told).toContain('0 tests passed, 1 failed, 0 unknown.');
      expect(told).toContain('failed  test "Recorded" at message 2, node "Tell"');
      expect(await readFile(file, 'utf8')).toMatch(/name="Recorded">\s*<failure message="message 2, node &quot;Tell/);
    } finally {
      out.mockRestore();
      process.exitCode = undefined;
    }
  });

  it('leave nothing of an erased user in any check; the counts stay', async () => {
    await edit({ Tell: message('Sold out.', 'end') });
    const before = await check();
    expect(JSON.stringify(resultsOf(before))).toMatch(/There is 7|Here: 0/);
    await app.gql('mutation { eraseUser(user: "recorded", reason: "asked for") { id } }');
    const after = await eventually(
      async () =>
        (await app.gql(`query($id: ID!) { versionCheck(id: $id) { ${CHECK} } }`, { id: before.id })).versionCheck,
      (found) => resultsOf(found).length === 0,
    );
    expect(after.tests).toMatchObject({ passed: 0, failed: 1 });
    for (const table of ['bot_tests', 'bot_test_records', 'checked_tests'])
      expect(await database.read(table).count({ n: '*' }).first()).toMatchObject({ n: 0 });
  });
});
