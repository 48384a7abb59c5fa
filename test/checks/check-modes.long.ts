import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { sweep } from '../../src/store/tables/retention.js';
import { entity, message, type NodeSpec, script } from '../engines/dialog/bot-builder.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { Line } from '../support/own-bot.js';
import { createReceiver, json, type Receiver } from '../support/receiver.js';
import { liveBot, tea } from './recorded-bot.js';

const CHECK = 'id status turns total alike different failing unknown';

describe('a check', () => {
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
  });
  afterAll(async () => {
    await app?.remove();
    await services?.close();
  });
  beforeEach(async () => {
    line = await liveBot(app, tea(services.port), { record: true });
  });

  const say = async (user: string, ...all: string[]) => {
    for (const words of all) {
      const { status } = await line.v1({ message: { text: words }, from: { id: user } });
      expect(status).toBe(200);
    }
  };
  const edit = (more: Record<string, NodeSpec>) =>
    app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
      input: { botId: line.channel.botId, definition: tea(services.port, more), mode: 'FULL' },
    });
  const start = async (input: object = {}): Promise<{ id: string }> =>
    (
      await app.gql('mutation($input: StartCheckInput!) { startCheck(input: $input) { id } }', {
        input: { botId: line.channel.botId, ...input },
      })
    ).startCheck;
  const look = async ({ id }: { id: string }) =>
    (await app.gql(`query($id: ID!) { versionCheck(id: $id) { ${CHECK} } }`, { id })).versionCheck;
  const check = async (input: object = {}) => {
    const started = await start(input);
    return eventually(
      () => look(started),
      ({ status }) => status !== 'RUNNING',
    );
  };

  it('counts one difference where each turn has the session it had, and what follows from it where conversations go on', async () => {
    await say('ann', 'tea', 'green', 'tea', 'black');
    await edit({ Ask: entity('label', 'Which tea?', 'Much'), Much: entity('label', 'How much?', 'Stock') });
    expect(await check()).toMatchObject({ turns: 4, alike: 2, different: 2 });
    expect(await check({ mode: 'WHOLE_CONVERSATION' })).toMatchObject({ turns: 4, alike: 1 });
  });

  it('calls no turn different whose texts were masked: they may have sent it another way', async () => {
    await app.gql('mutation($botId: ID!, $masks: [MaskRuleInput!]) { setPrivacy(botId: $botId, masks: $masks) }', {
      botId: line.channel.botId,
      masks: [{ kind: 'REGEX', pattern: 'needle-[a-z]+', replacement: '***' }],
    });
    await say('ann', 'tea', 'needle-words');
    await say('bob', 'tea', 'green');
    await edit({});
    expect(await check()).toMatchObject({ turns: 4, alike: 4 });
    await edit({ Tell: message('Sold out.', 'end') });
    expect(await check()).toMatchObject({ turns: 4, alike: 2, different: 1, unknown: 1 });
  });

  it('is cancelled in the middle, and keeps what it has found by then', async () => {
    await say('ann', 'tea', 'green', 'tea', 'black', 'tea', 'white');
    await edit({ Count: script('for (;;) {}', 'Tell') });
    const started = await start();
    expect(await app.gql('mutation($id: ID!) { cancelJob(id: $id) }', started)).toEqual({ cancelJob: true });
    const canceled = await look(started);
    expect(canceled).toMatchObject({ status: 'CANCELED', total: 6 });
    expect(canceled.turns).toBeLessThan(6);
    await edit({});
    expect(await check()).toMatchObject({ status: 'DONE', turns: 6, alike: 6 });
    expect(await look(started)).toEqual(canceled);
  });

  it.skipIf(process.platform !== 'linux')('runs in a thread of the lowest priority', async () => {
    await say('ann', 'tea');
    await check({ versionNumber: 1 });
    const threads = readdirSync('/proc/self/task').map((id) => readFileSync(`/proc/self/task/${id}/stat`, 'utf8'));
    const niceness = threads.map((stat) => Number(stat.split(') ', 2)[1]?.split(' ')[16]));
    expect(niceness).toContain(19);
  });

  it('names no conversation of an erased user, also where it was cut short in it', async () => {
    await say('ann', 'tea', 'green');
    await say('bob', 'tea', 'green');
    const ended = await check({ maxTurns: 3, versionNumber: 1 });
    const ids: string[] = await database
      .read('turn_records')
      .where('channel_id', line.channel.id)
      .distinct('conversation_id')
      .pluck('conversation_id');
    const progressOf = async (): Promise<string> =>
      (await database.read('jobs').where('id', ended.id).first('progress')).progress;
    for (const id of ids) expect(await progressOf()).not.toContain(id);
    const [ann] = await database.read('conversations').where('user_id', 'ann').whereIn('id', ids).pluck('id');
    const after = { conversationId: ann, at: Date.now(), turnId: 'tn-x' };
    const progress = JSON.stringify({ ...JSON.parse(await progressOf()), after });
    await database.write('jobs').where('id', ended.id).update({ progress, status: 'CANCELED' });
    await app.gql('mutation { eraseUser(user: "ann", reason: "asked for") { id } }');
    expect(await eventually(progressOf, (found) => !found.includes(ann))).toContain('"after":{"conversationId":"cv-');
    expect(await look(ended)).toMatchObject({ turns: 3 });
  });

  it('has nothing more of turns past their retention', async () => {
    await say('ann', 'tea', 'green');
    await edit({ Tell: message('Sold out.', 'end') });
    expect(await check()).toMatchObject({ turns: 2, different: 1 });
    const rows = async (table: string) =>
      Number((await database.read(table).where('channel_id', line.channel.id).count({ n: '*' }).first())?.n);
    expect([await rows('turn_records'), await rows('checked_turns')]).toEqual([2, 1]);
    const { id: accountId } = await database.read('accounts').first('id');
    const logs = [{ accountId, before: Date.now() + 1 }];
    const keep = { channels: [], idempotencyKeys: 0, polls: 0, sealed: 0, changes: 0, now: Date.now() };
    await sweep(database, { logs, ...keep });
    expect([await rows('turn_records'), await rows('checked_turns')]).toEqual([0, 0]);
    expect(await check()).toMatchObject({ turns: 0 });
  });
});
