import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import type { Engines } from '../../src/engines/open-program.js';
import type { Database } from '../../src/store/database/database.js';
import { sweep } from '../../src/store/tables/retention.js';
import { MINUTE, SECOND, systemClock } from '../../src/time.js';
import { createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { createMigratedDatabase, databaseKinds } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { end, type Line, lineOf, said, textOf } from '../support/own-bot.js';
import { createReceiver, json } from '../support/receiver.js';

const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const SIDE = `{ side version { number } conversations conversationsFailed conversationsUnidentified conversationsSlow
  turns failed unidentified tasksEnded tasksFulfilled responseTimeP95Ms }`;
const CANARY = `{ id state share reason endedBy { name } begunBy { name } candidate { number status } baseline { number }
  rule { rollBack promote falseAlarm } sides ${SIDE} channels { channel { id } sides ${SIDE} }
  evidence { verdict metrics { metric finding worse worseAt candidate { conversations happened } } } }`;
/** Says which version it is; the words of the user make it fail, not understand, or end a task. */
const replyOf = (versionId: string, isNew: () => boolean): Engine['reply'] =>
  async function* (turn) {
    const words = textOf(turn);
    if (words === 'fail' || (words === 'fail if new' && isNew())) throw new Error('it was told to');
    yield said(versionId);
    const ended = words === 'done' && { endOfTask: { taskId: 't', taskName: 'T', reason: 'Fulfilled' } };
    yield { ...end(turn), ...ended, ...(words === 'what' && { unidentified: true }) };
  };

for (const { name, skipped } of databaseKinds()) {
  describe.skipIf(skipped)(`a canary, on ${name}`, () => {
    let app: TestApp;
    let other: TestApp | null = null;
    let line: Line;
    let database: Database;
    let drop = async () => {};
    let ahead = 0;
    const opened = new Set<string>();
    /** What a server's clock would show later; a look at the canaries is due soon. */
    const clock = {
      ...systemClock,
      now: () => systemClock.now() + ahead,
      after: (ms: number, run: () => void) => systemClock.after(ms === 1 * MINUTE ? 50 : ms, run),
    };
    const newest = () => [...opened].at(-1);
    const options = {
      clock,
      engines: (real: Engines): Engines => ({
        ...real,
        async open(spec) {
          opened.add(spec.versionId);
          const program = await real.open(spec);
          return { ...program, engine: { reply: replyOf(spec.versionId, () => newest() === spec.versionId) } };
        },
      }),
    };

    beforeAll(async () => {
      const scratch = name === 'SQLite' ? null : await createMigratedDatabase();
      if (scratch) drop = () => scratch.drop();
      const env: Record<string, string> = scratch ? { DATABASE_URL: scratch.url, KEY_RING: KEYS } : {};
      app = await startTestApp({
        ...options,
        env,
        database(real) {
          database = real;
          return real;
        },
      });
      if (scratch) other = await startTestApp({ ...options, env });
    }, 60_000);
    afterAll(async () => {
      await other?.remove();
      await app.remove();
      await drop();
    });
    beforeEach(async () => {
      const caller = await createCaller(app);
      const [channel] = await goLive(app, await createBot(app), [{ appClientId: caller.clientId }]);
      if (!channel) throw new Error('no channel');
      line = lineOf(app, caller, channel);
    });

    const publish = (more: object) =>
      app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id number status } }', {
        input: { botId: line.channel.botId, approve: true, ...more },
      });
    /** Begins, and waits until it acts. */
    async function begin(canary: object = { share: 0.5 }) {
      const { publishBot } = await publish({ canary });
      later(3 * SECOND);
      return { id: (await shown()).id as string, version: publishBot };
    }
    const later = (ms: number) => {
      ahead += ms;
    };
    const shown = async () =>
      (await app.gql(`query($id: ID!) { bot(id: $id) { canary ${CANARY} } }`, { id: line.channel.botId })).bot.canary;
    const last = async () =>
      (
        await app.gql(`query($id: ID!) { bot(id: $id) { canaries ${CANARY} liveVersion { number } } }`, {
          id: line.channel.botId,
        })
      ).bot;
    /** The version that answers a user. */
    async function ask(user: string, words = 'hello', through: Line = line): Promise<string> {
      const { status, body } = await through.v1({ message: { text: words }, from: { id: user } });
      expect([status, words]).toEqual([200, words]);
      return body.text ?? '';
    }
    const users = (count: number, prefix = 'u') => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
    async function answers(of: readonly string[], words?: string): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      for (const user of of) found.set(user, await ask(user, words));
      return found;
    }
    const accountId = async (): Promise<string> => (await database.read('accounts').first('id')).id;
    const end = (mutation: string, id: string) =>
      app.gql(`mutation($id: ID!) { ${mutation}(id: $id) ${CANARY} }`, { id });

    it('has both versions answer, each conversation always by the same one, and counts what they do', async () => {
      const { version } = await begin();
      expect(version).toMatchObject({ number: 2, status: 'CANARY' });
      const first = await answers(users(40));
      const candidates = [...first.values()].filter((id) => id === version.id).length;
      expect(candidates).toBeGreaterThan(5);
      expect(candidates).toBeLessThan(35);
      expect(await answers(users(40))).toEqual(first);
      if (other) {
        const elsewhere = lineOf(other, line.caller, line.channel);
        for (const user of users(10))
          expect([user, await ask(user, 'hello', elsewhere)]).toEqual([user, first.get(user)]);
      } else {
        await app.restart();
        expect(await answers(users(40))).toEqual(first);
      }
      await ask('u0', 'what');
      await ask('u0', 'fail');
      await ask('u0', 'fail');
      await ask('u1', 'done');
      const { sides, channels, share } = await shown();
      expect(share).toBe(0.5);
      expect(sides.map(({ version: { number } }: { version: { number: number } }) => number)).toEqual([1, 2]);
      const sum = (key: string) => sides[0][key] + sides[1][key];
      expect(sides[1].conversations).toBe(candidates);
      expect(sum('conversations')).toBe(40);
      expect(sum('turns')).toBe(80 + (other ? 10 : 40) + 4);
      expect([sum('failed'), sum('conversationsFailed'), sum('unidentified'), sum('tasksFulfilled')]).toEqual([
        2, 1, 1, 1,
      ]);
      expect(channels).toEqual([{ channel: { id: line.channel.id }, sides }]);
    });

    it('has each turn name the version that answered it', async () => {
      await begin();
      const found = new Set<number>();
      for (const user of users(12)) {
        const { headers, body } = await line.v1({ message: { text: 'hello' }, from: { id: user } });
        const { turn } = await app.gql(
          'query($traceId: String!) { turn(traceId: $traceId) { version { id number } } }',
          {
            traceId: headers.get('x-trace-id') ?? body.traceId,
          },
        );
        expect(turn.version.id).toBe(body.text);
        found.add(turn.version.number);
      }
      expect(found).toEqual(new Set([1, 2]));
    });

    it('leaves sessions that had begun with the live version, and new ones of the same users begin by it', async () => {
      const [before] = (await answers(['early0'])).values();
      await answers(users(12, 'early'));
      const { version } = await begin({ share: 0.99 });
      expect(new Set((await answers(users(12, 'early'))).values())).toEqual(new Set([before]));
      expect((await shown()).sides.map((side: { turns: number }) => side.turns)).toEqual([0, 0]);
      later(60 * MINUTE);
      expect([...(await answers(users(12, 'early'))).values()]).toContain(version.id);
    });

    it('serves a larger share without moving anybody away from the candidate', async () => {
      const { id, version } = await begin({ share: 0.3 });
      const first = await answers(users(30));
      const change = (share: number) =>
        app.gql('mutation($id: ID!, $share: Float!) { updateCanary(id: $id, share: $share) { share } }', { id, share });
      expect(await change(0.8)).toEqual({ updateCanary: { share: 0.8 } });
      later(3 * SECOND);
      expect(await answers(users(30))).toEqual(first);
      later(60 * MINUTE);
      const second = await answers(users(30));
      for (const [user, answered] of first) if (answered === version.id) expect(second.get(user)).toBe(version.id);
      const served = (found: Map<string, string>) => [...found.values()].filter((one) => one === version.id).length;
      expect(served(second)).toBeGreaterThan(served(first));
      await expect(change(1)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });

    it('is rolled back for everybody at once, in the middle of their sessions', async () => {
      const { id, version } = await begin();
      const first = await answers(users(20));
      const baseline = [...first.values()].find((one) => one !== version.id);
      const { rollBackCanary } = await end('rollBackCanary', id);
      expect(rollBackCanary).toMatchObject({ state: 'ROLLED_BACK', candidate: { number: 2, status: 'ROLLED_BACK' } });
      expect(new Set((await answers(users(20))).values())).toEqual(new Set([baseline]));
      expect(await last()).toMatchObject({ liveVersion: { number: 1 }, canaries: [{ state: 'ROLLED_BACK' }] });
      expect(await shown()).toBeNull();
      await expect(end('promoteCanary', id)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('is promoted for everybody at once, and keeps what was counted', async () => {
      const receiver = await createReceiver(json(200, {}));
      const alert = { name: 'Ops', topics: ['CANARY_ENDED'], format: 'CLOUDEVENTS', target: receiver.url };
      await app.gql(
        'mutation($input: AlertSubscriptionInput!) { createAlertSubscription(input: $input) { signingSecret } }',
        { input: alert },
      );
      const { id, version } = await begin();
      await answers(users(20));
      await end('promoteCanary', id);
      await receiver.received(1);
      expect(receiver.requests[0]?.json()).toMatchObject({
        subject: id,
        data: { title: expect.stringContaining('Canary promoted: version 2 of the bot') },
      });
      await receiver.close();
      expect(new Set((await answers(users(20))).values())).toEqual(new Set([version.id]));
      const { canaries, liveVersion } = await last();
      expect(liveVersion).toEqual({ number: 2 });
      expect(canaries[0].sides[0].conversations + canaries[0].sides[1].conversations).toBe(20);
      const { auditLog } = await app.gql(
        'query($id: ID!) { auditLog(subject: $id, first: 9) { edges { node { action } } } }',
        { id: line.channel.botId },
      );
      const actions = auditLog.edges.map(({ node }: { node: { action: string } }) => node.action);
      expect(actions).toEqual(expect.arrayContaining(['canary.begin', 'canary.promote']));
    });

    it('is what the approver sees, and begins with the approval', async () => {
      await publish({ approve: false, canary: { share: 0.1, rule: { promote: true } } });
      expect(await shown()).toBeNull();
      const { approvalRequests } = await app.gql(
        '{ approvalRequests(status: PENDING, first: 1) { edges { node { id canary { share channelIds rule { promote rollBack minHours } } } } } }',
      );
      const [{ node }] = approvalRequests.edges;
      expect(node.canary).toEqual({
        share: 0.1,
        channelIds: null,
        rule: { promote: true, rollBack: true, minHours: 24 },
      });
      await app.gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: node.id });
      expect(await shown()).toMatchObject({ state: 'RUNNING', share: 0.1, rule: { promote: true } });
    });

    it('lets nothing else decide what serves while it runs', async () => {
      const { id } = await begin();
      await expect(publish({})).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('canary') });
      await expect(publish({ canary: { share: 0.2 } })).rejects.toMatchObject({ code: 'CONFLICT' });
      await end('rollBackCanary', id);
      expect(await publish({})).toMatchObject({ publishBot: { status: 'LIVE' } });
      const rollback = 'mutation($id: ID!) { rollbackBot(botId: $id, versionNumber: 1, approve: true) { status } }';
      await begin();
      await expect(app.gql(rollback, { id: line.channel.botId })).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('refuses what could not run', async () => {
      const fresh = await createBot(app);
      const plans = [{ share: 0 }, { share: 0.5, channelIds: ['ivrInst-x'] }, { share: 0.5, rule: { falseAlarm: 2 } }];
      for (const canary of plans) await expect(publish({ canary })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      const caller = await createCaller(app);
      await app.gql(
        'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { channel { id } } }',
        { input: { botId: fresh, name: 'c', mode: 'SYNC', enabled: true, appClientId: caller.clientId } },
      );
      const first = publish({ botId: fresh, canary: { share: 0.5 } });
      await expect(first).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('live') });
    });

    it('ends with its bot', async () => {
      const { id } = await begin();
      await app.gql('mutation($id: ID!) { deleteBot(id: $id) }', { id: line.channel.botId });
      expect(await database.read('canaries').where({ id }).first('state')).toEqual({ state: 'ROLLED_BACK' });
    });

    it('keeps who was in it no longer than it runs, and of an erased user nothing but a count', async () => {
      const { id } = await begin();
      await answers(['ann', 'bob']);
      const rows = () => database.read('canary_conversations').where('canary_id', id);
      const conversationOf = async (user: string): Promise<string> =>
        (await database.read('conversations').where({ channel_id: line.channel.id, user_id: user }).first('id')).id;
      const ann = await conversationOf('ann');
      const { eraseUser } = await app.gql(
        'mutation($botId: ID!) { eraseUser(user: "ann", botId: $botId, reason: "asked for") { id } }',
        { botId: line.channel.botId },
      );
      later(5 * SECOND);
      await eventually(
        async () => (await app.gql('query($id: ID!) { erasureJob(id: $id) { status } }', eraseUser)).erasureJob,
        ({ status }) => status === 'DONE',
      );
      const left: string[] = await rows().pluck('conversation_id');
      expect(left).toHaveLength(2);
      expect(left).not.toContain(ann);
      expect(left).toContain(await conversationOf('bob'));
      const horizon = {
        logs: [{ accountId: await accountId(), before: 0 }],
        channels: [],
        idempotencyKeys: 0,
        polls: 0,
      };
      const sweeping = { ...horizon, sealed: 0, changes: 0, now: systemClock.now() };
      await sweep(database, sweeping);
      expect(await rows()).toHaveLength(2);
      await end('rollBackCanary', id);
      await sweep(database, sweeping);
      expect(await rows()).toHaveLength(0);
      const [{ sides }] = (await last()).canaries;
      expect(sides[0].conversations + sides[1].conversations).toBe(2);
    });

    it('is rolled back by its rule once the candidate is shown to be worse', async () => {
      await answers(['warm']);
      const { version } = await begin({ share: 0.5 });
      const users80 = users(80, 'r');
      await answers(users80);
      expect(newest()).toBe(version.id);
      for (const user of users80) await ask(user, 'fail if new').catch(() => {});
      const [ended] = (await eventually(last, ({ canaries }) => canaries[0].state !== 'RUNNING')).canaries;
      expect(ended).toMatchObject({ state: 'ROLLED_BACK', endedBy: null, evidence: { verdict: 'ROLL_BACK' } });
      expect(ended.reason).toContain('worse');
      const { auditLog } = await app.gql(
        'query($id: ID!) { auditLog(subject: $id, first: 3) { edges { node { action actor actorId details } } } }',
        { id: line.channel.botId },
      );
      expect(auditLog.edges[0].node).toMatchObject({
        action: 'canary.roll-back',
        actor: 'Canary rule',
        actorId: null,
        details: { by: 'rule' },
      });
    });

    it('is promoted by its rule once it is shown to be no worse', async () => {
      const rule = { promote: true, minConversations: 5, minHours: 1, harmless: 0.2, falseAlarm: 0.2 };
      await begin({ share: 0.8, rule });
      await answers(users(60, 'p'));
      expect((await shown()).evidence.verdict).toBe('WAIT');
      later(70 * MINUTE);
      const { canaries } = await eventually(last, ({ liveVersion }) => liveVersion.number === 2);
      expect(canaries[0]).toMatchObject({ state: 'PROMOTED', endedBy: null });
    });
  });
}
