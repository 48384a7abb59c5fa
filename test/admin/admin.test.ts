import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdminClient, AdminError, createAdminClient } from '../../src/admin/admin.js';
import { sampleBot } from '../../src/definition/samples/sample-bot.js';
import { ADMIN_TOKEN, startTestApp, type TestApp } from '../support/app.js';

const repository = fileURLToPath(new URL('../../', import.meta.url));

let app: TestApp;
let client: AdminClient;
beforeAll(async () => {
  app = await startTestApp();
  client = createAdminClient({ url: app.url, token: ADMIN_TOKEN, surroundings: { wait: async () => {} } });
});
afterAll(() => app.remove());

const refusalOf = async (call: Promise<unknown>): Promise<AdminError> => {
  const error = await call.then(() => null).catch((refused: unknown) => refused);
  if (error instanceof AdminError) return error;
  throw new Error(`It was not refused: ${error}`);
};

async function imported(name: string): Promise<string> {
  const { bot } = await client.importBot({ mode: 'NEW', definition: sampleBot, name });
  return bot.id;
}

async function withChannel(name: string): Promise<{ botId: string; requestId: string }> {
  const botId = await imported(name);
  const { app: caller } = await client.createApp({ name });
  const saved = await client.saveChannel({
    botId,
    name: 'Web',
    mode: 'SYNC',
    appClientId: caller.clientId,
    enabled: true,
  });
  return { botId, requestId: saved.approvalRequest?.id ?? '' };
}

async function pendingOf(botId: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { id, bot } of client.approvalRequests({ status: 'PENDING' })) if (bot.id === botId) found.push(id);
  return found;
}

