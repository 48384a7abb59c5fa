import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { HOUR } from '../../src/time.js';
import { conversationOf, type DeadLetters, deliveryIn, insertDeadLetters } from '../support/dead-letters.js';
import { eventually } from '../support/eventually.js';
import { echo, engineOf, type Line, openLine } from '../support/own-bot.js';
import { createReceiver, type Received, type Receiver } from '../support/receiver.js';

let receiver: Receiver;
let line: Line;
let database: Database;
let accountId: string;
beforeAll(async () => {
  receiver = await createReceiver();
  const keep = (real: Database) => {
    database = real;
    return real;
  };
  line = await openLine({ ...engineOf(echo), database: keep }, { name: 'desk', mode: 'ASYNC', postUrl: receiver.url });
  accountId = (await database.read('accounts').first('id')).id;
});
afterAll(async () => {
  await line.app.remove();
  await receiver.close();
});
beforeEach(async () => {
  await eventually(async () => (await database.read('jobs').where('status', 'RUNNING')).length === 0);
  await eventually(async () => (await database.read('deliveries').where('status', 'PENDING')).length === 0);
  await database.write('deliveries').delete();
  receiver.requests.splice(0);
});

interface ReplayJob {
  id: string;
  status: string;
  total: number;
  replayed: number;
  skipped: number;
  finishedAt: string | null;
  error: string | null;
}

const FIELDS = 'id status total totalIsExact replayed skipped createdAt finishedAt error';
const START = `mutation($filter: DeliveryFilter!, $perSecond: Float, $dryRun: Boolean) {
  replayDeliveries(filter: $filter, perSecond: $perSecond, dryRun: $dryRun) { ${FIELDS} } }`;

async function replay(filter: object, more: object = {}, token?: string): Promise<ReplayJob> {
  const variables = { filter, perSecond: 10_000, ...more };
  return (await line.app.gql(START, variables, token)).replayDeliveries;
}

const look = async (id: string): Promise<ReplayJob> =>
  (await line.app.gql(`query($id: ID!) { replayJob(id: $id) { ${FIELDS} } }`, { id })).replayJob;

const ended = (id: string): Promise<ReplayJob> =>
  eventually(
    () => look(id),
    ({ status }) => status !== 'RUNNING',
  );

const cancel = async (id: string): Promise<boolean> =>
  (await line.app.gql('mutation($id: ID!) { cancelJob(id: $id) }', { id })).cancelJob;

const letters = (prefix: string, more: Partial<DeadLetters> = {}) =>
  insertDeadLetters(database.write, {
    accountId,
    channelId: line.channel.id,
    conversations: 1,
    each: 1,
    createdAt: Date.now() - HOUR,
    prefix,
    ...more,
  });

const idsOf = (requests: readonly Received[], prefix: string) =>
  requests.map(({ headers }) => String(headers['webhook-id'])).filter((id) => id.startsWith(`ms-${prefix}`));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    ({ code, field }: { code: string; field?: string }) => ({ code, field }),
  );

