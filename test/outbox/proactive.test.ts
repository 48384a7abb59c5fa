import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { echo, engineOf, type Line, openLine } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

let receiver: Receiver;
let line: Line;
beforeEach(async () => {
  receiver = await createReceiver();
  line = await openLine(engineOf(echo), { name: 'desk', mode: 'ASYNC', postUrl: receiver.url });
});
afterEach(async () => {
  await line.app.remove();
  await receiver.close();
});

const notify = (body: unknown, headers: Record<string, string> = {}) =>
  line.app.post(`/api/public/bot/${line.channel.botId}/notifyV2`, body, { ...line.caller.headers(), ...headers });

const SEND = `mutation($id: ID!, $to: String!, $contents: [MessageContentInput!]!) {
  sendMessage(channelId: $id, to: $to, contents: $contents) { id payload } }`;
const send = (contents: unknown[], to = 'u') => line.app.gql(SEND, { id: line.channel.id, to, contents });

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
    const { deliveries } = await line.app.gql('{ deliveries { edges { node { payload } } } }');
    expect(JSON.stringify(deliveries)).not.toContain('s3cr3t');
  });
});
