import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSigningSecret, sign } from '../../src/outbound/signature.js';
import { createSigningKeyPair, signV1a } from '../../src/outbound/signature-v1a.js';
import { createReceiver, json, type Receiver } from '../support/receiver.js';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const guide = readFileSync(join(repository, 'docs/receivers.md'), 'utf8');
const samples = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code = '']) => code);
const [withClient = '', withLibrary = '', withKeys = ''] = samples('js');
const [python = ''] = samples('python');
const hasPython = spawnSync('python3', ['-c', 'import hmac; hmac.digest']).status === 0;

const secret = createSigningSecret();
const oldSecret = createSigningSecret();
const pair = createSigningKeyPair();
const body = JSON.stringify({ text: 'Grüße', to: 'user-1', messageId: 'ms-1' });
const seconds = Math.floor(Date.now() / 1000); // the samples look at the real time

let folder: string; // where the samples run: like a project that has the packages installed
let keys: Receiver; // plays the server that shows the public keys
let running: ChildProcess | undefined;
let lines: Interface;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookswitch-receivers-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(repository, join(folder, 'node_modules/hookswitch'));
  await symlink(join(repository, 'node_modules/standardwebhooks'), join(folder, 'node_modules/standardwebhooks'));
  keys = await createReceiver(json(200, { keys: [{ kid: 'k1', type: 'ed25519', publicKey: pair.publicKey }] }));
});

afterEach(() => running?.kill());

afterAll(async () => {
  await keys.close();
  await rm(folder, { recursive: true });
});

/** Runs a sample on a free port, which it tells: that is all that is changed in it. */
async function start(command: string, name: string, code: string): Promise<void> {
  const telling = code
    .replace('.listen(process.env.PORT)', '.listen(0, function () { console.log(this.address().port); })')
    .replace(
      /^(ThreadingHTTPServer.*)\.serve_forever\(\)$/m,
      'server = $1\nprint(server.server_port, flush=True)\nserver.serve_forever()',
    );
  await writeFile(join(folder, name), telling);
  const env = { ...process.env, SIGNING_SECRET: secret, KEYS_URL: keys.url, PORT: '0' };
  running = spawn(command, [name], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  running.stderr?.on('data', (text) => complaints.push(String(text)));
  lines = createInterface({ input: running.stdout ?? process.stdin });
  const [first] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  if (first === undefined) throw new Error(complaints.join(''));
  port = Number(first);
}

const signed = (id: string, secrets = [secret], timestamp = seconds) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': sign({ id, timestamp, body, secrets }),
});

async function post(headers: Record<string, string>, text = body): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: text });
  return response.status;
}

/** What every sample does with callbacks signed by a secret; `shown` is how a line of it begins. */
async function receivesCallbacks(shown: string): Promise<void> {
  const told: string[] = [];
  lines.on('line', (line) => told.push(line));
  expect(await post(signed('ms-1'))).toBe(204);
  expect(await post(signed('ms-1'))).toBe(204);
  expect(await post(signed('ms-2', [oldSecret, secret]))).toBe(204); // while a secret is being rotated
  expect(await post(signed('ms-3', [oldSecret]))).toBe(401);
  expect(await post(signed('ms-4'), `${body} `)).toBe(401);
  expect(await post(signed('ms-5', [secret], seconds - 3600))).toBe(401);
  expect(await post({})).toBe(401);
  running?.kill();
  await once(lines, 'close');
  expect(told).toEqual([expect.stringContaining(shown), expect.stringContaining(shown)]);
}

describe('the guide for receivers has a sample that works as it stands', () => {
  it('in Node with our client', async () => {
    await start(process.execPath, 'client.mjs', withClient);
    await receivesCallbacks('[{"type":"text","text":"Grüße"}]');
  });

  it('in Node with the library of the standard', async () => {
    await start(process.execPath, 'library.mjs', withLibrary);
    await receivesCallbacks('"text":"Grüße"');
  });

  it('in Node with the public keys that the server shows', async () => {
    await start(process.execPath, 'keys.mjs', withKeys);
    const message = { id: 'ms-1', timestamp: seconds, body };
    const headers = signed('ms-1', [oldSecret]);
    const by = (privateKey: string) => ({ ...headers, 'webhook-signature': signV1a(message, [privateKey]) });
    expect(await post(by(pair.privateKey))).toBe(204);
    expect(await post(by(createSigningKeyPair().privateKey))).toBe(401);
    expect(await post(headers)).toBe(401);
    expect(keys.requests).toHaveLength(1);
  });

  it.runIf(hasPython)('in Python', async () => {
    await start('python3', 'receiver.py', python);
    await receivesCallbacks('"text":"Grüße"');
  });

  it('of a dozen lines or two', () => {
    for (const code of [withClient, withLibrary, withKeys, python]) {
      expect(code.trim().split('\n').length).toBeLessThan(25);
    }
  });
});
