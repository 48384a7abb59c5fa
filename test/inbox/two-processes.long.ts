import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import { systemClock } from '../../src/time.js';
import { createBot, createCaller, goLive, startTestApp, type TestApp, type TestAppOptions } from '../support/app.js';
import { createMigratedDatabase } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { end, type Line, lineOf, pause, said, text, textOf } from '../support/own-bot.js';
import { createGate } from '../support/receiver.js';

const postgres = inject('postgres');
const skipped = 'skipped' in postgres ? ` (skipped: ${postgres.skipped})` : '';

const urlOf = (attachment: unknown): string => (attachment as { url: string }).url; // as the bot sees them

describe.skipIf('skipped' in postgres)(`two processes on one database${skipped}`, () => {
  let gate: ReturnType<typeof createGate>;
  let begun: ReturnType<typeof createGate>;
  let heard: string[];
  /** Where the bot may open the attachments it saw. */
  let shown: string[];
  let apps: TestApp[] = [];
  let drop: () => Promise<void>;
  let files: string;
  /** Whether the bot's turns must not be run twice. */
  let runsOnce: boolean;
  let here: Line;
  let there: Line;

  /** The time of day, where it stands still: a burst is what comes within a second of it. */
  let heldAt: number | null = null;
  const clock = { ...systemClock, now: () => heldAt ?? Date.now() };

  /** Says what it was sent; "slow" pauses first, and waits for the gate. */
  const bot: Engine['reply'] = async function* (turn) {
    heard.push(textOf(turn));
    shown.push(...(turn.message.type === 'text' ? turn.message.attachments.map(urlOf) : []));
    if (textOf(turn) === 'slow') {
      yield said('wait');
      yield pause(turn);
      begun.open();
      await gate.opened;
    }
    if (textOf(turn) === 'count') {
      turn.session.engine.count = Number(turn.session.engine.count ?? 0) + 1;
      yield said(String(turn.session.engine.count));
    } else yield said(`heard ${textOf(turn)}`);
    yield end(turn);
  };

  async function start(channel: Record<string, unknown> = {}): Promise<void> {
    const caller = await createCaller(apps[0] as TestApp);
    const [made] = await goLive(apps[0] as TestApp, await createBot(apps[0] as TestApp), [
      { appClientId: caller.clientId, ...channel },
    ]);
    if (!made) throw new Error('no channel');
    [here, there] = apps.map((app) => lineOf(app, caller, made)) as [Line, Line];
    // It follows within half a second.
    const probe = () => there.v2({ type: 'event', val: 'PROBE' }, { from: { id: 'probe' } });
    await eventually(probe, ({ status }) => status === 200);
    heard = [];
  }

  beforeEach(async () => {
    [gate, begun, heard, shown, runsOnce] = [createGate(), createGate(), [], [], false];
    const scratch = await createMigratedDatabase();
    drop = scratch.drop;
    files = await mkdtemp(join(tmpdir(), 'hookswitch-files-'));
    const env = {
      DATABASE_URL: scratch.url,
      KEY_RING: `k1:${randomBytes(32).toString('base64')}`,
      ATTACHMENTS_DIR: files,
    };
    const engines: TestAppOptions['engines'] = (real) => ({
      ...real,
      open: async (spec) => ({ ...(await real.open(spec)), engine: { reply: bot }, runsOnce }),
    });
    apps = [await startTestApp({ engines, env, clock })];
    apps.push(await startTestApp({ engines, env, clock }));
  });
  afterEach(async () => {
    heldAt = null;
    gate.open();
    for (const app of apps) await app.remove();
    await drop();
    await rm(files, { recursive: true });
  });

  it('keeps one session, whichever of them a caller comes to: side by side, and one after the other', async () => {
    await start({ enablePolling: false });
    const counts = async (message: string, lines: Line[]) => {
      const answers = await Promise.all(lines.map((line) => line.v2(text(message))));
      return answers.map(({ body }) => Number(body.data[0].val)).sort((a, b) => a - b);
    };
    const expected = [1];
    expect(await counts('count', [here])).toEqual(expected);
    for (let round = 0; round < 4; round += 1) {
      const next = expected.at(-1) ?? 0;
      expect(await counts('count', [there, here, there])).toEqual([next + 1, next + 2, next + 3]);
      expect(await counts('count', [here])).toEqual([next + 4]);
      expect(await counts('count', [there])).toEqual([next + 5]);
      expected.push(next + 5);
    }
  });

  it('runs few turns in vain, however conversations are dealt over both', async () => {
    await start({ enablePolling: false });
    const users = Array.from({ length: 10 }, (_, n) => ({ from: { id: `user-${n}` } }));
    for (let round = 1; round <= 4; round += 1) {
      for (const line of [here, there]) {
        const answers = await Promise.all(users.map((user) => line.v2(text('count'), user)));
        expect(answers.map(({ body }) => body.data[0].val)).toEqual(
          users.map(() => String(2 * round - (line === here ? 1 : 0))),
        );
      }
    }
    // Ten at most in each process, which all were under way before the first of them had found out.
    expect(heard.length).toBeLessThanOrEqual(8 * users.length + 2 * users.length);
    const before = heard.length;
    const more = Array.from({ length: 10 }, (_, n) => ({ from: { id: `more-${n}` } }));
    for (const line of [here, there, here]) for (const user of more) await line.v2(text('count'), user);
    expect(heard.length - before - 3 * more.length).toBeLessThanOrEqual(1);
  });

  it('stores a message first whose bot changes more than its session at once', async () => {
    runsOnce = true;
    await start({ enablePolling: false });
    const answers = await Promise.all([here, there, here, there].map((line) => line.v2(text('count'))));
    expect(answers.map(({ body }) => body.data[0].val).sort()).toEqual(['1', '2', '3', '4']);
    expect(heard).toHaveLength(4);
  });

  it('polls in one what the other says', async () => {
    await start();
    const first = await here.v2(text('slow'));
    expect(first.body.data.map(({ val }: { val: string }) => val)).toEqual(['wait']);
    expect((await there.poll(first.body.pollId)).body.status).toBe('Inprogress');
    const later = there.poll(first.body.pollId, { prefer: 'wait=10' });
    gate.open();
    expect((await later).body.data).toMatchObject([{ val: 'heard slow' }]);
    expect((await here.poll(first.body.pollId)).body).toEqual((await later).body);
  });

  it('answers in one what is said in the other’s lane, in order', async () => {
    await start({ enablePolling: false });
    const slow = here.v2(text('slow'));
    await begun.opened;
    const next = there.v2(text('next'));
    await eventually(queued, (count) => count >= 2);
    const last = here.v2(text('last'));
    await eventually(queued, (count) => count >= 3);
    gate.open();
    const answers = await Promise.all([slow, next, last]);
    expect(answers.map(({ body }) => body.data.at(-1).val)).toEqual(['heard slow', 'heard next', 'heard last']);
    expect(heard).toEqual(['slow', 'next', 'last']);
  });

  it.each([
    ['LATEST', 'c'],
    ['JOIN', 'a\nb\nc'],
  ])('takes the messages of both for one burst: %s', async (burst, whole) => {
    await start({ burst, enablePolling: false });
    const slow = here.v2(text('slow'));
    await begun.opened;
    heldAt = Date.now();
    const answers = [there.v2({ ...text('a'), id: 'A' })];
    await eventually(queued, (count) => count >= 2);
    answers.push(here.v2({ ...text('b'), id: 'B' }));
    await eventually(queued, (count) => count >= 3);
    answers.push(there.v2({ ...text('c'), id: 'C' }));
    await eventually(queued, (count) => count >= 4);
    heldAt = null;
    gate.open();
    await slow;
    expect((await Promise.all(answers)).map(({ body }) => body)).toMatchObject([
      { data: [], answeredBy: 'C' },
      { data: [], answeredBy: 'C' },
      { data: [{ val: `heard ${whole}` }], answers: ['A', 'B', 'C'] },
    ]);
  });

  it('opens in one a file whose chunks came in at both', async () => {
    await start();
    const headers = here.caller.headers();
    const send = async (line: Line, path: string, method: string, body?: FormData | string) => {
      const json = typeof body === 'string' && { 'content-type': 'application/json' };
      const init = { method, headers: { ...headers, ...json }, ...(body !== undefined && { body }) };
      const url = `${line.app.url}/api/attachments/${line.channel.botId}/ivr/token${path}`;
      return (await (await fetch(url, init)).json()) as { fileToken: string; fileId: string };
    };
    const { fileToken } = await send(here, '', 'POST');
    for (const [chunkNo, line] of [here, there].entries()) {
      const chunk = new FormData();
      chunk.set('chunk', new Blob([`part ${chunkNo};`]), 'blob');
      chunk.set('chunkNo', String(chunkNo));
      await send(line, `/${fileToken}/chunk`, 'POST', chunk);
    }
    const { fileId } = await send(here, `/${fileToken}`, 'PUT', JSON.stringify({ totalChunks: 2, filename: 'a.txt' }));
    const named = await there.v2({ ...text('look'), attachments: [{ fileId }] });
    expect(named.status).toBe(200);
    const { pathname, search } = new URL(shown.at(-1) ?? '');
    expect(await (await fetch(`${there.app.url}${pathname}${search}`)).text()).toBe('part 0;part 1;');
  });

  /** Messages of the conversation that are stored. */
  async function queued(): Promise<number> {
    const { conversations } = await here.app.gql(
      '{ conversations(user: "u") { edges { node { turns(first: 50) { totalCount } } } } }',
    );
    return conversations.edges[0]?.node.turns.totalCount ?? 0;
  }
});
