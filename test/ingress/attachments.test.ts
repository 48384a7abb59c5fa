import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBot, createCaller, goLive, type HookResponse, type LiveChannel } from '../support/app.js';
import { createTestClock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { end, engineOf, type Line, lineOf, openLine, said, text } from '../support/own-bot.js';

const MAX_BYTES = 64 * 1024;
const MEGABYTE = 1024 * 1024;
let line: Line;
let foreign: Line;

beforeAll(async () => {
  line = await openLine({
    ...engineOf(async function* (turn) {
      yield said(JSON.stringify(turn.message.type === 'text' ? turn.message.attachments : null));
      yield end(turn);
    }),
    env: { MAX_ATTACHMENT_BYTES: String(MAX_BYTES) },
  });
  const caller = await createCaller(line.app);
  const [channel] = (await goLive(line.app, await createBot(line.app), [{ appClientId: caller.clientId }])) as [
    LiveChannel,
  ];
  foreign = lineOf(line.app, caller, channel);
  await upload('the first one, which makes the folders');
});
afterAll(() => line.app.remove());

async function send(
  path: string,
  body: FormData | string,
  headers: Record<string, string> = line.caller.headers(),
  method = 'POST',
): Promise<Pick<HookResponse, 'status' | 'body'>> {
  const response = await fetch(`${line.app.url}${path}`, { method, body, headers });
  return { status: response.status, body: await response.json() };
}

function form(fields: Record<string, string>, file?: { name: string; value: string; fileName?: string }): FormData {
  const made = new FormData();
  if (file) made.set(file.name, new Blob([file.value]), file.fileName ?? 'blob');
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
}

const upload = (value: string, fileName = 'note.txt') =>
  send(
    '/api/public/uploadfile',
    form({ fileContext: 'chat', fileExtension: 'txt' }, { name: 'file', value, fileName }),
  );
const sha256 = (value: string) => createHash('sha256').update(value).digest('hex');
const kept = async () => (await readdir(join(line.app.dataDir, 'attachments'))).filter((name) => name !== 'uploads');
const loose = () => readdir(join(line.app.dataDir, 'attachments', 'uploads'));

describe('a small upload', () => {
  it('gives an id that messages of both versions can name, and a URL that the bot can open', async () => {
    const made = await upload('hello');
    expect(made).toMatchObject({
      status: 200,
      body: { fileId: expect.stringMatching(/^[0-9a-f]{24}$/), hash: sha256('hello') },
    });
    const named = { fileId: made.body.fileId, fileType: 'attachment' };
    const answers = [
      await line.v2({ ...text('look'), attachments: ['https://a.test/', named] }),
      await line.v1({ message: { text: 'look', attachments: [named] }, from: { id: 'u' } }),
    ];
    const [seen, again] = answers.map(({ body }) => JSON.parse(body.text ?? body.data[0].val).at(-1));
    expect(seen).toEqual({ ...named, fileName: 'note.txt', size: 5, url: expect.any(String) });
    expect(again).toEqual(seen);
    const url = new URL(seen.url);
    expect(url.origin).toBe('http://hooks.test');
    const opened = await fetch(`${line.app.url}${url.pathname}${url.search}`);
    expect(await opened.text()).toBe('hello');
    expect(opened.headers.get('content-disposition')).toBe('attachment; filename="note.txt"');
    expect(opened.headers.get('content-type')).toBe('application/octet-stream');
    expect((await fetch(`${line.app.url}${url.pathname}?key=wrong`)).status).toBe(404);
  });

  it('takes the token in the auth header, too, and never a wrong one', async () => {
    const token = line.caller.headers().authorization?.slice('bearer '.length) ?? '';
    const body = () => form({}, { name: 'file', value: 'x' });
    expect((await send('/api/public/uploadfile', body(), { auth: token })).status).toBe(200);
    expect(await send('/api/public/uploadfile', body(), { auth: 'x' })).toMatchObject({
      status: 401,
      body: { errors: [{ msg: 'Invalid Access token', code: 401 }], _v: 'v2' },
    });
  });

  it.each<[string, () => FormData | string, number, Record<string, string>?]>([
    ['without a file', () => form({ fileContext: 'chat' }), 400],
    ['with a file that is too large', () => form({}, { name: 'file', value: 'x'.repeat(MAX_BYTES + 1) }), 413],
    [
      'with two files',
      () => {
        const two = form({}, { name: 'file', value: 'x' });
        two.append('file', new Blob(['y']), 'y');
        return two;
      },
      400,
    ],
    ['with a strange extension', () => form({ fileExtension: '../sh' }, { name: 'file', value: 'x' }), 400],
    ['with a strange context', () => form({ fileContext: 'a b\n' }, { name: 'file', value: 'x' }), 400],
    ['that is JSON', () => '{}', 415, { 'content-type': 'application/json' }],
    [
      'whose form is cut short',
      () => '--b\r\nContent-Disp',
      400,
      { 'content-type': 'multipart/form-data; boundary=b' },
    ],
    ['without a boundary', () => 'x', 400, { 'content-type': 'multipart/form-data' }],
  ])('%s is refused, and leaves nothing behind', async (_title, body, status, headers = {}) => {
    const before = await kept();
    const answer = await send('/api/public/uploadfile', body(), { ...line.caller.headers(), ...headers });
    expect(answer).toMatchObject({ status, body: { errors: [{ code: status }], _v: 'v2' } });
    expect(await kept()).toEqual(before);
    expect((await loose()).filter((name) => name.startsWith('bytes-'))).toEqual([]);
  });

  it('drops the folders of a file name', async () => {
    const { fileId } = (await upload('x', '../../etc/passwd')).body;
    const answer = await line.v2({ ...text('x'), attachments: [{ fileId }] });
    expect(JSON.parse(answer.body.data[0].val)[0]).toMatchObject({ fileName: 'passwd' });
  });

  it("cannot be named by another account's app, nor by a wrong id", async () => {
    const answer = await line.v2({ ...text('x'), attachments: ['https://a.test/', { fileId: 'f'.repeat(24) }] });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'message.attachments.1.fileId' }] } });
  });
});