describe('replayDeliveries', () => {
  it('sends each dead letter once more, under its own webhook-id, in the order of its conversation', async () => {
    await letters('order', { conversations: 20, each: 12 });
    const job = await replay({ channelId: line.channel.id, status: 'DEAD' });
    expect(job).toMatchObject({ status: 'RUNNING', total: 240, replayed: 0, finishedAt: null });
    await receiver.received(240);
    expect(await ended(job.id)).toMatchObject({
      status: 'DONE',
      total: 240,
      totalIsExact: true,
      replayed: 240,
      skipped: 0,
      error: null,
    });
    const all = idsOf(receiver.requests, 'order');
    for (let n = 0; n < 20; n += 1) {
      const own = all.filter((id) => id.startsWith(`ms-order${n}-`));
      expect(own).toEqual(Array.from({ length: 12 }, (_, at) => deliveryIn('order', n, at + 1)));
    }
    const sequences = receiver.requests
      .filter(({ headers }) => headers['hookswitch-conversation-id'] === conversationOf('order', 3))
      .map(({ headers }) => Number(headers['hookswitch-sequence']));
    expect(sequences).toEqual(Array.from({ length: 12 }, (_, at) => at + 13));
    expect(receiver.requests.every(({ headers }) => headers['hookswitch-replay'] === 'true')).toBe(true);
  });

  it('goes by the numbers in the lane, also where one was replayed before and died again', async () => {
    await letters('moved', { each: 3 });
    await database
      .write('deliveries')
      .where({ id: deliveryIn('moved', 0, 1) })
      .update({ seq: 4 });
    await database
      .write('lanes')
      .where({ id: `${conversationOf('moved', 0)}:out` })
      .update({ next_seq: 5 });
    await replay({ user: 'moved0' });
    await receiver.received(3);
    expect(idsOf(receiver.requests, 'moved')).toEqual([2, 3, 1].map((seq) => deliveryIn('moved', 0, seq)));
  });

  it('leaves out what was sent again since it was found, and what has been removed', async () => {
    await letters('since', { each: 4 });
    const first = await replay({ user: 'since0' }, { perSecond: 2 }); // one at a time: the others wait
    await receiver.received(1);
    const [, second, third] = [1, 2, 3].map((seq) => deliveryIn('since', 0, seq));
    await line.app.gql('mutation($id: ID!) { replayDelivery(id: $id) { id } }', { id: second });
    await database.write('deliveries').where({ id: third }).delete();
    expect(await ended(first.id)).toMatchObject({ status: 'DONE', total: 4, replayed: 2, skipped: 2 });
    await receiver.received(3);
    expect(idsOf(receiver.requests, 'since').sort()).toEqual([1, 2, 4].map((seq) => deliveryIn('since', 0, seq)));
  });

  it('keeps the attempt of a callback that was delivered at once, which has no row of its own until then', async () => {
    receiver.script(({ response }) => void response.writeHead(201).end('thanks'));
    await line.v1({ message: { text: 'hello' }, from: { id: 'once' } });
    const attempts = () =>
      line.app
        .gql(`{ deliveries(filter: { user: "once" }) { edges { node { id status lastAttempt { number }
          attempts { number startedAt statusCode responseBody } } } } }`)
        .then(({ deliveries }) => deliveries.edges[0]?.node);
    const delivered = await eventually(attempts, (node) => node?.status === 'DELIVERED');
    expect(delivered.attempts).toMatchObject([{ number: 1, statusCode: 201, responseBody: 'thanks' }]);
    expect(delivered.lastAttempt).toEqual({ number: 1 });
    expect(await database.read('delivery_attempts').where('delivery_id', delivered.id)).toEqual([]);
    await replay({ user: 'once' });
    await receiver.received(2);
    const again = await eventually(attempts, (node) => node?.status === 'DELIVERED' && node.attempts.length === 2);
    expect(again.attempts).toMatchObject([delivered.attempts[0], { number: 2, statusCode: 200 }]);
    expect(again.lastAttempt).toEqual({ number: 2 });
  });

  it('only counts in a dry run', async () => {
    await letters('dry', { each: 5 });
    const job = await replay({ user: 'dry0' }, { dryRun: true });
    expect(job).toMatchObject({ status: 'DONE', total: 5, totalIsExact: true, replayed: 0, skipped: 0 });
    expect(await look(job.id)).toBeNull();
    expect(receiver.requests).toEqual([]);
  });

  it('is cancelled between two steps: what was sent stays sent, the rest stays dead', async () => {
    await letters('stop', { conversations: 30 });
    const job = await replay({ from: new Date(Date.now() - 2 * HOUR), status: 'DEAD' }, { perSecond: 1 });
    await receiver.received(1);
    expect(await cancel(job.id)).toBe(true);
    expect(await cancel(job.id)).toBe(false);
    const canceled = await look(job.id);
    expect(canceled).toMatchObject({ status: 'CANCELED', skipped: 0 });
    const dead = await database.read('deliveries').where({ status: 'DEAD' });
    expect(dead.length).toBe(canceled.total - canceled.replayed);
  });

  it('is written down in the audit log, at its start and its end', async () => {
    await letters('audit', { each: 2 });
    const job = await replay({ user: 'audit0', statusCode: 500 });
    await ended(job.id);
    const { auditLog } = await line.app.gql(
      'query($id: ID!) { auditLog(subject: $id) { edges { node { action actor details } } } }',
      { id: job.id },
    );
    const [end, start] = auditLog.edges.map(({ node }: { node: unknown }) => node);
    expect(start).toMatchObject({
      action: 'delivery.replay',
      details: { total: 2, perSecond: 10_000, filter: { user: 'audit0', statusCode: 500 } },
    });
    expect(end).toMatchObject({
      action: 'delivery.replay',
      actor: start.actor,
      details: { status: 'DONE', total: 2, replayed: 2, skipped: 0 },
    });
  });

  it('skips deliveries whose channel has been deleted', async () => {
    await letters('gone', { channelId: 'ivrInst-of-long-ago', each: 2 });
    const job = await replay({ user: 'gone0' });
    expect(await ended(job.id)).toMatchObject({ status: 'DONE', total: 2, replayed: 0, skipped: 2 });
  });

  it.each([
    ['nothing', {}],
    ['a status alone', { status: 'DEAD' }],
    ['a status code alone', { statusCode: 500 }],
    ['an end alone', { to: new Date() }],
  ])('refuses a filter that names %s', async (_, filter) => {
    expect(await codeOf(replay(filter))).toEqual({ code: 'BAD_USER_INPUT', field: 'filter' });
    expect(await codeOf(replay(filter, { dryRun: true }))).toEqual({ code: 'BAD_USER_INPUT', field: 'filter' });
  });

  it('refuses what makes no sense, and says where', async () => {
    const channelId = line.channel.id;
    const now = new Date();
    expect(await codeOf(replay({ channelId, status: 'PENDING' }))).toEqual({ code: 'BAD_USER_INPUT', field: 'status' });
    expect(await codeOf(replay({ channelId, user: '' }))).toEqual({ code: 'BAD_USER_INPUT', field: 'user' });
    expect(await codeOf(replay({ channelId, from: now, to: now }))).toEqual({ code: 'BAD_USER_INPUT', field: 'to' });
    for (const perSecond of [0, -1, 1e9])
      expect(await codeOf(replay({ channelId }, { perSecond }))).toEqual({
        code: 'BAD_USER_INPUT',
        field: 'perSecond',
      });
    expect(await codeOf(replay({ channelId: 'ivrInst-none' }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await codeOf(replay({ botId: 'st-none' }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await codeOf(cancel('jb-none'))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await look('jb-none')).toBeNull();
  });

  it('is for those who may replay a delivery', async () => {
    const { createUser } = await line.app.gql('mutation { createUser(input: { name: "Eve", role: VIEWER }) { id } }');
    const { createApiToken: token } = await line.app.gql(
      'mutation($id: ID!) { createApiToken(userId: $id, name: "t") }',
      { id: createUser.id },
    );
    await letters('viewer');
    expect(await codeOf(replay({ user: 'viewer0' }, { dryRun: true }, token))).toMatchObject({ code: 'FORBIDDEN' });
    const job = await replay({ user: 'viewer0' });
    const canceling = line.app.gql('mutation($id: ID!) { cancelJob(id: $id) }', { id: job.id }, token);
    expect(await codeOf(canceling)).toMatchObject({ code: 'FORBIDDEN' });
    await ended(job.id);
  });
});

describe('the list of deliveries', () => {
  const list = async (args: string): Promise<string[]> =>
    (await line.app.gql(`{ deliveries(${args}) { edges { node { id } } } }`)).deliveries.edges.map(
      ({ node }: { node: { id: string } }) => node.id,
    );

  it('is narrowed by user, bot, status code and time, as arguments or as one filter', async () => {
    const createdAt = Date.now() - 50 * HOUR;
    await letters('list', { conversations: 2, each: 2, createdAt, statusCode: 418 });
    const times = `from: "${new Date(createdAt).toISOString()}", to: "${new Date(createdAt + 2).toISOString()}"`;
    const first = [deliveryIn('list', 1, 1), deliveryIn('list', 0, 1)];
    for (const wrapped of [(args: string) => args, (args: string) => `filter: { ${args} }`]) {
      expect(await list(wrapped('user: "list1"'))).toEqual([2, 1].map((seq) => deliveryIn('list', 1, seq)));
      expect(await list(wrapped(`botId: "${line.channel.botId}", ${times}`))).toEqual(first);
      expect(await list(wrapped('statusCode: 418, user: "list0"'))).toHaveLength(2);
      expect(await list(wrapped('statusCode: 200, user: "list0"'))).toEqual([]);
      expect(await list(wrapped(`${times}, status: DEAD`))).toEqual(first);
      expect(await list(wrapped('user: "nobody"'))).toEqual([]);
    }
  });

  it('refuses an argument that says something else than the filter', async () => {
    expect(await codeOf(list('user: "a", filter: { user: "b" }'))).toEqual({ code: 'BAD_USER_INPUT', field: 'user' });
    expect(await codeOf(list('statusCode: 99'))).toEqual({ code: 'BAD_USER_INPUT', field: 'statusCode' });
  });
});
