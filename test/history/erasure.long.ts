import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import type { Database } from '../../src/store/database/database.js';
import { createMigratedDatabase, databaseKinds } from '../support/databases.js';
import { eventually } from '../support/eventually.js';
import { end, engineOf, type Line, openLine, said, text, textOf } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';
import { filesWith, tablesWith } from '../support/traces.js';

/** What the bot was told before, in the session that goes on. */
const remembering: Engine['reply'] = async function* (turn) {
  const { engine } = turn.session as { engine: { heard?: string[] } };
  const heard = [...(engine.heard ?? []), textOf(turn)];
  engine.heard = heard;
  yield said(`heard ${heard.join(' ')}`);
  yield end(turn);
};

interface ErasureJob {
  id: string;
  status: string;
  conversations: number;
  turns: number;
  deliveries: number;
  attachments: number;
}

/** All processes on one PostgreSQL need the same. */
const KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

const FIELDS = 'id status conversations turns deliveries attachments finishedAt';

for (const { name, skipped } of databaseKinds()) {
  describe.skipIf(skipped)(`eraseUser on ${name}`, () => {
    let receiver: Receiver;
    let line: Line;
    let database: Database;
    let drop = async () => {};
    const logged: string[] = [];
    beforeAll(async () => {
      receiver = await createReceiver();
      const scratch = name === 'SQLite' ? null : await createMigratedDatabase();
      if (scratch) drop = () => scratch.drop();
      const log = pino({ level: 'trace' }, { write: (entry: string) => void logged.push(entry) });
      line = await openLine(
        {
          ...engineOf(remembering),
          log,
          ...(scratch && { env: { DATABASE_URL: scratch.url, KEY_RING: KEYS } }),
          database(real) {
            database = real;
            return real;
          },
        },
        { name: 'desk', mode: 'ASYNC', postUrl: receiver.url },
      );
    });
    afterAll(async () => {
      await line.app.remove();
      await receiver.close();
      await drop();
    });

    const erase = async (user: string, more: object = {}): Promise<ErasureJob> =>
      (
        await line.app.gql(
          `mutation($user: String!, $channelId: ID, $botId: ID, $reason: String!) {
            eraseUser(user: $user, channelId: $channelId, botId: $botId, reason: $reason) { ${FIELDS} } }`,
          { user, reason: 'asked for by letter', ...more },
        )
      ).eraseUser;
    const ended = (id: string): Promise<ErasureJob> =>
      eventually(
        async () => (await line.app.gql(`query($id: ID!) { erasureJob(id: $id) { ${FIELDS} } }`, { id })).erasureJob,
        ({ status }) => status !== 'RUNNING',
      );
    const exported = async (user: string) =>
      (await line.app.gql('mutation($user: String!) { exportUser(user: $user) }', { user })).exportUser;
    const say = async (user: string, words: string, more: object = {}, headers: Record<string, string> = {}) => {
      const before = receiver.requests.length;
      const answer = await line.v2({ ...text(words), ...more }, { from: { id: user } }, headers);
      expect(answer.status).toBe(200);
      await receiver.received(before + 1);
    };
    const settled = () =>
      eventually(async () => (await database.read('deliveries').where('status', 'PENDING')).length === 0);
    const upload = async (content: string): Promise<string> => {
      const body = new FormData();
      body.append('file', new Blob([content]), 'needle-file.txt');
      body.append('fileContext', 'workflows');
      body.append('fileExtension', 'txt');
      const answer = await fetch(`${line.app.url}/api/public/uploadfile`, {
        method: 'POST',
        body,
        headers: line.caller.headers(),
      });
      return ((await answer.json()) as { fileId: string }).fileId;
    };

    it('leaves no byte of the user or of what was said, and gives numbers only', async () => {
      const user = 'needle-user@example.org';
      const fileId = await upload('needle-content');
      await say(user, 'needle-text one', { attachments: [{ fileId }] }, { 'Idempotency-Key': 'needle-key' });
      await say(user, 'needle-text two');
      await say('somebody-else', 'hello');
      await settled();
      await database.write('data_table_rows').insert([
        {
          id: 'df-1',
          bot_id: line.channel.botId,
          table_name: 'orders',
          row: JSON.stringify({ who: user, what: 'needle-row' }),
          created_at: 1,
        },
        {
          id: 'df-2',
          bot_id: line.channel.botId,
          table_name: 'orders',
          row: JSON.stringify({ who: 'other', what: 'kept' }),
          created_at: 1,
        },
      ]);
      const listener = await createReceiver();
      await line.app.gql(
        `mutation($input: AlertSubscriptionInput!) { createAlertSubscription(input: $input) { signingSecret } }`,
        { input: { name: 'Audit', topics: ['AUDIT_ENTRY'], format: 'CLOUDEVENTS', target: listener.url } },
      );
      await line.app.gql('mutation($f: DeliveryFilter!) { replayDeliveries(filter: $f) { id } }', { f: { user } });
      await eventually(
        () => listener.requests.map(({ text: told }) => told),
        (alerts) => alerts.some((told) => told.includes(user)),
      );
      await settled();
      const known = await exported(user);
      expect(known.conversations).toHaveLength(1);
      const [conversation] = known.conversations;
      expect(
        conversation.turns.map((turn: { input: { message: { text: string } } }) => turn.input.message.text),
      ).toEqual(['needle-text one', 'needle-text two']);
      expect(conversation.session.state.engine.heard).toEqual(['needle-text one', 'needle-text two']);
      expect(conversation.deliveries).toHaveLength(2);
      expect(known).toMatchObject({
        attachments: [{ id: fileId, fileName: 'needle-file.txt' }],
        idempotencyKeys: [{ key: 'needle-key' }],
        daysActive: [{ channelId: line.channel.id }],
        dataTableRows: [{ table: 'orders', row: { what: 'needle-row' } }],
      });

      const usersToday = async () =>
        (await database.read('channel_users').where({ channel_id: line.channel.id })).length;
      const before = await usersToday();
      const job = await erase(user, { reason: `${user} asked for it` });
      expect(await ended(job.id)).toMatchObject({
        status: 'DONE',
        ...{ conversations: 1, turns: 2, deliveries: 2, attachments: 1 },
      });
      for (const needle of [user, 'needle-']) {
        expect(await tablesWith(database, needle)).toEqual([]);
        expect(logged.filter((entry) => entry.includes(needle))).toEqual([]);
        expect(await filesWith(line.app.dataDir, needle)).toEqual([]);
      }
      expect(await exported(user)).toMatchObject({ conversations: [], attachments: [], dataTableRows: [] });
      expect((await exported('somebody-else')).conversations).toHaveLength(1);
      expect(await database.read('data_table_rows').pluck('id')).toEqual(['df-2']);
      const audit = await database.read('audit_entries').where({ subject: job.id }).orderBy('at');
      expect(audit.map(({ action, details }) => [action, JSON.parse(details)])).toEqual([
        ['end-user.erase', { channelId: null, botId: null, reason: '(erased) asked for it' }],
        [
          'end-user.erase',
          { status: 'DONE', total: 0, conversations: 1, turns: 2, deliveries: 2, attachments: 1, dataTableRows: 1 },
        ],
      ]);
      const alerts = await database
        .read('deliveries')
        .where('payload', 'like', '%"topic":"AUDIT_ENTRY"%')
        .pluck('payload');
      expect(alerts.some((payload) => payload.includes('(erased)'))).toBe(true);
      await listener.close();
      expect(await usersToday()).toBe(before); // how many there were stays known
    });

    it('makes what the user writes afterwards a new conversation, in which the bot knows nothing of before', async () => {
      await say('returning', 'before');
      await ended((await erase('returning')).id);
      const before = receiver.requests.length;
      await say('returning', 'after');
      expect(
        receiver.requests
          .slice(before)
          .map(({ body }) => String(body))
          .join(),
      ).toContain('heard after');
      const known = await exported('returning');
      expect(known.conversations).toHaveLength(1);
      expect(JSON.stringify(known)).not.toContain('before');
      const again = await ended((await erase('returning')).id);
      expect(again).toMatchObject({ status: 'DONE', conversations: 1, turns: 1 });
    });

    it('takes the user on while being erased: each message is answered or refused, and none knows of before', async () => {
      await say('busy', 'old-words');
      const job = await erase('busy');
      const answers: number[] = [];
      for (let at = 0; at < 5; at += 1)
        answers.push((await line.v2(text(`new-words-${at}`), { from: { id: 'busy' } })).status);
      await ended(job.id);
      expect(answers.every((status) => status === 200 || status === 503)).toBe(true);
      await eventually(async () => (await database.read('turns').whereIn('status', ['QUEUED', 'PAUSED'])).length === 0);
      expect(JSON.stringify(await exported('busy'))).not.toContain('old-words');
    });

    it('does again what is asked for again, and one at a time', async () => {
      await say('twice', 'words');
      const [one, two] = await Promise.all([erase('twice'), erase('twice')]);
      await ended(one.id);
      await ended(two.id);
      expect(await ended((await erase('twice')).id)).toMatchObject({ status: 'DONE', conversations: 0, turns: 0 });
      expect((await exported('twice')).conversations).toEqual([]);
    });

    it('erases on one channel alone, and says what is wrong with a request', async () => {
      await say('scoped', 'words');
      const other = await codeOf(erase('scoped', { channelId: 'none' }));
      expect(other).toEqual({ code: 'NOT_FOUND' });
      expect(await codeOf(erase('scoped', { reason: ' ' }))).toEqual({ code: 'BAD_USER_INPUT', field: 'reason' });
      expect(await codeOf(erase(''))).toEqual({ code: 'BAD_USER_INPUT', field: 'user' });
      const job = await erase('scoped', { channelId: line.channel.id });
      const cancel = line.app.gql('mutation($id: ID!) { cancelJob(id: $id) }', { id: job.id });
      expect(await codeOf(cancel)).toEqual({ code: 'CONFLICT' });
      expect(await ended(job.id)).toMatchObject({ status: 'DONE', conversations: 1 });
    });
  });
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    ({ code, field }: { code: string; field?: string }) => ({ code, ...(field && { field }) }),
  );
