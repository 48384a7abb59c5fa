import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChildServer, startChildServer } from '../../bench/child-server.js';
import { serverEnv } from '../../bench/live-bot.js';
import {
  type Caller,
  type ControlPlaneDoor,
  controlPlaneOf,
  createBot,
  createCaller,
  goLive,
  type LiveChannel,
} from '../support/app.js';
import { createMigratedDatabase, databaseKinds } from '../support/databases.js';
import { eventually } from '../support/eventually.js';

const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const CANARY = '{ id state candidate { number status } sides { turns conversations } }';
const USERS = 12;
/** Messages that are answered before the server is killed among the others. */
const ANSWERED = 20;

for (const { name, skipped } of databaseKinds()) {
  describe.skipIf(skipped)(`a canary whose server is killed, on ${name}`, { timeout: 180_000 }, () => {
    let folder: string;
    let env: Record<string, string>;
    let drop = async () => {};
    let server: ChildServer;
    let plane: ControlPlaneDoor;
    let caller: Caller;
    let channel: LiveChannel;
    let canaryId: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hookswitch-canary-'));
      const scratch = name === 'SQLite' ? null : await createMigratedDatabase();
      if (scratch) drop = () => scratch.drop();
      env = serverEnv(folder, scratch ? { DATABASE_URL: scratch.url, KEY_RING: KEYS } : {});
      await start();
      caller = await createCaller(plane);
      const [live] = await goLive(plane, await createBot(plane), [{ appClientId: caller.clientId }]);
      if (!live) throw new Error('no channel');
      channel = live;
      const { publishBot } = await plane.gql(
        'mutation($input: PublishBotInput!) { publishBot(input: $input) { number status } }',
        { input: { botId: channel.botId, approve: true, canary: { share: 0.5 } } },
      );
      expect(publishBot).toEqual({ number: 2, status: 'CANARY' });
      canaryId = (await bot()).canaries[0].id;
      // It begins when every process has heard of it: then some new conversation is served by it.
      await eventually(
        () => versionFor(`new-${randomUUID()}`),
        (version) => version === 2,
      );
    }, 120_000);
    afterEach(async () => {
      await server.kill();
      await drop();
      await rm(folder, { recursive: true, force: true });
    });

    async function start(args: string[] = []): Promise<void> {
      // Leases of a process that was killed are not waited for.
      server = await startChildServer({ env, args: ['--lease-ms', '1000', ...args] });
      plane = controlPlaneOf(server.url);
    }
    const bot = async () =>
      (
        await plane.gql(
          `query($id: ID!) { bot(id: $id) { liveVersion { number } canary ${CANARY} canaries ${CANARY} } }`,
          { id: channel.botId },
        )
      ).bot;
    const send = (user: string) =>
      fetch(`${server.url}${channel.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...caller.headers() },
        body: JSON.stringify({ message: { text: 'hello' }, from: { id: user } }),
      });
    async function traceOf(user: string): Promise<string> {
      const answer = await send(user);
      expect(answer.status).toBe(200);
      await answer.text();
      return answer.headers.get('x-trace-id') ?? '';
    }
    const versionOf = async (traceId: string): Promise<number> =>
      (await plane.gql('query($id: String!) { turn(traceId: $id) { version { number } } }', { id: traceId })).turn
        .version.number;
    const versionFor = async (user: string) => versionOf(await traceOf(user));
    async function versionsFor(users: readonly string[]): Promise<Map<string, number>> {
      const found = new Map<string, number>();
      for (const user of users) found.set(user, await versionFor(user));
      return found;
    }
    const users = Array.from({ length: USERS }, (_, n) => `u${n}`);
    const turnsOf = async (user: string): Promise<{ status: string }[]> =>
      (
        await plane.gql(
          'query($user: String!) { conversations(user: $user, first: 20) { edges { node { user turns(first: 50) { edges { node { status } } } } } } }',
          { user },
        )
      ).conversations.edges
        .filter(({ node }: { node: { user: string } }) => node.user === user)
        .flatMap(({ node }: { node: { turns: { edges: { node: { status: string } }[] } } }) =>
          node.turns.edges.map((edge) => edge.node),
        );
    const counted = async (): Promise<number> => {
      const [{ sides }] = (await bot()).canaries;
      return sides[0].turns + sides[1].turns;
    };

    it('goes on with every conversation at its version, and has counted each turn that is stored', async () => {
      const before = await counted();
      const first = await versionsFor(users);
      expect(new Set(first.values())).toEqual(new Set([1, 2]));
      for (let round = 0; round < 2; round += 1) {
        const answered: { user: string; traceId: string }[] = [];
        const killed = new Promise<void>((resolve) => {
          for (const user of users) void talk(user).finally(resolve);
          async function talk(user: string): Promise<void> {
            for (;;) {
              const answer = await send(user).catch(() => null);
              if (answer?.status !== 200) return;
              answered.push({ user, traceId: answer.headers.get('x-trace-id') ?? '' });
              if (answered.length === ANSWERED) await server.kill();
            }
          }
        });
        await killed;
        await server.ended;
        await start();
        for (const { user, traceId } of answered)
          expect([user, await versionOf(traceId)]).toEqual([user, first.get(user)]);
        expect(await versionsFor(users)).toEqual(first);
      }
      const stored = await eventually(
        async () => (await Promise.all(users.map(turnsOf))).flat().map(({ status }) => status),
        (all) => !all.includes('QUEUED') && !all.includes('PAUSED'),
      );
      expect((await counted()) - before).toBe(stored.filter((status) => status === 'DONE').length);
    });

    const ENDS = { promoteCanary: 'canary.promote', rollBackCanary: 'canary.roll-back' } as const;
    type End = keyof typeof ENDS;

    /** Has a server killed at the commit that ends the canary, and starts another. */
    async function endAt(point: string, end: End): Promise<void> {
      await server.kill();
      await start(['--die-at', `${point}:1:canaries`]);
      const ending = plane.gql(`mutation($id: ID!) { ${end}(id: $id) { state } }`, { id: canaryId });
      await expect(ending).rejects.toThrow();
      await server.ended;
      await start();
    }
    const audited = async (end: End): Promise<number> =>
      (
        await plane.gql('query($id: ID!) { auditLog(subject: $id, first: 20) { edges { node { action } } } }', {
          id: channel.botId,
        })
      ).auditLog.edges.filter((edge: { node: { action: string } }) => edge.node.action === ENDS[end]).length;

    it('has not been ended by what was not committed, and goes on as before', async () => {
      const first = await versionsFor(users);
      for (const end of ['promoteCanary', 'rollBackCanary'] as const) {
        await endAt('before-commit', end);
        expect(await bot()).toMatchObject({
          liveVersion: { number: 1 },
          canary: { state: 'RUNNING', candidate: { number: 2, status: 'CANARY' } },
        });
        expect(await audited(end)).toBe(0);
        expect(await versionsFor(users)).toEqual(first);
      }
    });

    it.each([
      ['promoteCanary', { serving: 2, state: 'PROMOTED', status: 'LIVE' }],
      ['rollBackCanary', { serving: 1, state: 'ROLLED_BACK', status: 'ROLLED_BACK' }],
    ] as const)('is ended for everybody by a %s that was committed, though nobody was told', async (end, expected) => {
      const { serving, state, status } = expected;
      expect(new Set((await versionsFor(users)).values())).toEqual(new Set([1, 2]));
      await endAt('after-commit', end);
      expect(await bot()).toMatchObject({
        liveVersion: { number: serving },
        canary: null,
        canaries: [{ state, candidate: { number: 2, status } }],
      });
      expect(await audited(end)).toBe(1);
      expect(new Set((await versionsFor(users)).values())).toEqual(new Set([serving]));
    });
  });
}
