import { randomBytes } from 'node:crypto';
import { createClient, type RequestParams } from 'graphql-sse';
import { afterEach, describe, expect, inject, it, onTestFinished } from 'vitest';
import { createWatcher } from '../../src/graphql/watcher.js';
import { silentLog } from '../../src/log.js';
import { latestChangeOf, recordChange } from '../../src/store/changes.js';
import type { Database } from '../../src/store/database/database.js';
import type { Clock } from '../../src/time.js';
import { ADMIN_TOKEN, createBot, startTestApp, type TestApp } from '../support/app.js';
import { createControlPlane } from '../support/control-plane.js';
import { createMigratedDatabase, openSqliteTestDatabase } from '../support/databases.js';
import { until } from '../support/dispatching.js';
import { eventually } from '../support/eventually.js';
import { serveGraphql } from '../support/graphql-server.js';
import { openLine } from '../support/own-bot.js';

const CHANGED = 'subscription($watch: [WatchInput!]!) { changed(watch: $watch) { topic channelId user } }';
const CONFIGURATION = { topic: 'CONFIGURATION' };

interface Live extends AsyncDisposable {
  /** The next change, by its topic; undefined after the end. Rejects with what the stream says went wrong. */
  next(): Promise<string | undefined>;
}

const opened: Live[] = [];
const apps: TestApp[] = [];
afterEach(async () => {
  for (const live of opened.splice(0)) await live[Symbol.asyncDispose]();
  for (const app of apps.splice(0)) await app.remove();
});

function watch(url: string, watches: unknown[], headers: Record<string, string> = authorized(ADMIN_TOKEN)): Live {
  return stream(url, { query: CHANGED, variables: { watch: watches } }, headers);
}

function stream(url: string, request: RequestParams, headers: Record<string, string>): Live {
  const client = createClient({ url: `${url}/graphql/stream`, headers, retryAttempts: 0 });
  const events = client.iterate<{ changed: { topic: string } }>(request);
  const live = {
    async next() {
      const { done, value } = await events.next();
      if (done) return undefined;
      if (value.errors?.[0]) throw value.errors[0];
      return value.data?.changed.topic;
    },
    [Symbol.asyncDispose]: async () => client.dispose(),
  };
  opened.push(live);
  return live;
}

const authorized = (token: string) => ({ authorization: `Bearer ${token}` });

async function start(...args: Parameters<typeof startTestApp>): Promise<TestApp> {
  const app = await startTestApp(...args);
  apps.push(app);
  return app;
}

/** What tells of changes of the configuration; `onPoll` hears which account's was asked for. */
function watcherOf(database: Database, clock: Clock, onPoll: (accountId: string) => void = () => {}) {
  const never = () => Promise.reject(new Error('not watched here'));
  return createWatcher({
    clock,
    async configurationMark(accountId) {
      const latest = await latestChangeOf(database.read, accountId);
      onPoll(accountId);
      return latest;
    },
    conversations: { list: never, turnsOf: never },
    deliveries: { list: never },
    onError: (error) => expect.unreachable(String(error)),
  });
}

