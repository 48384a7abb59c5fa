import { type ExecFileException, execFile } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { momentOf } from '../../src/cli/moment.js';
import type { Database } from '../../src/store/database/database.js';
import { HOUR } from '../../src/time.js';
import { ADMIN_TOKEN } from '../support/app.js';
import { insertDeadLetters } from '../support/dead-letters.js';
import { eventually } from '../support/eventually.js';
import { echo, engineOf, type Line, openLine } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

let receiver: Receiver;
let line: Line;
let database: Database;
let letters: (prefix: string, each: number) => Promise<void>;
beforeAll(async () => {
  receiver = await createReceiver();
  const keep = (real: Database) => {
    database = real;
    return real;
  };
  line = await openLine({ ...engineOf(echo), database: keep }, { name: 'desk', mode: 'ASYNC', postUrl: receiver.url });
  const { id: accountId } = await database.read('accounts').first('id');
  letters = (prefix, each) =>
    insertDeadLetters(database.write, {
      accountId,
      channelId: line.channel.id,
      conversations: 1,
      each,
      createdAt: Date.now() - HOUR,
      prefix,
    });
});
afterAll(async () => {
  await line.app.remove();
  await receiver.close();
});
beforeEach(() => void receiver.requests.splice(0));

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** `onSaid` is given what comes on standard error, and may send a signal. */
function run(args: string[], onSaid: (text: string, interrupt: () => void) => void = () => {}): Promise<Run> {
  const all = ['dist/bundle/server/hookswitch.js', 'replay', '--url', line.app.url, '--token', ADMIN_TOKEN, ...args];
  return new Promise((resolve) => {
    const cwd = new URL('../..', import.meta.url);
    const child = execFile(process.execPath, all, { cwd }, (error: ExecFileException | null, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stderr?.on('data', (chunk) => onSaid(String(chunk), () => child.kill('SIGINT')));
  });
}

describe('npm run replay', () => {
  it('replays dead letters, shows how far it has got, and says what it did', async () => {
    await letters('cli', 20);
    const { code, stdout, stderr } = await run([
      ...['--channel', line.channel.id, '--user', 'cli0'],
      ...['--since', '2h', '--per-second', '1000'],
    ]);
    expect(stdout).toMatch(/^The replay jb-[0-9a-f]+ is done: 20 of 20 sent again, 0 skipped\.\n$/);
    expect(stderr).toMatch(/of 20 replayed/);
    expect(code).toBe(0);
    await receiver.received(20);
  });

  it('only counts with --dry-run, and tells it as JSON with --json', async () => {
    await letters('dry', 3);
    const { stdout } = await run(['--user', 'dry0', '--dry-run', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'DONE', total: 3, replayed: 0 });
    expect((await run(['--user', 'dry0', '--dry-run'])).stdout).toBe('3 deliveries match.\n');
    expect(receiver.requests).toEqual([]);
  });

  it('cancels the replay on Ctrl-C, and ends with 130', async () => {
    await letters('stop', 50);
    const { code, stdout } = await run(['--user', 'stop0', '--per-second', '1', '--json'], (text, interrupt) => {
      if (text.includes('of 50 replayed')) interrupt();
    });
    const job = JSON.parse(stdout);
    expect(job).toMatchObject({ status: 'CANCELED', total: 50 });
    expect(code).toBe(130);
    await eventually(async () => (await database.read('deliveries').where('status', 'PENDING')).length === 0);
  });

  it.each([
    [['--status', 'DEAD'], 2, /Name at least one of --channel/],
    [['--channel', 'x', '--since', 'yesterday'], 2, /--since.* It takes a date/],
    [['--user', 'x', '--per-second', 'fast'], 2, /--per-second.* It takes a number/],
    [['--frequency', '1'], 2, /--frequency/],
    [['--channel', 'ivrInst-none'], 1, /NOT_FOUND/],
    [['--user', 'x', '--status', 'LOST'], 2, /--status.* It takes DEAD, DELIVERED or ANY/],
  ])('refuses %j with %i', async (args, code, said) => {
    const ran = await run(args);
    expect(ran.code).toBe(code);
    expect(ran.stdout + ran.stderr).toMatch(said);
  });
});

describe('a moment', () => {
  const now = Date.UTC(2026, 10, 28, 12);
  it.each([
    ['90s', '2026-11-28T11:58:30.000Z'],
    ['30m', '2026-11-28T11:30:00.000Z'],
    ['6h', '2026-11-28T06:00:00.000Z'],
    ['1.5d', '2026-11-27T00:00:00.000Z'],
    ['2026-11-28T09:00:00+01:00', '2026-11-28T08:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(momentOf(text, now)).toBe(iso);
  });
});
