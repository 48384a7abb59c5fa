import { afterEach, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import { end, engineOf, type Line, openLine, said, text } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

let line: Line | undefined;
let receiver: Receiver | undefined;
afterEach(async () => {
  await line?.app.remove();
  await receiver?.close();
});

const greeting: Engine['reply'] = async function* (turn) {
  yield said('Hello!');
  yield { ...end(turn), endOfTask: { reason: 'Fulfilled', taskId: 'dg-1', taskName: 'Greeting' } };
};

// biome-ignore lint/suspicious/noExplicitAny: the samples are JSON
async function formatsOf({ app, channel }: Line): Promise<any> {
  const answer = await app.gql('query($id: ID!) { channel(id: $id) { payloadFormats } }', { id: channel.id });
  return answer.channel.payloadFormats;
}

/** What a body is made of; what it says is its own. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item)]));
};

it('show the requests that a synchronous hook takes and the replies that it gives', async () => {
  line = await openLine(engineOf(greeting));
  const { v1, v2 } = await formatsOf(line);
  const [first, second] = [await line.v1(v1.request.body), await line.v2(text('x'), v2.request.body)];
  expect(shape(first.body)).toEqual(shape(v1.response.body));
  expect(shape(second.body)).toEqual(shape(v2.response.body));
  expect(v2.request.url).toContain(line.v2Path);
  expect(v2.poll.url).toContain(`/chatbot/v2/webhook/${line.channel.botId}/poll/`);
});

it('show the callbacks of an asynchronous one, each message and the end of the task', async () => {
  receiver = await createReceiver();
  line = await openLine(engineOf(greeting), { mode: 'ASYNC', postUrl: receiver.url });
  const { v1, v2 } = await formatsOf(line);
  expect((await line.v1(v1.request.body)).text).toBe(v1.response.body);
  const ofV1 = (await receiver.received(2)).map((request) => shape(request.json()));
  expect(ofV1).toEqual([shape(v1.callback.body), shape(v1.lastCallback.body)]);
  expect(shape((await line.v2(text('x'))).body)).toEqual(shape(v2.response.body));
  const ofV2 = (await receiver.received(4)).slice(2).map((request) => shape(request.json()));
  expect(ofV2).toEqual([shape(v2.callback.body), shape(v2.lastCallback.body)]);
});
