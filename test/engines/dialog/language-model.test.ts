import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLanguageModel } from '../../../src/engines/dialog/language-model.js';
import { createPolicy } from '../../../src/outbound/guard.js';
import { createOutbound, type Outbound } from '../../../src/outbound/request.js';
import { answer, createReceiver, json, type Receiver, silence } from '../../support/receiver.js';

const completion = (content: unknown) => json(200, { choices: [{ message: { role: 'assistant', content } }] });
const prompt = {
  system: 'Be kind',
  messages: [{ role: 'user' as const, content: 'Hi' }],
  model: '',
  temperature: 0.5,
  maxTokens: 9,
};
const turn = { turnId: 't', traceId: 'RTM-TRACE-0af76519-16cd-43dd-8448-eb211c80319c', botId: 'st-1' };
const never = new AbortController().signal;
const schema = { type: 'object' };

describe('the client of a language model', () => {
  let server: Receiver;
  let outbound: Outbound;
  beforeAll(async () => {
    outbound = createOutbound({ policy: createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8'] }) });
  });
  afterAll(() => outbound.close());
  beforeEach(async () => {
    server = await createReceiver(completion('Hello.'));
    return () => server.close();
  });
  const model = (more: object = {}) =>
    createLanguageModel(outbound, { baseUrl: `${server.url}/v1`, apiKey: 'sk-secret', model: 'm', ...more });

  it('speaks chat completions, with its key and the trace of the turn', async () => {
    expect(await model().complete({ ...prompt, schema }, turn, never)).toBe('Hello.');
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/chat/completions' });
    expect(request?.headers).toMatchObject({ authorization: 'Bearer sk-secret', traceparent: expect.any(String) });
    expect(request?.json()).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be kind' },
        { role: 'user', content: 'Hi' },
      ],
      temperature: 0.5,
      max_tokens: 9,
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
    });
  });

  it('sends no credential where there is none, and takes the address of the operation itself', async () => {
    const bare = model({ apiKey: '', baseUrl: `${server.url}/v1/chat/completions` });
    await bare.complete(prompt, turn, never);
    expect(server.requests[0]?.path).toBe('/v1/chat/completions');
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('asks a busy server again, and gives up after two more times', async () => {
    server.script(answer(429, '', { 'retry-after': '0' }), answer(503, '', { 'retry-after': '0' }));
    expect(await model().complete(prompt, turn, never)).toBe('Hello.');
    server.script(...[500, 502, 429].map((status) => answer(status, 'sk-secret', { 'retry-after': '0' })));
    await expect(model().complete(prompt, turn, never)).rejects.toThrow(/^the server answered 429$/);
    expect(server.requests).toHaveLength(6);
  });

  it('leaves schemas out for a server that refuses them, from then on', async () => {
    server.script(answer(400, 'response_format is not supported'));
    const known = model();
    expect(await known.complete({ ...prompt, schema }, turn, never)).toBe('Hello.');
    await known.complete({ ...prompt, schema }, turn, never);
    const sent = server.requests.map((request) => 'response_format' in (request.json() as object));
    expect(sent).toEqual([true, false, false]);
  });

  it.each([
    ['refuses the key', answer(401, 'bad key sk-secret'), /^the server answered 401$/],
    ['answers no JSON', answer(200, '<html>'), /without a completion/],
    ['answers no choice', json(200, { choices: [] }), /without a completion/],
    ['nests without end', answer(200, '['.repeat(5000)), /without a completion/],
  ])('rejects a server that %s, and repeats nothing of its answer', async (_, given, error) => {
    server.script(given);
    const failure = await model()
      .complete(prompt, turn, never)
      .catch((reason: Error) => reason);
    expect(String(failure)).toMatch(error instanceof RegExp ? new RegExp(error.source.replace('^', '')) : error);
    expect(String(failure)).not.toContain('sk-secret');
  });

  it('waits as long as the node says, and no longer', async () => {
    server.script(silence());
    await expect(model().complete({ ...prompt, timeoutMs: 50 }, turn, never)).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });

  it('takes texts that come in parts', async () => {
    server.script(
      completion([
        { type: 'text', text: 'One, ' },
        { type: 'text', text: 'two.' },
      ]),
    );
    expect(await model().complete(prompt, turn, never)).toBe('One, two.');
  });
});
