import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { DAY, MINUTE, systemClock } from '../../src/time.js';
import { createBot, goLive } from '../support/app.js';
import { createMigratedDatabase, databaseKinds } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { echo, engineOf, type Line, lineOf, openLine, text } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

/** No other loop waits as long, so that the wait of the sweep is known by it. */
const SWEEP_MINUTES = 77;
const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const SET = `mutation($botId: ID, $channelId: ID, $days: Int) {
  setPrivacy(botId: $botId, channelId: $channelId, retentionDays: $days) }`;

for (const { name, skipped } of databaseKinds()) {
  describe.skipIf(skipped)(`retention of bots and channels on ${name}`, () => {
    let receiver: Receiver;
    let first: Line;
    let database: Database;
    let drop = async () => {};
    let passed = 0;
    let sweep: (() => void) | null = null;
    const clock = {
      ...systemClock,
      now: () => Date.now() + passed,
      after(delayMs: number, fn: () => void) {
        if (delayMs !== SWEEP_MINUTES * MINUTE) return systemClock.after(delayMs, fn);
        sweep = fn;
        return { cancel() {} };
      },
    };
    beforeAll(async () => {
      receiver = await createReceiver();
      const scratch = name === 'SQLite' ? null : await createMigratedDatabase();
      if (scratch) drop = () => scratch.drop();
      first = await openLine({
        ...engineOf(echo),
        clock,
        env: {
          RETENTION_SWEEP_MINUTES: String(SWEEP_MINUTES),
          ...(scratch && { DATABASE_URL: scratch.url, KEY_RING: KEYS }),
        },
        database(real) {
          database = real;
          return real;
        },
      });
    });
    afterAll(async () => {
      await first.app.remove();
      await receiver.close();
      await drop();
    });

    const swept = async () => {
      const run = sweep;
      sweep = null;
      run?.();
      await eventually(() => sweep !== null); // it waits for its next run
    };
    const upload = async (): Promise<string> => {
      const body = new FormData();
      body.append('file', new Blob(['content']), 'photo.txt');
      body.append('fileContext', 'workflows');
      body.append('fileExtension', 'txt');
      const answer = await fetch(`${first.app.url}/api/public/uploadfile`, {
        method: 'POST',
        body,
        headers: first.caller.headers(),
      });
      return ((await answer.json()) as { fileId: string }).fileId;
    };
    /** Says something with an attachment. */
    const say = async (line: Line, user: string): Promise<string> => {
      const fileId = await upload();
      const before = receiver.requests.length;
      const answer = await line.v2({ ...text('hello'), attachments: [{ fileId }] }, { from: { id: user } });
      expect(answer.status).toBe(200);
      await receiver.received(before + 1);
      await eventually(async () => (await database.read('deliveries').where('status', 'PENDING')).length === 0);
      return fileId;
    };

    it('keeps what was said, its deliveries and its attachments for the shortest of account, bot and channel', async () => {
      const { app, caller } = first;
      await app.gql('mutation { updateAccountSettings(retentionDays: 30) { retentionDays } }');
      const lines: Record<string, Line> = {};
      const live = async (channels: string[]) => {
        const botId = await createBot(app);
        const common = { appClientId: caller.clientId, mode: 'ASYNC', postUrl: receiver.url };
        const made = await goLive(
          app,
          botId,
          channels.map((channel) => ({ name: channel, ...common })),
        );
        for (const [n, channel] of made.entries()) lines[channels[n] ?? ''] = lineOf(app, caller, channel);
        return botId;
      };
      const tenDays = await live(['bot is shorter', 'channel is shorter']);
      await live(['account alone', 'account is shorter', 'taken away']);
      const of = (channel: string) => lines[channel] as Line;
      const ofChannel = (channel: string, days: number | null) =>
        app.gql(SET, { channelId: of(channel).channel.id, days });
      await app.gql(SET, { botId: tenDays, days: 10 });
      await ofChannel('bot is shorter', 20);
      await ofChannel('channel is shorter', 5);
      await ofChannel('account is shorter', 100);
      await ofChannel('taken away', 3);
      await ofChannel('taken away', null);

      const files: Record<string, string> = {};
      for (const channel of Object.keys(lines)) files[channel] = await say(of(channel), 'ann');
      const channelIds = Object.values(lines).map(({ channel }) => channel.id);
      const talks: string[] = await database.read('conversations').whereIn('channel_id', channelIds).pluck('id');
      const said: string[] = await database.read('deliveries').whereIn('channel_id', channelIds).pluck('id');
      const again = { number: 2, started_at: 1, duration_ms: 1 };
      await database.write('delivery_attempts').insert(said.map((id) => ({ delivery_id: id, ...again })));
      /** Channels of which there still is each kind of row, and the contents of the attachment. */
      const left = async () => {
        const names = new Map(Object.entries(lines).map(([channel, line]) => [line.channel.id, channel]));
        const contents = (await readdir(app.dataDir, { recursive: true })).join(' ');
        const rows = async (table: string): Promise<string[]> => {
          const ids: string[] = await database.read(table).distinct('channel_id').pluck('channel_id');
          return ids.flatMap((id) => names.get(id) ?? []).sort();
        };
        const stored: string[] = await database.read('attachments').pluck('id');
        const withFile = Object.entries(files).filter(([, id]) => stored.includes(id) && contents.includes(id));
        const gone = Object.entries(files).filter(([, id]) => !stored.includes(id) && !contents.includes(id));
        expect(withFile.length + gone.length).toBe(Object.keys(files).length);
        const [conversations, turns, deliveries] = await Promise.all(
          ['conversations', 'turns', 'deliveries'].map((table) => rows(table)),
        );
        const attachments = withFile.map(([channel]) => channel).sort();
        expect({ turns, deliveries, attachments }).toEqual({
          turns: conversations,
          deliveries: conversations,
          attachments: conversations,
        });
        const sessions: string[] = await database.read('sessions').whereIn('conversation_id', talks).pluck('id');
        expect(sessions).toHaveLength(conversations?.length ?? 0);
        const attempted = await database.read('delivery_attempts').whereIn('delivery_id', said).distinct('delivery_id');
        expect(attempted).toHaveLength(deliveries?.length ?? 0);
        return conversations;
      };
      const all = Object.keys(lines).sort();
      const saidAt = passed;
      await swept();
      expect(await left()).toEqual(all);
      passed = saidAt + 6 * DAY;
      await swept();
      expect(await left()).toEqual(all.filter((channel) => channel !== 'channel is shorter'));
      passed = saidAt + 11 * DAY;
      await swept();
      const long = ['account alone', 'account is shorter', 'taken away'];
      expect(await left()).toEqual(long);
      passed = saidAt + 29 * DAY;
      await swept();
      expect(await left()).toEqual(long);
      passed = saidAt + 31 * DAY;
      await swept();
      expect(await left()).toEqual([]);
    });

    it('removes old messages of a conversation that goes on, and leaves the later ones', async () => {
      const line = first;
      await line.app.gql(SET, { channelId: line.channel.id, days: 5 });
      const say = (words: string) => line.v2(text(words), { from: { id: 'ben' } });
      await say('old words');
      passed += 4 * DAY;
      await say('later words');
      passed += 2 * DAY;
      await swept();
      const inputs: string[] = await database.read('turns').where('channel_id', line.channel.id).pluck('input');
      expect(inputs).toHaveLength(1);
      expect(inputs[0]).toContain('later words');
      expect(await database.read('conversations').where('channel_id', line.channel.id)).toHaveLength(1);
    });
  });
}
