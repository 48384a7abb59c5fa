import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createSigningSecret } from '../../src/outbound/signature.js';
import { createTestClock } from '../support/clock.js';
import { createBench, talk, texts, turnOf } from './remote-bot.js';

const repository = new URL('../../', import.meta.url);
const guide = readFileSync(new URL('docs/engines.md', repository), 'utf8');

/** The first piece of JavaScript under a heading. */
function sampleOf(heading: string): string {
  const section = guide.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return /```js\n([\s\S]*?)```/.exec(section)?.[1] ?? '';
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

describe('the guide to engines', () => {
  let bot: ChildProcess | undefined;
  afterEach(() => bot?.kill());

  it('has a bot for the HTTP engine that works as it stands, in ten lines', async () => {
    const code = sampleOf('HTTP');
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(12);
    const secret = createSigningSecret();
    const port = await freePort();
    const env = { ...process.env, SECRET: secret, PORT: String(port) };
    // It tells when it listens, so that nobody has to guess.
    const listening = code.replace('.listen(process.env.PORT)', '.listen(process.env.PORT, () => process.send("up"))');
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    const args = ['--input-type=module', '--eval', listening];
    bot = spawn(process.execPath, args, { cwd: repository, env, stdio: [...stdio] });
    await new Promise((resolve, reject) => bot?.once('message', resolve).once('exit', reject));

    const clock = createTestClock(Date.now()); // the sample checks signatures by the real time
    await using bench = createBench(clock);
    const settings = { url: `http://127.0.0.1:${port}/` };
    const program = await bench.open({ engine: 'HTTP', settings, secrets: { secret } });
    const first = await talk(program, turnOf({ text: 'tea' }));
    expect(texts(first)).toEqual(['You said "tea".', 'Message 1.']);
    expect(texts(await talk(program, turnOf({ session: first.end.session })))).toEqual([
      'You said "hello".',
      'Message 2.',
    ]);
  });
});
