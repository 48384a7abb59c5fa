import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverEnv } from '../../bench/live-bot.js';
import { exportOf, message, script } from '../engines/dialog/bot-builder.js';
import { controlPlaneOf, createCaller, goLive } from '../support/app.js';
import { eventually } from '../support/eventually.js';

const USERS = 8;
const TURNS_OF_EACH = 50;
const CHECK = 'query($id: ID!) { versionCheck(id: $id) { status conversations turns alike total error } }';

const BOT = exportOf({
  tea: {
    // long enough for the check to be under way for several steps
    Count: script('for (let i = 0; i < 3e5; i += 1); context.code = String(Math.random());', 'Tell'),
    Tell: message('Here: {{context.code}}.', 'end'),
  },
});

let folder: string;
let server: { process: ChildProcess; url: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookswitch-check-'));
  server = await start();
}, 120_000);
afterAll(async () => {
  await kill();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<typeof server> {
  const child = spawn(process.execPath, ['dist/bundle/server/main.js'], {
    env: { ...serverEnv(folder), PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const url = await eventually(
    () => (child.exitCode === null ? /listens on (\S+)/.exec(said)?.[1] : said),
    (found) => found !== undefined,
  );
  return { process: child, url: String(url) };
}

async function kill(): Promise<void> {
  if (server.process.exitCode !== null || server.process.signalCode !== null) return;
  const ended = once(server.process, 'exit');
  server.process.kill('SIGKILL');
  await ended;
}

describe('a check whose server is killed', () => {
  it('goes on where it was, and counts each turn once', { timeout: 240_000 }, async () => {
    let plane = controlPlaneOf(server.url);
    const { importBot } = await plane.gql(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }',
      { input: { definition: BOT, mode: 'NEW' } },
    );
    const botId: string = importBot.bot.id;
    await plane.gql('mutation($input: UpdateBotInput!) { updateBot(input: $input) { id } }', {
      input: { id: botId, engineSettings: { record: true } },
    });
    const caller = await createCaller(plane);
    const [channel] = await goLive(plane, botId, [{ appClientId: caller.clientId }]);
    const say = async (user: string) => {
      const { status } = await fetch(`${server.url}${channel?.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...caller.headers() },
        body: JSON.stringify({ message: { text: 'tea' }, from: { id: user } }),
      });
      expect(status).toBe(200);
    };
    await Promise.all(
      Array.from({ length: USERS }, async (_, user) => {
        for (let turn = 0; turn < TURNS_OF_EACH; turn += 1) await say(`user-${user}`);
      }),
    );

    const { startCheck } = await plane.gql('mutation($input: StartCheckInput!) { startCheck(input: $input) { id } }', {
      input: { botId, versionNumber: 1 },
    });
    const look = async () => (await plane.gql(CHECK, startCheck)).versionCheck;
    const under = await eventually(look, ({ turns }) => turns > 0);
    await kill();
    expect(under).toMatchObject({ status: 'RUNNING', total: USERS * TURNS_OF_EACH });

    server = await start();
    plane = controlPlaneOf(server.url);
    expect((await look()).turns).toBeGreaterThanOrEqual(under.turns);
    const done = await eventually(look, ({ status }) => status !== 'RUNNING');
    const total = USERS * TURNS_OF_EACH;
    expect(done).toEqual({ status: 'DONE', conversations: USERS, turns: total, alike: total, total, error: null });
  });
});
