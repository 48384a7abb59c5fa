import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../../src/engines/dialog/sandbox/sandbox.js';
import type { JsonObject } from '../../../src/json.js';
import type { Outbound } from '../../../src/outbound/request.js';
import { converse, haveExports, programOf, readExport } from './conversation.js';

let scripts: Sandbox;
beforeAll(async () => {
  scripts = createSandbox({ workers: 1 });
  await scripts.ready();
}, 60_000);
afterAll(async () => {
  await scripts.close();
});

const FAILURE = 'I am sorry, something went wrong and I had to discard your task. Please retry.';

/** What a test has to say about services: the calls made, and their answers by host. */
function services(answers: Record<string, { status: number; body: unknown }>) {
  const calls: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = [];
  const outbound: Pick<Outbound, 'request'> = {
    request: async ({ method = 'POST', url, headers, body }) => {
      calls.push({ method, url, headers: { ...headers }, body: String(body ?? '') });
      const answer = answers[new URL(url).host];
      if (!answer) throw new Error('connect ECONNREFUSED');
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      return {
        status: answer.status,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(text),
        truncated: false,
      } as unknown as Awaited<ReturnType<Outbound['request']>>;
    },
  };
  return { calls, outbound };
}

describe.skipIf(!haveExports)(
  'the recorded flight status conversation (skipped without the exports beside the checkout)',
  () => {
    const WELCOME =
      'Hello ! Welcome to *Los Angeles International Airport*. I can help you with flight Arrival/Departure information. Please select your preference.\na) Arrival\nb) Departure';

    /** In the file the prompt is an override of another channel; the authors' live bot had it for the webhook. */
    function withWebhookPrompt(): JsonObject {
      const { raw } = readExport('flight-status-demo');
      const components = raw.dialogComponents as { name: string; message: { channel: string }[] }[];
      const prompt = components.find(({ name }) => name === 'SelectFlight')?.message;
      const rtm = prompt?.find(({ channel }) => channel === 'rtm');
      if (prompt && rtm) prompt.push({ ...rtm, channel: 'ivr' });
      return raw;
    }

    it("passes word for word once that prompt is the webhook's too", async () => {
      const bot = converse(programOf(withWebhookPrompt()), { scripts });
      expect((await bot.say('help')).texts).toEqual([
        'Here are the tasks I can perform for you.\na) Get flight status',
      ]);
      expect((await bot.say('get flight status')).texts).toEqual([WELCOME]);
      const { replies } = await bot.say('arrival');
      expect(replies).toHaveLength(1);
      expect(replies[0]).toMatchObject({
        type: 'template',
        template: {
          type: 'template',
          payload: {
            template_type: 'quick_replies',
            text: 'Here are the flights Arrival details for Los Angeles International Airport today. Please select the flight number to see details',
            quick_replies: [{ title: 'EK222' }, { title: 'CX051' }],
          },
        },
      });
      const last = await bot.say('EK222');
      expect(last.texts).toEqual(['Here are your flight details.']);
      expect(last.end.endOfTask).toMatchObject({ taskName: 'get flight status', reason: 'Fulfilled' });
      expect((await bot.say('thanks')).texts).toEqual(["You're welcome."]);
    });

    it('unchanged, asks by default and fails where its script does', async () => {
      const bot = converse(programOf(readExport('flight-status-demo').raw), { scripts });
      await bot.say('get flight status');
      expect((await bot.say('arrival')).texts).toEqual(['Please provide the flight number.']);
      const failed = await bot.say('EK222');
      expect(failed.texts).toEqual([FAILURE]);
      expect(failed.end.endOfTask).toMatchObject({ reason: 'Failed' });
      expect(failed.trace.find(({ kind }) => kind === 'failure')).toMatchObject({
        node: 'ValidateFlight',
        error: expect.stringContaining('TypeError'),
      });
    });

    it('takes letters and other words for a choice, and asks again for what is none', async () => {
      const program = programOf(readExport('flight-status-demo').raw);
      for (const answer of ['b', 'b)', 'Departure please', 'departur']) {
        const bot = converse(program, { scripts });
        await bot.say('Get flight status');
        expect((await bot.say(answer)).texts, answer).toEqual(['Please provide the flight number.']);
      }
      const bot = converse(program, { scripts });
      await bot.say('get flight status');
      expect((await bot.say('neither')).texts).toEqual([
        "I'm sorry, I did not recognize the value you have entered. Please select a value from the list.",
      ]);
      expect((await bot.say('thanks')).texts).toEqual(["You're welcome.", WELCOME]);
    });
  },
);

describe.skipIf(!haveExports)('the webhook channel sample (skipped without the exports beside the checkout)', () => {
  const FIRST =
    "Hey there! I am your product development assistant. \n\nPlease provide a few details on the product you'd like to sell. \n\nWhat is it called? Add make and model if applicable.";
  const open = (over: Parameters<typeof converse>[1], env: Record<string, string>) => {
    const { raw, config } = readExport('webhook-channel');
    return converse(programOf(raw, config), { scripts, settings: { services: 'LIVE' }, ...over }, { env });
  };

  it('creates a product by its own language model', async () => {
    const { calls, outbound } = services({ 'llm.example': { status: 200, body: '"A fine product"' } });
    const bot = open({ outbound }, { CUSTOM_AWS_LLM_URL: 'https://llm.example/run', CUSTOM_AWS_KEY: 'key-1' });
    expect((await bot.say('help me create a product')).texts).toEqual([FIRST]);
    expect((await bot.say('Acme X1')).texts).toEqual(["Any additional details you'd like to describe?"]);
    const { texts, pauses, end } = await bot.say('blue');
    expect(texts).toEqual(['A fine product']);
    expect(pauses).toBe(1);
    expect(end.endOfTask?.taskName).toBe('product developer');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      method: 'POST',
      url: 'https://llm.example/run',
      headers: { 'x-api-key': 'key-1' },
    });
    expect(JSON.parse(calls[0]?.body ?? '')).toMatchObject({ prompt: expect.stringContaining('Acme X1\nblue') });
  });

  it('ends in the failure text when its variables are not filled in', async () => {
    const bot = open({}, {});
    await bot.say('help me create a product');
    await bot.say('Acme X1');
    expect((await bot.say('blue')).texts).toEqual([FAILURE]);
    expect((await bot.say('thanks')).texts).toEqual(["You're welcome."]);
  });

  it('asks a mechanic, whatever quotes the question has', async () => {
    const { calls, outbound } = services({
      'api.openai.com': { status: 200, body: { choices: [{ message: { content: 'Check the oil.' } }] } },
    });
    const bot = open({ outbound }, { OPEN_AI_API_KEY: 'sk' });
    expect((await bot.say('car trouble')).texts).toEqual(['What is wrong with your vehicle?']);
    expect((await bot.say('it goes "clunk"\nand stops')).texts).toEqual(['Check the oil.']);
    expect(JSON.parse(calls[0]?.body ?? '').messages[1].content).toBe('it goes "clunk"\nand stops');
    expect(calls[0]?.headers.authorization).toBe('Bearer sk');
  });
});
