import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { eventually } from '../support/eventually.js';
import { echo, type Line, linesOfOneApp } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

let receiver: Receiver;
let line: Line;
let database: Database;
const open = linesOfOneApp({
  database(real) {
    database = real;
    return real;
  },
});
beforeEach(async () => {
  receiver = await createReceiver();
  line = await open(echo, { name: 'desk', mode: 'ASYNC', postUrl: receiver.url });
});
afterEach(() => receiver.close());

const notify = (body: unknown, headers: Record<string, string> = {}) =>
  line.app.post(`/api/public/bot/${line.channel.botId}/notifyV2`, body, { ...line.caller.headers(), ...headers });

const SEND = `mutation($id: ID!, $to: String!, $contents: [MessageContentInput!]!, $key: String) {
  sendMessage(channelId: $id, to: $to, contents: $contents, idempotencyKey: $key) { id sequence payload } }`;
const send = (contents: unknown[], to = 'u', key?: string) =>
  line.app.gql(SEND, { id: line.channel.id, to, contents, key });
const deliveries = async () => {
  const document = `query($id: ID!) { deliveries(channelId: $id, first: 100) {
    totalCount edges { node { id status payload } } } }`;
  return (await line.app.gql(document, { id: line.channel.id })).deliveries;
};

describe('a secured variable', () => {
  const DOCUMENT = `mutation($botId: ID!, $key: String!, $value: String!, $secured: Boolean) {
    setBotVariable(botId: $botId, key: $key, value: $value, secured: $secured) { key } }`;
  beforeEach(async () => {
    const { botId } = line.channel;
    await line.app.gql(DOCUMENT, { botId, key: 'SECRET', value: 's3cr3t', secured: true });
    await line.app.gql(DOCUMENT, { botId, key: 'HOST', value: 'open.example', secured: false });
  });

  it.each([
    ['text', '[{{env.SECRET}}] {{env.HOST}}'],
    ['text', '[{{JSON.stringify(env)}}] {{env.HOST}}'],
    ['template', '{"type":"template","payload":{"text":"[{{env.SECRET}}] {{env.HOST}}"}}'],
    ['script', 'print("[" + env.SECRET + "] " + env.HOST)'],
  ])('fills in no proactive %s: %s', async (type, value) => {
    await send([{ type: type.toUpperCase(), value }]);
    expect((await notify({ content: { type, value }, identities: [{ id: 'v' }] })).status).toBe(200);
    for (const request of await receiver.received(2)) {
      const body = JSON.stringify(request.json());
      expect(body).toContain('open.example');
      expect(body).not.toContain('s3cr3t');
    }
    expect(JSON.stringify(await deliveries())).not.toContain('s3cr3t');
  });
});

const HELLO = { type: 'TEXT', value: 'Hello' };
const content = { type: 'text', value: 'Hello' };
const identities = ['u1', 'u2', 'u3'].map((id) => ({ id }));

describe('a job', () => {
  it('of which one message cannot be stored sends none, and all of them when it comes again', async () => {
    await database.write.raw(`create trigger refuse before insert on conversations when new.user_id = 'u2'
      begin select raise(abort, 'refused'); end`);
    const key = { 'idempotency-key': 'job-1' };
    expect((await notify({ content, identities }, key)).status).toBe(500);
    expect((await deliveries()).totalCount).toBe(0);
    await database.write.raw('drop trigger refuse');
    expect((await notify({ content, identities }, key)).status).toBe(200);
    const sent = (await receiver.received(3)).map((request) => (request.json() as { to: string }).to);
    expect(sent.sort()).toEqual(['u1', 'u2', 'u3']);
  });

  it('is the same job under the same key, and another is refused there', async () => {
    const key = { 'idempotency-key': 'k'.repeat(255) };
    const [first, again] = [await notify({ content, identities }, key), await notify({ content, identities }, key)];
    expect(again).toMatchObject({ status: 200, body: { _id: first.body._id, store: { identitiesCount: 3 } } });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await deliveries()).totalCount).toBe(3);
    const other = await notify({ content, identities: [{ id: 'u4' }] }, key);
    expect(other).toMatchObject({ status: 409, body: { errors: [{ reason: 'CONFLICT', field: 'Idempotency-Key' }] } });
    expect((await notify({ content, identities }, { 'idempotency-key': 'é' })).status).toBe(400);
  });

  it('sent twice at once under one key is sent once', async () => {
    const key = { 'idempotency-key': 'twice' };
    const jobs = await Promise.all([1, 2, 3].map(() => notify({ content, identities }, key)));
    expect(new Set(jobs.map(({ body }) => body._id)).size).toBe(1);
    expect((await deliveries()).totalCount).toBe(3);
  });

  it('of too many bytes is refused before it is stored', async () => {
    const long = { type: 'text', value: 'x'.repeat(90_000) };
    const many = Array.from({ length: 200 }, (_, n) => ({ id: `u${n}` }));
    expect(await notify({ content: long, identities: many })).toMatchObject({
      status: 413,
      body: { errors: [{ reason: 'PAYLOAD_TOO_LARGE', msg: expect.stringContaining('split the job') }] },
    });
    expect((await deliveries()).totalCount).toBe(0);
  });
});

describe('a message sent by hand', () => {
  it('is sent once under one key', async () => {
    const { sendMessage: first } = await send([HELLO, HELLO], 'u', 'key');
    const { sendMessage: again } = await send([HELLO, HELLO], 'u', 'key');
    expect(first).toHaveLength(2);
    expect(again).toEqual(first);
    await expect(send([HELLO], 'u', 'key')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(send([HELLO], 'u', '')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect((await deliveries()).totalCount).toBe(2);
  });

  it('stands in the audit log, as does one that is sent again', async () => {
    const { sendMessage: sent } = await send([HELLO]);
    await receiver.received(1);
    await eventually(deliveries, ({ edges }) => edges[0].node.status !== 'PENDING');
    await line.app.gql('mutation($id: ID!) { replayDelivery(id: $id) { id } }', { id: sent[0].id });
    const { auditLog } = await line.app.gql('{ auditLog(first: 2) { edges { node { action subject details } } } }');
    expect(auditLog.edges.map(({ node }: { node: unknown }) => node)).toMatchObject([
      { action: 'delivery.replay', subject: sent[0].id, details: { channelId: line.channel.id, was: 'DELIVERED' } },
      { action: 'delivery.send', subject: line.channel.id, details: { deliveries: [sent[0].id] } },
    ]);
    expect(JSON.stringify(auditLog)).not.toContain('Hello');
  });
});
