import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBot, createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { type Line, lineOf, text } from '../support/own-bot.js';
import { answer, createReceiver, json, type Receiver } from '../support/receiver.js';

/** As OTLP writes it in JSON, as far as these tests read it. */
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code?: number };
}

const [INTERNAL, SERVER, CLIENT] = [1, 2, 3];
const ERROR = 2;
const PARENT = '00f067aa0ba902b7';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('traces for an OpenTelemetry collector', () => {
  let app: TestApp;
  let collector: Receiver;
  let bot: Receiver;
  let inbox: Receiver;
  let line: Line;
  let logged: unknown[];

  async function start(channel: Record<string, unknown> = {}, env: Record<string, string> = {}): Promise<void> {
    logged = [];
    app = await startTestApp({
      log: pino(
        { level: 'warn', base: null, formatters: { level: (level) => ({ level }) } },
        { write: (entry) => void logged.push(JSON.parse(entry)) },
      ),
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=a%20key,x-tenant=7',
        OTEL_SERVICE_NAME: 'hooks-of-ours',
        ...env,
      },
    });
    const engineSettings = { url: `${bot.url}/secret-path`, secret: 'engine-secret', token: 'engine-token' };
    const botId = await createBot(app, { engine: 'HTTP', engineSettings });
    const caller = await createCaller(app);
    const [made] = await goLive(app, botId, [{ appClientId: caller.clientId, enablePolling: false, ...channel }]);
    if (!made) throw new Error('no channel');
    line = lineOf(app, caller, made);
  }

  beforeEach(async () => {
    collector = await createReceiver(json(200, {}));
    bot = await createReceiver(json(200, { messages: ['the words of the bot'] }));
    inbox = await createReceiver();
  });
  afterEach(async () => {
    await app.remove();
    for (const receiver of [collector, bot, inbox]) await receiver.close();
  });

  const exported = (): OtlpSpan[] =>
    collector.requests.flatMap((request) => {
      const { resourceSpans } = request.json() as { resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[] };
      return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
    });
  const attributesOf = (span: OtlpSpan | undefined) =>
    Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));

  it('show the request, the turn and the call of the bot as one, within the trace of the caller', async () => {
    await start();
    const answered = await line.v2(text('the words of the user'), {}, { traceparent: `00-${TRACE}-${PARENT}-01` });
    expect(answered.status).toBe(200);
    expect(answered.body.traceId.replace('RTM-TRACE-', '').replaceAll('-', '')).toBe(TRACE);
    await app.stop();

    const [request] = collector.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/traces' });
    expect(request?.headers).toMatchObject({ 'x-collector-key': 'a key', 'x-tenant': '7' });
    expect(request?.text).toContain('hooks-of-ours');

    const spans = exported().filter(({ traceId }) => traceId === TRACE);
    const [call, turn, hook] = [CLIENT, INTERNAL, SERVER].map((kind) => spans.find((span) => span.kind === kind));
    expect(spans).toHaveLength(3);
    expect(hook).toMatchObject({ name: 'POST /chatbot/v2/webhook/:botId', parentSpanId: PARENT });
    expect(turn).toMatchObject({ name: 'turn', parentSpanId: hook?.spanId });
    expect(call).toMatchObject({ name: 'call bot', parentSpanId: turn?.spanId });
    expect(bot.requests[0]?.headers.traceparent).toBe(`00-${TRACE}-${call?.spanId}-01`);
    expect(attributesOf(hook)).toMatchObject({
      'http.route': '/chatbot/v2/webhook/:botId',
      'http.response.status_code': 200,
      'hookswitch.bot.id': line.channel.botId,
    });
    expect(attributesOf(turn)).toMatchObject({
      'hookswitch.mode': 'SYNC',
      'hookswitch.bot.id': expect.stringMatching(/^st-/),
    });
    expect(attributesOf(call)).toMatchObject({ 'server.address': '127.0.0.1', 'server.port': bot.port });
    for (const { startTimeUnixNano, endTimeUnixNano } of spans)
      expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
  });

  it('tell nothing that was said, and no secret', async () => {
    await start();
    await line.v2(text('the words of the user'));
    await line.v2(text('the words of the user'), {}, { authorization: 'bearer wrong' });
    await app.stop();
    const told = collector.requests.map((request) => request.text).join();
    expect(told).toContain('UNAUTHENTICATED');
    for (const hidden of ['words of', 'secret', 'engine-token', 'wrong', line.caller.headers().authorization])
      expect(told).not.toContain(hidden);
  });

  it('show each attempt to deliver, as a part of the turn', async () => {
    await start({ mode: 'ASYNC', postUrl: inbox.url, accessToken: 't' });
    inbox.script(answer(500));
    const accepted = await line.v2(text('hi'));
    const [first, second] = await inbox.received(2);
    await app.stop();
    const trace = accepted.body.traceId.replace('RTM-TRACE-', '').replaceAll('-', '');
    const spans = exported().filter(({ traceId }) => traceId === trace);
    const turn = spans.find(({ name }) => name === 'turn');
    const attempts = spans.filter(({ name }) => name === 'deliver');
    expect(attempts).toMatchObject([
      { kind: CLIENT, parentSpanId: turn?.spanId, status: { code: ERROR } },
      { kind: CLIENT, parentSpanId: turn?.spanId },
    ]);
    expect(attempts.map(attributesOf)).toMatchObject([
      { 'http.response.status_code': 500, 'error.type': '500', 'http.request.resend_count': 0 },
      { 'http.response.status_code': 200, 'http.request.resend_count': 1 },
    ]);
    const sent = [first, second].map((request) => request?.headers.traceparent);
    expect(sent).toEqual(attempts.map(({ spanId }) => `00-${trace}-${spanId}-01`));
  });

  it('show a turn that failed, and a bot that cannot be reached', async () => {
    await start();
    await bot.close();
    expect((await line.v2(text('hi'))).status).toBe(200);
    await app.stop();
    const failed = exported().filter(({ status }) => status.code === ERROR);
    expect(failed.map((span) => [span.name, attributesOf(span)['error.type']])).toEqual([
      ['call bot', 'CONNECT'],
      ['turn', 'UNREACHABLE'],
    ]);
  });

  it('are given up and counted when the collector refuses them, and no caller notices', async () => {
    await start();
    collector.script(answer(400));
    expect((await line.v2(text('hi'))).status).toBe(200);
    await app.stop();
    expect(collector.requests).toHaveLength(1);
    expect(logged).toEqual([
      expect.objectContaining({ level: 'warn', msg: 'the collector did not take traces', spans: 3 }),
    ]);
  });

  it('are a share of all, and none of that share is in pieces', async () => {
    await start({}, { OTEL_TRACES_SAMPLER_ARG: '0.5' });
    for (let sent = 0; sent < 40; sent += 1) await line.v2(text('hi'));
    await app.stop();
    const spans = exported();
    const traces = new Set(spans.map(({ traceId }) => traceId));
    expect(traces.size).toBeGreaterThan(3);
    expect(traces.size).toBeLessThan(37);
    expect(spans).toHaveLength(3 * traces.size);
  });
});
