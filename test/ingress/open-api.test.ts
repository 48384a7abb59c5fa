import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi as openApiOf } from '../../schema/openapi.js';
import { hookRoutes } from '../../src/ingress/routes.js';
import { uploadRoutes } from '../../src/ingress/uploads.js';
import { managementRoutes } from '../../src/management/routes.js';
import { HOOK_VERSIONS } from '../../src/wire/hook-versions.js';
import { createCaller } from '../support/app.js';
import { end, engineOf, type Line, openLine, pause, said, text, textOf } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

interface Operation {
  tags?: string[];
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}
const openApi = openApiOf(HOOK_VERSIONS);
// The document is written by hand; each path holds operations by method.
const paths = openApi.paths as Record<string, Record<string, Operation>>;

// Those of the management API are held against its answers in test/management.
const HOOK_OPERATIONS = Object.values(paths)
  .flatMap((one) => Object.values(one))
  .filter(({ tags }) => !tags?.includes('management')).length;

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(openApi, 'openapi');

describe('/openapi.json', () => {
  let sync: Line;
  let later: Line;
  let receiver: Receiver;
  const seen = new Set<string>();

  beforeAll(async () => {
    receiver = await createReceiver();
    const bot = engineOf(async function* (turn) {
      yield said('one');
      if (textOf(turn) === 'slow') yield pause(turn);
      yield { type: 'said', contents: [{ type: 'TEMPLATE', value: '{"type":"template","payload":{}}' }] };
      yield { ...end(turn), endOfTask: { taskId: 'dg', taskName: 'Task', reason: 'Fulfilled' } };
    });
    sync = await openLine(bot);
    later = await openLine(bot, { mode: 'ASYNC', postUrl: receiver.url });
  });
  afterAll(async () => {
    await sync.app.remove();
    await later.app.remove();
    await receiver.close();
  });

  it('is an OpenAPI 3.1 document, as the official schema has it', async () => {
    const document = (await sync.get('/openapi.json')).body;
    const { valid, errors } = await new Validator().validate(document);
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.servers).toEqual([{ url: 'http://hooks.test' }]);
    expect({ ...document, servers: undefined }).toEqual({ ...openApi, servers: undefined });
  });

  it('names every route, and none that is not there', () => {
    const routers = [
      hookRoutes({ publicUrl: '' } as never),
      uploadRoutes({} as never),
      managementRoutes({ publicUrl: 'http://hooks.test' } as never),
    ]; // only their paths are looked at
    const served = routers
      .flatMap((router) => router.stack)
      .flatMap(({ methods, path }) =>
        // `all` answers the methods that a path does not have.
        (methods.length > 3 ? [] : methods.filter((method) => method !== 'HEAD')).map(
          (method) => `${method} ${String(path)}`,
        ),
      )
      .map((route) => route.replace(/:(\w+)/g, '{$1}'))
      .filter((route) => route !== 'GET /openapi.json');
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(served.sort());
  });

  interface Answered {
    response: Response;
    // biome-ignore lint/suspicious/noExplicitAny: whatever the document allows there
    body: any;
  }

  /** Calls the server as the document says, and holds the answer against it. */
  async function call(
    line: Line,
    method: string,
    path: string,
    values: Record<string, string> = {},
    init: { body?: unknown; form?: FormData; headers?: Record<string, string>; query?: string } = {},
  ): Promise<Answered> {
    const filled = path.replace(
      /\{(\w+)\}/g,
      (_, name: string) => ({ botId: line.channel.botId, ...values })[name] ?? '',
    );
    const response = await fetch(`${line.app.url}${filled}${init.query ?? ''}`, {
      method: method.toUpperCase(),
      headers: {
        ...line.caller.headers(),
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
        ...init.headers,
      },
      ...(init.form ? { body: init.form } : init.body !== undefined && { body: JSON.stringify(init.body) }),
    });
    const name = `${method} ${path} ${response.status}`;
    seen.add(name);
    const answered = await response.text();
    const documented = paths[path]?.[method]?.responses[response.status];
    if (!documented) throw new Error(`${name} is not in the document`);
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    if (answered === '') return { response, body: null };
    const schema = documented.content?.[type]?.schema;
    if (!schema) throw new Error(`${name} answers ${type}, which is not in the document`);
    if (type !== 'application/json') return { response, body: answered };
    const body = JSON.parse(answered);
    const refs = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/'));
    const check = ajv.compile(refs);
    if (!check(body)) throw new Error(`${name}: ${ajv.errorsText(check.errors)} in ${answered}`);
    return { response, body };
  }

  it('says what the running server answers', async () => {
    for (const { base, sample } of HOOK_VERSIONS) {
      const body = sample({ from: { id: 'u' } });
      const hook = `${base}/{botId}`;
      await call(sync, 'post', hook, {}, { body });
      await call(later, 'post', hook, {}, { body });
      await call(sync, 'post', `${hook}/hookInstance/{channelId}`, { channelId: sync.channel.id }, { body });
      await call(sync, 'post', `${hook}/hookInstance/{channelId}`, { channelId: 'none' }, { body });
      await call(sync, 'post', hook, {}, { body: {} });
      await call(sync, 'post', hook, {}, { body, headers: { authorization: 'bearer x' } });
      await call(sync, 'post', hook, {}, { body, headers: { 'content-type': 'text/plain' } });
      await call(sync, 'post', hook, {}, { body: 'x'.repeat(2_000_000) });
      const key = { 'idempotency-key': base };
      await call(sync, 'post', hook, {}, { body, headers: key });
      await call(sync, 'post', hook, {}, { body: { ...body, customData: 1 }, headers: key });
      const asked = await call(sync, 'post', hook, {}, { body, headers: { prefer: 'respond-async, wait=0' } });
      const { pollId } = asked.body;
      const prefer = { prefer: 'wait=10' };
      await call(sync, 'get', `${hook}/poll/{pollId}`, { pollId }, { headers: prefer });
      await call(sync, 'get', `${hook}/hookInstance/{channelId}/poll/{pollId}`, { pollId, channelId: sync.channel.id });
      await call(sync, 'get', `${hook}/poll/{pollId}`, { pollId: 'x' });
      await call(sync, 'get', `${hook}/poll/{pollId}/events`, { pollId });
      await call(sync, 'get', `${hook}/poll/{pollId}/events`, { pollId }, { headers: { 'last-event-id': 'end' } });
    }
    const v2 = { message: text('hello'), from: { id: 'u' } };
    const slow = { ...v2, message: text('slow') };
    expect((await call(sync, 'post', '/chatbot/v2/webhook/{botId}', {}, { body: slow })).body).toHaveProperty('pollId');
    const close = { ...v2, message: { type: 'event', val: 'SESSION_CLOSURE' } };
    await call(sync, 'post', '/chatbot/v2/webhook/{botId}', {}, { body: close });

    const file = (name: string, more: Record<string, string> = {}) => {
      const form = new FormData();
      form.set(name, new Blob(['x']), 'x.txt');
      for (const [key, value] of Object.entries(more)) form.set(key, value);
      return form;
    };
    await call(sync, 'post', '/api/public/uploadfile', {}, { form: file('file') });
    await call(sync, 'post', '/api/public/uploadfile', {}, { form: new FormData() });
    await call(sync, 'post', '/api/1.1/public/uploadfile', {}, { form: file('file') });
    const uploads = '/api/attachments/{botId}/{channelType}/token';
    for (const more of ['', '/chunk']) {
      const begun = await call(sync, 'post', uploads, { channelType: 'ivr' });
      const values = { channelType: 'ivr', token: begun.body.fileToken };
      await call(sync, 'post', `${uploads}/{token}/chunk`, values, { form: file('chunk', { chunkNo: '0' }) });
      await call(sync, 'put', `${uploads}/{token}${more}`, values, { body: { totalChunks: 1, filename: 'x.txt' } });
      await call(sync, 'put', `${uploads}/{token}${more}`, values, { body: { totalChunks: 1 } });
    }
    await call(sync, 'get', '/api/attachments/file/{fileId}', { fileId: 'none' }, { query: '?key=x' });
    await call(later, 'get', '/chatbot/keys/{channelId}', { channelId: later.channel.id });
    await call(later, 'get', '/chatbot/keys/{channelId}', { channelId: 'none' });
    const { clientId } = await createCaller(sync.app, { tokenEncryption: 'OPTIONAL' });
    await call(sync, 'get', '/chatbot/apps/{clientId}/jwks.json', { clientId });
    await call(sync, 'get', '/chatbot/apps/{clientId}/jwks.json', { clientId: 'none' });
    await call(sync, 'get', '/api/botmeta/{botId}');
    const history = '/api/chathistory/{botId}/{channelType}';
    await call(sync, 'get', history, { channelType: 'ivr' });
    await call(sync, 'get', history, { channelType: 'ivr' }, { query: '?limit=none' });
    const notify = '/api/public/bot/{botId}/notifyV2';
    const letters = { content: { type: 'text', value: 'Hi' }, identities: [{ id: 'u' }] };
    const job = await call(later, 'post', notify, {}, { body: letters });
    await call(later, 'get', `${notify}/{jobId}`, { jobId: job.body._id });
    await call(later, 'post', notify, {}, { body: {} });
    await call(sync, 'post', notify, {}, { body: letters });
    const operations = new Set([...seen].map((name) => name.split(' ').slice(0, 2).join(' ')));
    expect(operations.size).toBe(HOOK_OPERATIONS);
  });
});