describe('a subscription to changes', () => {
  it('tells each watch once, then of every change of the configuration', async () => {
    const app = await start();
    const live = watch(app.url, [CONFIGURATION]);
    expect(await live.next()).toBe('CONFIGURATION');
    await createBot(app);
    expect(await live.next()).toBe('CONFIGURATION');
  });

  it('tells what a user says and is answered, on the channel that is watched', async () => {
    const line = await openLine();
    apps.push(line.app);
    const live = watch(line.app.url, [{ topic: 'CONVERSATIONS', channelId: line.channel.id, user: 'ann' }]);
    await live.next();
    await line.v2({ type: 'text', val: 'hello' }, { from: { id: 'bob' } });
    await line.v2({ type: 'text', val: 'hello' }, { from: { id: 'ann' } });
    expect(await live.next()).toBe('CONVERSATIONS');
    const { conversations } = await line.app.gql(
      'query($id: ID!) { conversations(channelId: $id, user: "ann") { edges { node { turns { edges { node { replies } } } } } } }',
      { id: line.channel.id },
    );
    expect(conversations.edges[0].node.turns.edges).toHaveLength(1);
  });

  it('tells what becomes of deliveries', async () => {
    const line = await openLine(undefined, { mode: 'ASYNC', postUrl: 'http://127.0.0.1:9/nobody-listens' });
    apps.push(line.app);
    const live = watch(line.app.url, [{ topic: 'DELIVERIES', channelId: line.channel.id }]);
    await live.next();
    await line.v1({ message: { text: 'hello' }, from: { id: 'ann' } });
    expect(await live.next()).toBe('DELIVERIES');
  });

  it('goes to a session of the console, and to nobody without credentials', async () => {
    const app = await start();
    const console = { 'x-hookswitch-console': '1' };
    const signedIn = await app.post('/console/session', { token: ADMIN_TOKEN }, console);
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect(await watch(app.url, [CONFIGURATION], { ...console, cookie }).next()).toBe('CONFIGURATION');
    // Another site's page can make a browser send the cookie, but not the header.
    await expect(watch(app.url, [CONFIGURATION], { cookie }).next()).rejects.toMatchObject({
      response: { status: 401 },
    });
  });

  it('says what is wrong with a request, by code', async () => {
    const app = await start();
    const answer = (request: RequestParams) => stream(app.url, request, authorized(ADMIN_TOKEN)).next();
    await expect(watch(app.url, []).next()).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: 'watch' },
    });
    await expect(answer({ query: '{ viewer { id } }' })).rejects.toMatchObject({ message: /POST queries/ });
    await expect(answer({ query: 'subscription {' })).rejects.toMatchObject({ message: /Syntax Error/ });
    await expect(answer({ query: 'subscription { nonsense }' })).rejects.toMatchObject({ message: /nonsense/ });
    const form = await app.post('/graphql/stream', 'query=x', {
      'content-type': 'text/plain',
      accept: 'text/event-stream',
      ...authorized(ADMIN_TOKEN),
    });
    expect(form.status).toBe(415);
  });

  it('is refused to a user who has twenty of them open, and not to others', async () => {
    const app = await start();
    for (let at = 0; at < 20; at += 1) await watch(app.url, [CONFIGURATION]).next();
    await expect(watch(app.url, [CONFIGURATION]).next()).rejects.toMatchObject({ response: { status: 429 } });
    const { createUser } = await app.gql('mutation { createUser(input: { name: "Dev", role: DEVELOPER }) { id } }');
    const { createApiToken } = await app.gql('mutation($id: ID!) { createApiToken(userId: $id, name: "own") }', {
      id: createUser.id,
    });
    expect(await watch(app.url, [CONFIGURATION], authorized(createApiToken)).next()).toBe('CONFIGURATION');
    await opened[0]?.[Symbol.asyncDispose]();
    const again = () =>
      watch(app.url, [CONFIGURATION])
        .next()
        .catch(() => null);
    await eventually(again, (told) => told !== null);
  });

  it('is refused to an account with two hundred of them open, and to everybody once a thousand are', async () => {
    const { database, drop } = await openSqliteTestDatabase();
    const { domain, admin, clock } = await createControlPlane(database);
    const authenticate = async (token: string) => {
      const [accountId = '', id = ''] = token.split('/');
      return { ...admin, accountId, id };
    };
    const known = { ...domain, apiTokens: { ...domain.apiTokens, authenticate } };
    const server = await serveGraphql({
      domain: known,
      ports: { live: watcherOf(database, clock) },
      log: silentLog,
      clock,
    });
    onTestFinished(async () => {
      await server.stop();
      await drop();
    });
    const held: Response[] = []; // what nobody holds is closed
    const ask = async (account: number, user: number) => {
      const response = await fetch(`${server.url}/stream`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...authorized(`${account}/${user}`),
        },
        body: JSON.stringify({ query: CHANGED, variables: { watch: [CONFIGURATION] } }),
      });
      held.push(response);
      return response.ok ? 'open' : (JSON.parse(await response.text()).errors[0].extensions as Record<string, unknown>);
    };
    const full = (account: number) => Promise.all(Array.from({ length: 200 }, (_, at) => ask(account, at % 10)));
    for (const account of [1, 2, 3, 4, 5]) {
      expect(new Set(await full(account))).toEqual(new Set(['open']));
      const code = account < 5 ? 'TOO_MANY_REQUESTS' : 'UNAVAILABLE';
      expect(await ask(account, 10)).toMatchObject({ code });
    }
    expect(await ask(6, 1)).toMatchObject({ code: 'UNAVAILABLE', reason: 'TOO_MANY_STREAMS' });
  });

  it('ends when the server stops, which waits for nobody who watches', async () => {
    const app = await start();
    const live = watch(app.url, [CONFIGURATION]);
    await live.next();
    const over = live.next().catch(() => undefined);
    await app.stop();
    expect(await over).toBeUndefined();
  });

  it('of the configuration is told of the own account alone', async () => {
    const { database, drop } = await openSqliteTestDatabase();
    const { admin, clock } = await createControlPlane(database);
    const change = (accountId: string) =>
      database.write.transaction((trx) => recordChange(trx, { topic: 'bot', ids: ['st-1'], accountId, now: 1 }));
    const polls: string[] = [];
    const watcher = watcherOf(database, clock, (accountId) => polls.push(accountId));
    const told: string[] = [];
    for (const viewer of [admin, { ...admin, accountId: 'other' }]) {
      void (async () => {
        for await (const { topic } of watcher.watch(viewer, [{ topic: 'CONFIGURATION' }]))
          told.push(`${viewer.accountId === admin.accountId ? 'own' : 'other'} ${topic}`);
      })();
    }
    const poll = async () => {
      await until(() => clock.pending >= 1);
      const before = polls.length;
      clock.advance(500);
      await until(() => polls.length >= before + 2);
      await until(() => clock.pending >= 1);
      told.sort();
      return told.splice(0);
    };
    expect(await poll()).toEqual(['other CONFIGURATION', 'own CONFIGURATION']);
    await change(admin.accountId);
    expect(await poll()).toEqual(['own CONFIGURATION']);
    await change('other');
    expect(await poll()).toEqual(['other CONFIGURATION']);
    await drop();
  });

  it('may be about two hundred different things for an account', async () => {
    const { database, drop } = await openSqliteTestDatabase();
    const { admin, clock } = await createControlPlane(database);
    const watcher = watcherOf(database, clock);
    const users = (from: number) =>
      Array.from({ length: 20 }, (_, at) => ({ topic: 'CONVERSATIONS' as const, user: `user ${from + at}` }));
    for (let from = 0; from < 200; from += 20) watcher.watch(admin, users(from));
    expect(() => watcher.watch(admin, users(200))).toThrow(/200 different things/);
    watcher.watch(admin, users(0));
    watcher.watch({ ...admin, accountId: 'other' }, users(200));
    await drop();
  });

  it('ends soon after the credentials it was opened with are taken away', async () => {
    const { database, drop } = await openSqliteTestDatabase();
    const { domain, admin, clock } = await createControlPlane(database);
    const live = watcherOf(database, clock);
    const server = await serveGraphql({ domain, ports: { live }, log: silentLog, clock });
    const token = await domain.apiTokens.create(admin, { userId: admin.id, name: 'short-lived' });
    const changes = watch(server.url.replace('/graphql', ''), [CONFIGURATION], authorized(token));
    const first = changes.next();
    await until(() => clock.pending >= 2); // the look, and the question whether it may go on
    clock.advance(1_000);
    expect(await first).toBe('CONFIGURATION');

    const tokens = (await domain.apiTokens.ofUsers(admin, [admin.id])).get(admin.id) ?? [];
    const over = changes.next().catch(() => undefined);
    await domain.apiTokens.revoke(admin, tokens.find(({ name }) => name === 'short-lived')?.id ?? '');
    clock.advance(10_000);
    expect(await over).toBeUndefined();
    await server.stop();
    await drop();
  });
});

const postgres = inject('postgres');

describe.skipIf('skipped' in postgres)('a subscription to changes where two processes share a database', () => {
  it('tells in one what was changed through the other', async () => {
    const scratch = await createMigratedDatabase();
    const env = { DATABASE_URL: scratch.url, KEY_RING: `k1:${randomBytes(32).toString('base64')}` };
    const here = await start({ env });
    const there = await start({ env });
    const live = watch(here.url, [CONFIGURATION]);
    await live.next();
    await createBot(there);
    expect(await live.next()).toBe('CONFIGURATION');
    await live[Symbol.asyncDispose]();
    for (const app of apps.splice(0)) await app.remove();
    await scratch.drop();
  });
});