describe('an upload over a slow line', () => {
  it('may take longer than a message', async () => {
    const clock = createTestClock(Date.now());
    const slow = await openLine({ clock, env: { MAX_ATTACHMENT_BYTES: String(4 * MEGABYTE) } });
    const uploads = join(slow.app.dataDir, 'attachments', 'uploads');
    const received = async () => {
      const names = await readdir(uploads).catch(() => []);
      const sizes = await Promise.all(names.map(async (name) => (await stat(join(uploads, name))).size));
      return sizes.reduce((sum, size) => sum + size, 0);
    };
    const sending = request(`${slow.app.url}/api/public/uploadfile`, {
      method: 'POST',
      headers: { ...slow.caller.headers(), 'content-type': 'multipart/form-data; boundary=edge' },
    });
    const answered = once(sending, 'response');
    sending.write('--edge\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n');
    for (let part = 1; part <= 3; part += 1) {
      sending.write('x'.repeat(MEGABYTE));
      await eventually(async () => (await received()) > (part - 0.5) * MEGABYTE);
      clock.advance(29_000);
    }
    for (const [name, value] of [
      ['fileContext', 'chat'],
      ['fileExtension', 'txt'],
    ])
      sending.write(`\r\n--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}`);
    sending.end('\r\n--edge--\r\n');
    const [{ statusCode }] = await answered;
    expect(statusCode).toBe(200);
    sending.destroy();
    await slow.app.remove();
  });
});

describe('an upload in chunks', () => {
  const path = (rest = '') => `/api/attachments/${line.channel.botId}/ivr/token${rest}`;
  const begin = async () => (await send(path(), '')).body.fileToken as string;
  const chunk = (token: string, number: number | string, value: string, headers?: Record<string, string>) =>
    send(path(`/${token}/chunk`), form({ chunkNo: String(number) }, { name: 'chunk', value }), headers);
  const facts = { fileContext: 'chat', filename: 'long.txt', fileExtension: 'txt' };
  const json = () => ({ ...line.caller.headers(), 'content-type': 'application/json' });
  const finish = (token: string, totalChunks: unknown, more = '') =>
    send(path(`/${token}${more}`), JSON.stringify({ ...facts, totalChunks }), json(), 'PUT');

  it.each([
    [0, ''],
    [1, '/chunk'],
  ])('puts chunks numbered from %i together, in whatever order they came', async (from, more) => {
    const before = await loose();
    const token = await begin();
    expect(token).toMatch(/^[0-9a-f]{48}$/);
    expect((await chunk(token, from + 1, 'two ')).status).toBe(200);
    expect((await chunk(token, from, 'wrong')).status).toBe(200);
    expect((await chunk(token, from, 'one ')).status).toBe(200);
    expect((await chunk(token, from + 2, 'three')).status).toBe(200);
    const made = await finish(token, 3, more);
    expect(made).toMatchObject({ status: 200, body: { hash: sha256('one two three') } });
    const answer = await line.v2({ ...text('x'), attachments: [{ fileId: made.body.fileId }] });
    expect(JSON.parse(answer.body.data[0].val)[0]).toMatchObject({ fileName: 'long.txt', size: 13 });
    expect((await finish(token, 3)).status).toBe(404);
    expect(await loose()).toEqual(before);
  });

  it('takes the last step as a form, too', async () => {
    const token = await begin();
    await chunk(token, 0, 'x');
    expect((await send(path(`/${token}`), form({ ...facts, totalChunks: '1' }), undefined, 'PUT')).status).toBe(200);
  });

  it('refuses what does not add up, and goes on when it does', async () => {
    const token = await begin();
    expect((await finish(token, 1)).status).toBe(400);
    await chunk(token, 0, 'x');
    await chunk(token, 2, 'z');
    for (const total of [1, 2, 3, 0, -1, 'many', 5000]) expect((await finish(token, total)).status).toBe(400);
    for (const number of ['x', -1, 100_000]) expect((await chunk(token, number, 'y')).status).toBe(400);
    expect(await chunk(token, 1, 'y'.repeat(MAX_BYTES))).toMatchObject({ status: 413 });
    expect((await chunk(token, 1, 'y')).status).toBe(200);
    expect((await finish(token, 3)).body.hash).toBe(sha256('xyz'));
  });

  it('is its own app’s and channel’s alone', async () => {
    const token = await begin();
    expect((await chunk(token, 0, 'x', foreign.caller.headers())).status).toBe(401);
    expect((await chunk('f'.repeat(48), 0, 'x')).status).toBe(404);
    expect((await send(`/api/attachments/${line.channel.botId}/ivrInst-none/token`, '')).status).toBe(404);
    expect((await send(`/api/attachments/${line.channel.botId}/${line.channel.id}/token`, '')).status).toBe(200);
    expect((await send(`/api/attachments/${foreign.channel.botId}/ivr/token`, '')).status).toBe(401);
  });
});

describe('what a widget asks of a bot', () => {
  it('is its name and its icon', async () => {
    expect((await line.get(`/api/botmeta/${line.channel.botId}`)).body).toEqual({
      _id: line.channel.botId,
      name: 'Test bot',
      icon: expect.stringMatching(/^data:image\/svg\+xml,/),
    });
    expect((await line.get('/api/botmeta/st-none')).status).toBe(404);
    expect((await fetch(`${line.app.url}/api/botmeta/${line.channel.botId}`)).status).toBe(401);
  });
});
