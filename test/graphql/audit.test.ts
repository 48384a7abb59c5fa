import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR } from '../../src/time.js';
import { ADMIN_TOKEN, createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { createTestClock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { echo, engineOf, lineOf, text } from '../support/own-bot.js';
import { plainPasswords } from '../support/plain-passwords.js';

const PASSWORD = 'correct horse battery';
const clock = createTestClock(Date.now());

interface Entry {
  at: string;
  actor: string;
  address: string | null;
  action: string;
  subject: string;
  subjectName: string | null;
  details: Record<string, unknown> | null;
}

let app: TestApp;
let developer: string;
let developerId: string;
beforeAll(async () => {
  app = await startTestApp({
    ...engineOf(echo),
    clock,
    passwords: plainPasswords,
    env: { TRUSTED_PROXIES: '127.0.0.0/8' },
  });
  const input = { name: 'Dana Développeur', email: 'dana@example.com', role: 'DEVELOPER', password: PASSWORD };
  const { createUser } = await app.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
    input,
  });
  developerId = createUser.id;
  developer = await sessionOf('192.0.2.10');
});
afterAll(() => app.remove());

const signIn = (credentials: object, from: string) =>
  app.post('/console/session', credentials, { 'x-hookswitch-console': '1', 'x-forwarded-for': from });

/** An API token of the developer's. */
async function sessionOf(from: string): Promise<string> {
  const answer = await signIn({ email: 'dana@example.com', password: PASSWORD }, from);
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('hookswitch-session='));
  return /=([^;]+)/.exec(cookie ?? '')?.[1] ?? '';
}

async function ask(document: string, variables: object, { token = ADMIN_TOKEN, from = '192.0.2.1' } = {}) {
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': from };
  const { body } = await app.post('/graphql', { query: document, variables }, headers);
  if (body.errors) throw Object.assign(new Error(body.errors[0].message), body.errors[0].extensions);
  return body.data;
}

async function entries(filter: Record<string, unknown>): Promise<Entry[]> {
  const { edges } = await auditLog(filter);
  return edges.map(({ node }) => node);
}

async function auditLog(filter: Record<string, unknown>): Promise<{ totalCount: number; edges: { node: Entry }[] }> {
  const { auditLog } = await ask(
    `query($actor: String, $action: String, $subject: ID, $from: DateTime, $to: DateTime) {
      auditLog(actor: $actor, action: $action, subject: $subject, from: $from, to: $to, first: 100) {
        totalCount edges { node { at actor address action subject subjectName details } } } }`,
    filter,
  );
  return auditLog;
}

const download = (query: string, { token = ADMIN_TOKEN, method = 'GET' } = {}) =>
  fetch(`${app.url}/audit-log?${query}`, { method, headers: { authorization: `Bearer ${token}` } });

const newBot = (name: string, from = '192.0.2.1', token = ADMIN_TOKEN) =>
  ask(
    'mutation($input: CreateBotInput!) { createBot(input: $input) { id } }',
    { input: { name, engine: 'DIALOG' } },
    { token, from },
  );

