import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { controlPlaneOf } from '../support/app.js';
import { eventually } from '../support/eventually.js';

const run = promisify(execFile);
const cwd = new URL('../..', import.meta.url);

it('the demo sets up a bot with two channels, talks over both and prints how to do the same', async () => {
  const { stdout } = await run(process.execPath, ['dist/bundle/server/hookswitch.js', 'demo'], { cwd });
  expect(stdout).toContain('bot: Order 4711 is on its way, Ada.');
  expect(stdout).toContain('bot: We are open every day from nine in the morning to six in the evening.');
  expect(stdout).toMatch(/you: yes\n {2}bot: Done: the label is in your mail/);
  expect(stdout).toMatch(/bot: You're welcome\. {3}\(POSTed to your URL, sequence 1,/);
  expect(stdout).toMatch(/curl -X POST "\$URL\/chatbot\/hooks\/st-/);
});

describe('hookswitch demo --keep', () => {
  let demo: ChildProcess | undefined;
  afterEach(async () => {
    if (demo === undefined || demo.exitCode !== null || demo.signalCode !== null) return;
    demo.kill('SIGTERM');
    await once(demo, 'exit');
  });

  /** Starts it and reads on until it says that it goes on. */
  async function keep() {
    const child = spawn(process.execPath, ['dist/bundle/server/hookswitch.js', 'demo', '--keep'], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    demo = child;
    const ended = once(child, 'exit');
    let said = '';
    for await (const line of createInterface(child.stdout)) {
      said += `${line}\n`;
      if (line.startsWith('This server goes on until Ctrl-C')) break;
    }
    child.stdout.resume();
    const [, url = '', token = ''] =
      /^This server goes on until Ctrl-C: (\S+)\/console\/.* token (\S+)$/m.exec(said) ?? [];
    const [, folder = ''] = /^Its data is in (\S+)/m.exec(said) ?? [];
    return { child, ended, url, token, folder, said };
  }

  it('has a bot that answers over both channels until Ctrl-C, which takes server and data away', async () => {
    const { child, ended, url, token, folder, said } = await keep();
    // The last of the lines it prints is a message to the hook, with the token of its caller.
    const [, hook = '', authorization = ''] =
      /curl -X POST "\$URL(\/chatbot\/hooks\/[^"]+)" \\\n\s+-H "Authorization: (bearer [^"]+)"/.exec(said) ?? [];
    const post = async (path: string, text: string) => {
      const body = JSON.stringify({ message: { text }, from: { id: 'somebody' } });
      const headers = { 'content-type': 'application/json', authorization };
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body });
      return { status: answer.status, text: await answer.text() };
    };
    expect(await post(hook, 'Where is my order?')).toEqual({
      status: 200,
      text: JSON.stringify({ text: 'What is your order number?' }),
    });

    const door = controlPlaneOf(url);
    const { bots } = await door.gql('{ bots { edges { node { name state channels { id mode } } } } }', {}, token);
    expect(bots.edges).toMatchObject([{ node: { name: 'Orders', state: 'PUBLISHED' } }]);
    const { id } = bots.edges[0].node.channels.find(({ mode }: { mode: string }) => mode === 'ASYNC');
    expect(await post(`${hook}/hookInstance/${id}`, 'thanks')).toEqual({ status: 200, text: '' });
    const deliveries = 'query($id: ID!) { deliveries(channelId: $id, user: "somebody") { edges { node { status } } } }';
    await eventually(
      async () => (await door.gql(deliveries, { id }, token)).deliveries.edges[0]?.node.status,
      (status) => status === 'DELIVERED',
    );

    expect(existsSync(folder)).toBe(true);
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(existsSync(folder)).toBe(false);
  });
});