describe('the client of administrators', () => {
  it('takes the files of an export as files, bytes, text or what they hold, and gives them back', async () => {
    const text = JSON.stringify(sampleBot);
    const forms = [new Blob([text]), new TextEncoder().encode(`\uFEFF${text}`), text, sampleBot];
    for (const [index, definition] of forms.entries()) {
      const { bot } = await client.importBot({
        mode: 'NEW',
        name: `Form ${index}`,
        definition,
        files: [{ name: 'functions.js', content: new Blob(['function f() {}']) }],
      });
      const files = (await client.exportBot(bot.id)).files;
      expect(files).toEqual([{ name: 'functions.js', content: 'function f() {}' }]);
    }
    const broken = await refusalOf(client.importBot({ mode: 'NEW', definition: new Blob(['{']) }));
    expect(broken).toMatchObject({ code: 'BAD_USER_INPUT', field: 'definition' });
  });

  it('saves a channel by its name, twice the same one', async () => {
    const botId = await imported('Saved twice');
    const first = await client.saveChannel({ botId, name: 'CRM', mode: 'SYNC' });
    const second = await client.saveChannel({ botId, name: 'CRM', mode: 'SYNC', enabled: true });
    expect(second.channel).toMatchObject({ id: first.channel.id, enabled: true });
    const third = await client.saveChannel({ id: first.channel.id, name: 'Desk' });
    expect(third.channel.name).toBe('Desk');
    const nowhere = client.saveChannel({ botId: 'st-none', name: 'CRM', mode: 'SYNC' });
    expect(await refusalOf(nowhere)).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('publishes with all enabled channels and waits until that is live', async () => {
    const { botId, requestId } = await withChannel('Going live');
    expect(await refusalOf(client.waitUntilLive(botId, { withinMs: 0 }))).toMatchObject({
      code: 'TIMEOUT',
      message: 'Still waiting for approval: the channel "Web" of "Going live".',
    });
    await client.approve(requestId);
    expect(await refusalOf(client.waitUntilLive(botId))).toMatchObject({ code: 'NOT_LIVE' });
    await client.publish({ botId });
    const waited: number[] = [];
    const [live] = await client.waitUntilLive(botId, {
      async onWaiting(requests) {
        waited.push(requests.length);
        for (const { id } of requests) await client.approve(id);
      },
    });
    expect(waited).toEqual([1]);
    expect(live).toMatchObject({ liveVersion: { number: 1 }, channels: [{ name: 'Web', functional: true }] });
  });

  it('tells why it waits no longer: what was waited for is rejected', async () => {
    const { botId, requestId } = await withChannel('Refused');
    const waiting = client.waitUntilDecided(botId, {
      onWaiting: () => void client.reject(requestId, 'No such department'),
    });
    expect(await refusalOf(waiting)).toMatchObject({
      code: 'REJECTED',
      message: 'An admin has rejected the channel "Web" of "Refused": No such department',
    });
    expect(await pendingOf(botId)).toEqual([]);
  });

  it('gives errors their code, their field and their status', async () => {
    expect(await refusalOf(client.createApp({ name: '' }))).toMatchObject({ code: 'BAD_USER_INPUT', field: 'name' });
    const nobody = createAdminClient({ url: app.url, token: 'x'.repeat(40) });
    expect(await refusalOf(nobody.exportConfiguration())).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect(await refusalOf(client.request('{ nothing }'))).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    const elsewhere = createAdminClient({ url: `${app.url}/healthz`, token: ADMIN_TOKEN, retries: 0 });
    expect((await refusalOf(elsewhere.exportConfiguration())).code).toMatch(/^(BAD_ANSWER|HTTP_404)$/);
  });

  it('reads the audit log entry by entry, by a filter', async () => {
    const botId = await imported('Audited');
    const actions: string[] = [];
    for await (const { action, subjectName } of client.auditLog({ subject: botId })) {
      actions.push(action);
      expect(subjectName).toBe('Audited');
    }
    expect(actions).toEqual(['bot.import']);
    for await (const { action } of client.auditLog()) {
      expect(action).toBe('audit.export'); // the newest; the rest is not read
      break;
    }
    expect(await refusalOf(client.auditLog({ from: 'once' }).next())).toMatchObject({ field: 'from' });
  });

  it('starts jobs and tells of them, and ends them', async () => {
    const { id, status } = await client.startErasure({ user: 'nobody', reason: 'asked for' });
    expect(['RUNNING', 'DONE']).toContain(status);
    expect(await client.erasureJob(id)).toMatchObject({ id, turns: 0 });
    const counted = await client.startReplay({ filter: { user: 'nobody' }, dryRun: true });
    expect(counted).toMatchObject({ status: 'DONE', total: 0 });
    expect(await client.replayJob('job-none')).toBeNull();
  });

  it('makes and revokes tokens that may do little', async () => {
    const { viewer } = await client.users();
    const token = await client.createApiToken({ userId: viewer.id, name: 'exports', actions: ['bot.export'] });
    const limited = createAdminClient({ url: app.url, token });
    expect(await refusalOf(limited.createApp({ name: 'x' }))).toMatchObject({ code: 'FORBIDDEN' });
    const { users } = await client.users();
    const made = users.flatMap(({ apiTokens }) => apiTokens).find(({ name }) => name === 'exports');
    expect(await client.revokeApiToken(made?.id ?? '')).toBe(true);
    expect(await refusalOf(limited.users())).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    expect(await refusalOf(client.exportConfiguration(null, { signal }))).toMatchObject({ code: 'ABORTED' });
    const { botId } = await withChannel('Given up');
    const stop = new AbortController();
    const waiting = client.waitUntilDecided(botId, { signal: stop.signal, onWaiting: () => stop.abort() });
    expect(await refusalOf(waiting)).toMatchObject({ code: 'ABORTED' });
  });
});

it('each document has the types that were generated for it', () => {
  const folder = join(repository, 'src/admin');
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const found = sources.flatMap((source) => [
    ...source.matchAll(/operation<\s*generated\.(\w+),\s*generated\.(\w+)\s*>\([^`]*`\s*(query|mutation) (\w+)/g),
  ]);
  expect(found.length).toBeGreaterThan(20);
  for (const [, data, variables, kind, name] of found) {
    expect(data).toBe(`${name}${kind === 'query' ? 'Query' : 'Mutation'}`);
    expect(variables).toBe(`${data}Variables`);
  }
});
