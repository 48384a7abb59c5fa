import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agent, appointment } from '../engines/dialog/agent-bots.js';
import { exportOf, message } from '../engines/dialog/bot-builder.js';
import { haveExports, readExport } from '../engines/dialog/conversation.js';
import { createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { type Line, lineOf } from '../support/own-bot.js';
import { answer, createReceiver, json, type Receiver } from '../support/receiver.js';

interface Exchange {
  /** The last message that the model was shown. */
  user: string;
  status: number;
  answer: unknown;
}
const RECORDED = JSON.parse(
  readFileSync(new URL('../fixtures/language-model/appointment.json', import.meta.url), 'utf8'),
) as Exchange[];
const FAILURE = /something went wrong/;
const completion = (content: string) => json(200, { choices: [{ message: { role: 'assistant', content } }] });

/** A server that answers as one did when the exchanges were recorded. */
const createModel = (recorded: readonly Exchange[]): Promise<Receiver> =>
  createReceiver((exchange) => {
    const { messages } = exchange.request.json() as { messages: { content: string }[] };
    const said = messages.at(-1)?.content;
    const found = recorded.find(({ user }) => user === said);
    return (found ? json(found.status, found.answer) : answer(404, 'never recorded'))(exchange);
  });

let app: TestApp;
let model: Receiver;
beforeAll(async () => {
  app = await startTestApp();
  model = await createModel(RECORDED);
});
afterAll(async () => {
  await app.remove();
  await model.close();
});

async function imported(
  definition: unknown,
): Promise<{ botId: string; warnings: { path: string; message: string }[] }> {
  const { importBot } = await app.gql(
    'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } warnings { path message } } }',
    { input: { definition, mode: 'NEW' } },
  );
  return { botId: importBot.bot.id, warnings: importBot.warnings };
}

async function live(definition: unknown, settings: object | null, channel: object = {}): Promise<Line> {
  const { botId } = await imported(definition);
  if (settings)
    await app.gql('mutation($input: UpdateBotInput!) { updateBot(input: $input) { id } }', {
      input: { id: botId, engineSettings: settings },
    });
  const caller = await createCaller(app);
  const [made] = await goLive(app, botId, [{ appClientId: caller.clientId, ...channel }]);
  if (!made) throw new Error('no channel');
  return lineOf(app, caller, made);
}
const settings = () => ({ languageModelUrl: `${model.url}/v1`, languageModel: 'clinic-model', apiKey: 'sk-secret' });

const definition = exportOf({ 'Book an appointment': appointment(agent({ model: '' })) });
const say = async (line: Line, text: string) =>
  (await line.v1({ message: { text }, from: { id: 'patient' } })).body.text;

describe('a bot with nodes that ask a language model', () => {
  it('talks by it over a synchronous hook, also after a restart', async () => {
    const line = await live(definition, settings());
    const before = model.requests.length;
    expect(await say(line, 'Book an appointment')).toMatch(/full name of the patient/);
    await app.restart();
    expect(await say(line, 'Sara Ahmad, +971501234567')).toBe('Thank you, Sara. Which day suits you?');
    expect(await say(line, '29-01-2027')).toBe('Booked: Sara Ahmad, +971501234567, 29-01-2027');
    const requests = model.requests.slice(before);
    expect(requests).toHaveLength(3);
    expect(requests[0]?.headers.authorization).toBe('Bearer sk-secret');
    expect(requests[0]?.json()).toMatchObject({
      model: 'clinic-model',
      messages: [{ role: 'system' }, { role: 'user' }],
    });
    const { conversations } = await app.gql(
      'query($id: ID) { conversations(channelId: $id) { edges { node { turns { edges { node { trace } } } } } } }',
      { id: line.channel.id },
    );
    const traces = JSON.stringify(conversations);
    expect(traces).toContain('"language_model"');
    expect(traces).not.toContain('sk-secret');
    expect(traces).not.toContain('Which day suits you');
  });

  it('talks by it over an asynchronous hook, and leaves by its exit', async () => {
    const inbox = await createReceiver(answer(200));
    const line = await live(definition, settings(), { mode: 'ASYNC', postUrl: inbox.url, accessToken: 't' });
    await line.v1({ message: { text: 'Book an appointment' }, from: { id: 'patient' } });
    await inbox.received(1);
    await line.v1({ message: { text: 'for six patients at once' }, from: { id: 'patient' } });
    const callbacks = await inbox.received(2);
    expect(callbacks.map((callback) => (callback.json() as { text: string }).text)).toEqual([
      expect.stringMatching(/full name of the patient/),
      'Please call us for so many.',
    ]);
    await inbox.close();
  });

  it('says its failure response when the server answers nothing it can use, and the next message is answered', async () => {
    const line = await live(definition, settings());
    model.script(answer(401, 'no'), completion('Sure!'), completion('Sure!'));
    expect(await say(line, 'Book an appointment')).toMatch(FAILURE);
    expect(await say(line, 'Book an appointment')).toMatch(FAILURE);
    expect(await say(line, 'Book an appointment')).toMatch(/full name of the patient/);
  });

  it('is imported with a warning for each such node, and fails there as a task does where no model is set', async () => {
    const search = { type: 'searchai', component: { generativeAI: {} }, next: 'm' };
    const file = exportOf({
      Book: appointment(),
      Ask: { S: search, m: message('Found.') },
      Write: { G: { ...search, type: 'generativeai' }, m: message('Written.') },
    });
    const { warnings } = await imported(file);
    expect(warnings.map(({ message: text }) => text)).toEqual(
      [
        ['Agent', 'agent node'],
        ['S', 'search node'],
        ['G', 'prompt node'],
      ].map(([name, kind]) =>
        expect.stringMatching(`The node "${name}" needs a language model \\(${kind}\\): set languageModelUrl`),
      ),
    );
    const line = await live(file, null);
    for (const text of ['Book', 'Ask', 'Write']) expect(await say(line, text)).toMatch(FAILURE);
  });
});

describe.skipIf(!haveExports)('the prompt sample (skipped without the exports beside the checkout)', () => {
  it('tells a story and goes on with it, by the language model', async () => {
    const { raw } = readExport('genai-prompt-implementation');
    const line = await live(raw, { ...settings(), languageModelAlways: true });
    const dialogs = raw.dialogs as { lname: string; localeData: { en: { name: string } } }[];
    const story = dialogs.find(({ lname }) => lname === 'genpromptimplementation')?.localeData.en.name ?? '';
    model.script(completion('Once upon a time. What next?'), completion('The end?'));
    const before = model.requests.length;
    const heard: unknown[] = [await say(line, story)];
    for (const text of ['fantasy', 'a dragon comes', 'yes']) heard.push(await say(line, text));
    expect(JSON.stringify(heard)).toContain('Once upon a time.');
    const first = model.requests[before];
    expect(first?.text).toContain('interactive storytelling bot');
    expect(first?.json()).toMatchObject({ model: 'clinic-model', max_tokens: 2500 });
  });
});
