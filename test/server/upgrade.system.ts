import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database/database.js';
import { MINUTE, systemClock } from '../../src/time.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

/** What a server of the first release left behind: see make.ts beside it. */
const LEFT = new URL('../fixtures/first-release/', import.meta.url);
/** Messages sent to each channel from the first moment on. */
const LOAD = 30;

interface Left {
  madeAt: string;
  keyRing: string;
  adminToken: string;
  app: { clientId: string; clientSecret: string };
  bot: { id: string };
  sync: string;
  async: { id: string; path: string; messages: number };
  approval: string;
}

let left: Left;
let folder: string;
let receiver: Receiver;
let app: TestApp;
/** Answers to what was said to each channel while callbacks of before went out. */
let answers: { status: number; text: string }[];

/** Goes on from soon after the first release stopped: callbacks older than a day are given up. */
function clockFrom(startMs: number) {
  const ahead = startMs - systemClock.now();
  return { ...systemClock, now: () => systemClock.now() + ahead };
}

function say(path: string, user: string, text: string) {
  const now = Math.floor(Date.parse(left.madeAt) / 1000);
  const claims = { appId: left.app.clientId, sub: 'first', iat: now };
  const authorization = `bearer ${jwt.sign(claims, left.app.clientSecret)}`;
  const body = { message: { text }, from: { id: user }, to: { id: left.bot.id }, customData: { name: 'Ada' } };
  return app.post(path, body, { authorization });
}

beforeAll(async () => {
  left = JSON.parse(await readFile(new URL('server.json', LEFT), 'utf8'));
  folder = await mkdtemp(join(tmpdir(), 'hookswitch-upgrade-'));
  receiver = await createReceiver();
  const file = join(folder, 'hookswitch.db');
  await writeFile(file, gunzipSync(await readFile(new URL('hookswitch.db.gz', LEFT))), { mode: 0o600 });
  await writeFile(join(folder, 'key-ring'), left.keyRing, { mode: 0o600 });
  {
    await using database = openDatabase({ url: file, readers: 1 });
    await database
      .write('channels')
      .where({ id: left.async.id })
      .update({ post_url: receiver.url, approved_post_url: receiver.url });
  }
  app = await startTestApp({ env: { DATA_DIR: folder }, clock: clockFrom(Date.parse(left.madeAt) + MINUTE) });
  const users = Array.from({ length: LOAD }, (_, index) => `new-${index}`);
  answers = await Promise.all(
    users.flatMap((user) => [say(left.async.path, user, 'thanks'), say(left.sync, user, 'when are you open')]),
  );
});
afterAll(async () => {
  await app.remove();
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

const gql = (document: string, variables: Record<string, unknown> = {}) =>
  app.gql(document, variables, left.adminToken);

describe('a database of the first release', () => {
  it('is taken up under load: who comes in is answered', () => {
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.filter(({ text }) => text.includes('We are open every day'))).toHaveLength(LOAD);
  });

  it('loses none of the callbacks that waited, and keeps their order', async () => {
    const requests = await receiver.received(left.async.messages + LOAD);
    const told = new Map<string, string[]>();
    for (const request of requests) {
      const { to, text } = request.json() as { to: string; text: string };
      told.set(to, [...(told.get(to) ?? []), text]);
    }
    const waited = ['Hello! Ask me where your order is.', 'We are open every day from 9 to 18.', "You're welcome."];
    for (const user of ['ann', 'ben', 'cleo']) expect([user, told.get(user)]).toEqual([user, waited]);
    expect([...told.keys()].filter((user) => user.startsWith('new-'))).toHaveLength(LOAD);
  });

  it('goes on with a conversation where it was', async () => {
    const { body } = await say(left.sync, 'ada', '4711');
    expect(body.text).toMatch(/Order 4711 is on its way/);
  });

  it('has the approval that was under way, which can be given', async () => {
    const pending = await gql('{ approvalRequests(status: PENDING, first: 10) { edges { node { id } } } }');
    expect(pending.approvalRequests.edges).toEqual([{ node: { id: left.approval } }]);
    const { approve } = await gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: left.approval });
    expect(approve.status).toBe('APPROVED');
  });

  it('is refused by an earlier version once a later one has written it', async () => {
    await app.stop();
    const later = { name: '20991231000000_later', batch: 99, migration_time: 0 };
    {
      await using database = openDatabase({ url: join(folder, 'hookswitch.db'), readers: 1 });
      await database.write('knex_migrations').insert(later);
    }
    await expect(app.restart()).rejects.toThrow(
      'A newer version of Hookswitch has written this database (20991231000000_later). Start that version, or restore a backup from before it.',
    );
    {
      await using database = openDatabase({ url: join(folder, 'hookswitch.db'), readers: 1 });
      await database.write('knex_migrations').where({ name: later.name }).delete();
    }
    await app.restart();
  });
});
