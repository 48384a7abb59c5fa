import { createBot, createCaller, goLive, type LiveChannel, startTestApp, type TestApp } from './app.js';
import { eventually } from './eventually.js';
import { echo, engineOf, lineOf } from './own-bot.js';
import { signIn } from './people.js';
import { answer, createReceiver } from './receiver.js';

/** What users say to the bots, and what must not reach who may not read it. */
export const WORDS = 'the pin is 4711';
export const PASSWORD = 'correct horse battery';

/** A bot with all that belongs to one. */
export interface World {
  botId: string;
  clientId: string;
  sync: LiveChannel;
  async: LiveChannel;
  deliveryId: string;
  requestId: string;
  commentId: string;
  jobId: string;
  conversationId: string;
  turnId: string;
  traceId: string;
  testId: string;
  /** One that is over. */
  canaryId: string;
}

export interface TwoBots {
  app: TestApp;
  own: World;
  foreign: World;
  /** Tokens, and a session, by whose they are. Those "of one" and the limited one are good for `own` alone. */
  who: Record<'viewer' | 'developer' | 'viewerOfOne' | 'adminOfOne' | 'none' | 'limitedAdmin', string>;
  /** A new service account. */
  made(name: string, role: string): Promise<string>;
  tokenOf(userId: string, limits?: { actions?: string[]; botIds?: string[] }): Promise<string>;
  close(): Promise<void>;
}

/** Two bots of one account, and people who may see both, one or none. */
export async function openTwoBots(): Promise<TwoBots> {
  const receiver = await createReceiver(answer(400, `I cannot read "${WORDS}"`));
  const app = await startTestApp(engineOf(echo));

  const made = async (name: string, role: string): Promise<string> =>
    (await app.gql(`mutation { createServiceAccount(name: "${name}", role: ${role}) { id } }`)).createServiceAccount.id;
  const tokenOf: TwoBots['tokenOf'] = async (userId, limits = {}) =>
    (
      await app.gql(
        'mutation($userId: ID!, $actions: [String!], $botIds: [ID!]) { token: createApiToken(userId: $userId, name: "t", actions: $actions, botIds: $botIds) }',
        { userId, ...limits },
      )
    ).token;
  const giveRole = (id: string, botId: string, role: string) =>
    app.gql(
      'mutation($id: ID!, $botId: ID!, $role: Role) { setBotRole(userId: $id, botId: $botId, role: $role) { id } }',
      {
        id,
        botId,
        role,
      },
    );

  async function makeWorld(name: string): Promise<World> {
    const botId = await createBot(app, { name });
    const caller = await createCaller(app, { name: `Caller of ${name}` });
    const { clientId } = caller;
    const [sync, async] = await goLive(app, botId, [
      { appClientId: clientId, name: 'sync' },
      { appClientId: clientId, name: 'async', mode: 'ASYNC', postUrl: `${receiver.url}/${name}` },
    ]);
    if (!sync || !async) throw new Error('no channels');
    for (const user of ['ann', 'ben'])
      await lineOf(app, caller, sync).v2({ type: 'text', val: WORDS }, { from: { id: user } });
    receiver.script(answer(500, `I failed at "${WORDS}"`));
    await lineOf(app, caller, async).v1({ message: { text: WORDS }, from: { id: 'ann' } });
    const LIST = 'query($botId: ID!) { deliveries(botId: $botId) { edges { node { id status } } } }';
    const dead = await eventually(
      async () => (await app.gql(LIST, { botId })).deliveries.edges[0]?.node,
      (delivery) => delivery?.status === 'DEAD',
    );
    const waiting = await app.gql(
      'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { approvalRequest { id } } }',
      { input: { botId, name: 'waiting', mode: 'SYNC', enabled: true, appClientId: clientId } },
    );
    const replay = await app.gql(
      'mutation($botId: ID!) { replayDeliveries(filter: { botId: $botId, status: DELIVERED }) { id } }',
      { botId },
    );
    const { conversations } = await app.gql(
      'query($botId: ID!) { conversations(botId: $botId) { edges { node { id turns { edges { node { id traceId } } } } } } }',
      { botId },
    );
    const [{ node: conversation }] = conversations.edges;
    const { id: turnId, traceId } = conversation.turns.edges[0].node;
    const { saveBotTest: test } = await app.gql(
      'mutation($id: ID!) { saveBotTest(conversationId: $id, name: "Talk") { id } }',
      { id: conversation.id },
    );
    const requestId = waiting.createWebhookChannel.approvalRequest.id;
    const { commentOnRequest } = await app.gql(
      'mutation($requestId: ID!) { commentOnRequest(requestId: $requestId, text: "Hm") { id } }',
      { requestId },
    );
    await app.gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
      input: { botId, approve: true, canary: { share: 0.5 } },
    });
    const { bot } = await app.gql('query($botId: ID!) { bot(id: $botId) { canary { id } } }', { botId });
    await app.gql('mutation($id: ID!) { rollBackCanary(id: $id) { id } }', bot.canary);
    const ofTalk = { conversationId: conversation.id, turnId, traceId, testId: test.id };
    return {
      botId,
      clientId,
      sync,
      async,
      deliveryId: dead.id,
      requestId,
      commentId: commentOnRequest.id,
      jobId: replay.replayDeliveries.id,
      canaryId: bot.canary.id,
      ...ofTalk,
    };
  }

  const own = await makeWorld('Own');
  const foreign = await makeWorld('Foreign');
  await eventually(async () => {
    const { channel } = await app.gql('query($id: ID!) { channel(id: $id) { endpoint { lastError } } }', {
      id: foreign.async.id,
    });
    return channel.endpoint.lastError;
  });
  const viewerOfOne = await made('viewer of one', 'NONE');
  await giveRole(viewerOfOne, own.botId, 'VIEWER');
  const { viewer } = await app.gql('{ viewer { id } }');
  const { createUser } = await app.gql('mutation($input: CreateUserInput!) { createUser(input: $input) { id } }', {
    input: { name: 'admin of one', role: 'NONE', email: 'one@example.com', password: PASSWORD },
  });
  await giveRole(createUser.id, own.botId, 'ADMIN');
  return {
    app,
    own,
    foreign,
    who: {
      viewer: await tokenOf(await made('viewer', 'VIEWER')),
      developer: await tokenOf(await made('developer', 'DEVELOPER')),
      viewerOfOne: await tokenOf(viewerOfOne),
      adminOfOne: await signIn(app, { email: 'one@example.com', password: PASSWORD }),
      none: await tokenOf(await made('none', 'NONE')),
      limitedAdmin: await tokenOf(viewer.id, { botIds: [own.botId] }),
    },
    made,
    tokenOf,
    async close() {
      await app.remove();
      await receiver.close();
    },
  };
}
