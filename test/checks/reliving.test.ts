import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { message } from '../engines/dialog/bot-builder.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { type Line, text } from '../support/own-bot.js';
import { createReceiver, json, type Receiver } from '../support/receiver.js';
import { liveBot, tea } from './recorded-bot.js';

const STEP = 'node type notes answers changes { name before after } said differs other';
const RELIVE = `mutation($turnId: ID!, $versionNumber: Int) { reliveTurn(turnId: $turnId, versionNumber: $versionNumber) {
  masked version { number } leavesRecordAt served { ${STEP} } candidateVersion { number } candidate { ${STEP} } } }`;

interface Step {
  node: string;
  differs: boolean;
  other: number | null;
  notes: { kind: string }[];
  answers: { answered: string; answer: string | null }[];
  changes: { name: string; before: string | null; after: string | null }[];
  said: { replies: { text: string }[] }[];
}

/** What the bot may say, as it does from the beginning. */
const TELL = [
  'There is {{context.Stock.response.body.left}}, {{context.code}} at {{context.at}}.',
  'Here: {{context.code}}.',
];

describe('a recorded turn, relived', () => {
  let services: Receiver;
  let app: TestApp;
  let line: Line;
  let recorded: string;

  const say = async (user: string, words: string): Promise<string> => {
    const { body } = await line.v2(text(words), { from: { id: user } });
    const { id } = await eventually(
      async () =>
        (await app.gql('query($id: String!) { turn(traceId: $id) { id status } }', { id: body.traceId })).turn,
      (turn) => turn?.status === 'DONE',
    );
    return id;
  };
  const relive = async (turnId: string, versionNumber?: number) =>
    (await app.gql(RELIVE, { turnId, versionNumber })).reliveTurn;
  const edit = (more: Parameters<typeof tea>[1]) =>
    app.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
      input: { botId: line.channel.botId, definition: tea(services.port, more), mode: 'FULL' },
    });
  const nodesOf = (steps: Step[]) => steps.map(({ node }) => node);

  beforeAll(async () => {
    services = await createReceiver(json(200, { left: 7 }));
    app = await startTestApp();
  }, 120_000);
  beforeEach(async () => {
    line = await liveBot(app, tea(services.port), { record: true });
    await say('ann', 'tea');
    recorded = await say('ann', 'green');
  });
  afterAll(async () => {
    await app?.remove();
    await services?.close();
  });

  it('goes node by node, with what each changed, asked and said then, and calls nobody', async () => {
    const asked = services.requests.length;
    const { served: then, candidate: draft, ...relived } = await relive(recorded);
    expect(relived).toEqual({ version: { number: 1 }, candidateVersion: null, masked: false, leavesRecordAt: null });
    expect(nodesOf(then)).toEqual(['Ask', 'Stock', 'Count', 'Tell']);
    const [ask, stock, count, tell]: Step[] = then;
    expect(ask?.changes).toContainEqual({ name: 'entities.Ask', before: null, after: '"green"' });
    expect(stock?.answers).toMatchObject([{ answered: 'RECORDED', answer: expect.stringContaining('left') }]);
    expect(count?.changes.map(({ name }) => name)).toEqual(['at', 'code']);
    expect(tell?.said[0]?.replies[0]?.text).toMatch(/There is 7|Here: 0/);
    expect(then.flatMap(({ notes }: Step) => notes.map(({ kind }) => kind))).toContain('edge');
    expect(draft.filter(({ differs }: Step) => differs)).toEqual([]);
    expect(services.requests).toHaveLength(asked);
    const kept = 'query($botId: ID!) { conversations(botId: $botId) { edges { node { turns { totalCount } } } } }';
    expect((await app.gql(kept, { botId: line.channel.botId })).conversations.edges).toEqual([
      { node: { turns: { totalCount: 2 } } },
    ]);
  });

  it('marks what the draft does otherwise, and where it does not come', async () => {
    await edit({ Tell: message('Sold out.', 'Bye'), Bye: message('Bye.', 'end') });
    const { served: then, candidate: draft } = await relive(recorded);
    const differing = (steps: Step[]) => nodesOf(steps.filter(({ differs }) => differs));
    expect(differing(then)).toEqual(['Tell']);
    expect(differing(draft)).toEqual(['Tell', 'Bye']);
    expect(draft.at(-1)).toMatchObject({ node: 'Bye', other: null });
  });

  it('is no other where one content more could have been said', async () => {
    await edit({ Tell: message([...TELL, 'Oh.', 'No.', 'Well.'], 'end') });
    const { candidate } = await relive(recorded);
    expect(candidate.filter(({ differs }: Step) => differs)).toEqual([]);
    const said = ({ served }: { served: Step[] }) => served.at(-1)?.said[0]?.replies[0]?.text;
    const relived = await relive(recorded);
    expect(relived.candidate.at(-1).said[0].replies[0].text).toBe(said(relived));
  });

  it('goes with a version that is named, too', async () => {
    const { candidateVersion, candidate } = await relive(recorded, 1);
    expect(candidateVersion).toEqual({ number: 1 });
    expect(candidate.filter(({ differs }: Step) => differs)).toEqual([]);
    await expect(relive(recorded, 99)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('takes a record, and that what people said may be read', async () => {
    const { createServiceAccount } = await app.gql(
      'mutation { createServiceAccount(name: "a program", role: VIEWER) { id } }',
    );
    const { createApiToken: viewer } = await app.gql(
      'mutation($id: ID!) { createApiToken(userId: $id, name: "t") }',
      createServiceAccount,
    );
    await expect(app.gql(RELIVE, { turnId: recorded }, viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await app.gql('mutation { eraseUser(user: "ann", reason: "asked for") { id } }');
    await eventually(
      () => relive(recorded).catch(({ code }: { code: string }) => code),
      (found) => found === 'NOT_FOUND',
    );
  });
});