describe('the audit log', () => {
  it('says from which address something was asked for, and what its subject is called', async () => {
    const { createBot: bot } = await newBot('Registrar', '203.0.113.7');
    expect(await entries({ subject: bot.id })).toEqual([
      expect.objectContaining({
        action: 'bot.create',
        actor: 'Admin',
        address: '203.0.113.7',
        subjectName: 'Registrar',
      }),
    ]);
  });

  it('is found by who, also by a part of the name in any case', async () => {
    await newBot('Made by Dana', '192.0.2.10', developer);
    for (const actor of [developerId, 'dana', 'DÉVELOPPEUR'.toLowerCase(), 'Dana D']) {
      const found = await entries({ actor, action: 'bot' });
      expect(found.map(({ subjectName }) => subjectName)).toEqual(['Made by Dana']);
    }
    expect(await entries({ actor: 'nobody of that name' })).toEqual([]);
    expect(await entries({ actor: '%' })).toEqual([]);
  });

  it('is found by an action, and by a noun for all of its actions', async () => {
    clock.advance(1_000);
    const from = new Date(clock.now()).toISOString();
    await newBot('Of a kind');
    const ofNoun = new Set((await entries({ action: 'bot', from })).map(({ action }) => action));
    expect(ofNoun).toEqual(new Set(['bot.create']));
    const { totalCount, edges } = await auditLog({ action: 'bot.create', from });
    expect(totalCount).toBeGreaterThan(0);
    expect(edges).toHaveLength(totalCount);
    expect(await entries({ action: 'bo' })).toEqual([]);
  });

  it('is found by a part of the name that the subject had then', async () => {
    const { createBot: bot } = await newBot('Before the change');
    await ask('mutation($id: ID!) { updateBot(input: { id: $id, name: "After it" }) { id } }', { id: bot.id });
    await ask('mutation($id: ID!) { deleteBot(id: $id) }', { id: bot.id });
    const actions = async (subject: string) => (await entries({ subject })).map(({ action }) => action);
    expect(await actions('the change')).toEqual(['bot.create']);
    expect(await actions('after IT')).toEqual(['bot.delete', 'bot.update']);
  });

  it('is found by time, from then on and before then', async () => {
    clock.advance(1_000);
    const before = new Date(clock.now()).toISOString();
    await newBot('Timed');
    clock.advance(1_000);
    const after = new Date(clock.now()).toISOString();
    expect((await entries({ from: before, to: after })).map(({ subjectName }) => subjectName)).toEqual(['Timed']);
    await expect(entries({ from: after, to: before })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'to' });
  });

  it('holds sign-ins with their way, and failures', async () => {
    await signIn({ email: 'dana@example.com', password: PASSWORD }, '198.51.100.1');
    await signIn({ token: ADMIN_TOKEN }, '198.51.100.2');
    await signIn({ email: 'dana@example.com', password: 'wrong horse' }, '198.51.100.3');
    // The caller does not wait for its entry.
    const failed = await eventually(
      () => entries({ action: 'sign-in.refuse' }),
      (found) => found.length > 0,
    );
    expect(failed).toContainEqual(expect.objectContaining({ address: '198.51.100.3', subject: developerId }));
    const found = await entries({ action: 'sign-in' });
    expect(found).toContainEqual(
      expect.objectContaining({
        address: '198.51.100.1',
        subject: developerId,
        details: expect.objectContaining({ by: 'PASSWORD' }),
      }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({
        address: '198.51.100.2',
        actor: 'Admin',
        details: expect.objectContaining({ by: 'TOKEN' }),
      }),
    );
  });

  it('tells once when a token comes from a new network', async () => {
    const use = (from: string) => ask('{ viewer { name } }', {}, { from });
    for (const from of ['203.0.113.50', '203.0.113.50', '198.18.5.1', '203.0.113.50', '198.18.5.1']) await use(from);
    const found = await entries({ action: 'token.new-address' });
    const from = (address: string) => found.filter((entry) => entry.address === address);
    expect([from('203.0.113.50').length, from('198.18.5.1').length]).toEqual([1, 1]);
    expect(from('203.0.113.50')[0]?.details).toMatchObject({ tokenName: 'First token' });
    expect(JSON.stringify(found)).not.toContain(ADMIN_TOKEN);
  });

  it('takes a session that moves to another network for new, not the one it began in', async () => {
    const told = async () => (await entries({ action: 'token.new-address', actor: developerId })).length;
    const before = await told();
    const token = await sessionOf('192.0.2.200');
    await ask('{ viewer { name } }', {}, { token, from: '192.0.2.200' });
    expect(await told()).toBe(before);
    await ask('{ viewer { name } }', {}, { token, from: '198.18.77.1' });
    expect(await told()).toBe(before + 1);
  });

  it('says who read a conversation, once an hour', async () => {
    const caller = await createCaller(app);
    const [channel] = await goLive(app, await createBot(app), [{ appClientId: caller.clientId }]);
    if (!channel) throw new Error('no channel');
    expect(await lineOf(app, caller, channel).v2(text('hello'))).toMatchObject({ status: 200 });
    const list = '{ conversations { edges { node { id } } } }';
    const read = '{ conversations { edges { node { id turns { edges { node { input } } } } } } }';
    const { conversations } = await ask(list, {});
    const [{ node }] = conversations.edges;
    expect(await entries({ action: 'conversation' })).toEqual([]);
    for (const count of [1, 2]) {
      await ask(read, {}, { from: '203.0.113.80' });
      await ask(read, {}, { from: '203.0.113.80' });
      const found = await entries({ action: 'conversation.read' });
      expect(found).toHaveLength(count);
      expect(found[0]).toMatchObject({ actor: 'Admin', address: '203.0.113.80', subject: node.id });
      clock.advance(HOUR);
    }
  });
});

describe('the download of the audit log', () => {
  it('gives every entry of the filter, beyond a page, as CSV and as JSON lines', async () => {
    const names = Array.from({ length: 130 }, (_, n) => `Mass ${n}`);
    for (const name of names) await newBot(name);
    const csv = await download('format=csv&subject=mass');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="audit-log.csv"');
    const [head, ...rows] = (await csv.text()).trimEnd().split('\r\n');
    expect(head).toBe('id,at,actor,actorId,address,action,subject,subjectName,details');
    expect(rows.map((row) => row.split(',')[7])).toEqual(names.reverse());
    const lines = await download('format=jsonl&action=bot.create&subject=mass');
    const parsed = (await lines.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(parsed.map((entry) => entry.subjectName)).toEqual(names);
    expect(parsed[0]).toMatchObject({ actor: 'Admin', address: '192.0.2.1', at: expect.stringMatching(/Z$/) });
    const [entry] = await entries({ action: 'audit.export' });
    expect(entry?.details).toMatchObject({ format: 'jsonl', subject: 'mass' });
  });

  it('keeps quotes, lines and formulas from becoming anything else in a spreadsheet', async () => {
    await newBot('=HYPERLINK("http://x","a, b")');
    const csv = await (await download('format=csv&subject=HYPERLINK')).text();
    expect(csv).toContain(`,"'=HYPERLINK(""http://x"",""a, b"")",`);
  });

  it('is for ADMINs, by GET, in a format there is, with times that are times', async () => {
    expect((await download('format=csv', { token: 'nobody' })).status).toBe(401);
    expect((await download('format=csv', { token: developer })).status).toBe(403);
    expect((await download('format=csv', { method: 'POST' })).status).toBe(405);
    for (const [query, field] of [
      ['format=xlsx', 'format'],
      ['format=constructor', 'format'],
      ['from=yesterday', 'from'],
      ['from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'to'],
    ]) {
      const answer = await download(query ?? '');
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { errors: object[] }).errors[0]).toMatchObject({ extensions: { field } });
    }
  });
});
