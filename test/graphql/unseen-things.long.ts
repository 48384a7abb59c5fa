import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { ask } from '../support/people.js';
import { openTwoBots, PASSWORD, type TwoBots, type World } from '../support/two-bots.js';

let bots: TwoBots;
let app: TwoBots['app'];
let own: World;
let foreign: World;
let who: TwoBots['who'];
beforeAll(async () => {
  bots = await openTwoBots();
  ({ app, own, foreign, who } = bots);
}, 120_000);
afterAll(() => bots?.close());

describe('what exists and may not be seen', () => {
  /** Ids of things, with which each operation is tried. */
  interface Ids {
    botId: string;
    clientId: string;
    channelId: string;
    deliveryId: string;
    requestId: string;
    commentId: string;
    jobId: string;
    userId: string;
    tokenId: string;
    conversationId: string;
    turnId: string;
    traceId: string;
    testId: string;
    canaryId: string;
  }

  const SPAN = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', interval: 'DAY' };
  const CONTENTS = [{ type: 'TEXT', value: 'x' }];

  /** The arguments of every operation that takes an id; in several ways where it takes several. */
  const ARGUMENTS: Record<string, ((ids: Ids) => Record<string, unknown>)[]> = {
    app: [({ clientId }) => ({ clientId })],
    auditLog: [({ botId }) => ({ subject: botId }), ({ channelId }) => ({ subject: channelId })],
    bot: [({ botId }) => ({ id: botId })],
    bots: [({ botId }) => ({ among: [botId] })],
    channel: [({ channelId }) => ({ id: channelId })],
    botMetrics: [({ botId }) => ({ botIds: [botId], ...SPAN })],
    channelMetrics: [
      ({ botId }) => ({ botId, ...SPAN }),
      ({ botId, channelId }) => ({ botId, channelIds: [channelId], ...SPAN }),
      ({ channelId }) => ({ botId: own.botId, channelIds: [channelId], ...SPAN }),
    ],
    conversation: [({ conversationId }) => ({ id: conversationId })],
    conversations: [
      ({ channelId }) => ({ channelId }),
      ({ botId }) => ({ botId }),
      ({ botId }) => ({ botId, text: 'pin' }),
    ],
    deliveries: [
      ({ botId }) => ({ botId }),
      ({ channelId }) => ({ channelId }),
      ({ channelId }) => ({ botId: own.botId, filter: { channelId } }),
      ({ deliveryId }) => ({ filter: { ids: [deliveryId] } }),
    ],
    erasureJob: [({ jobId }) => ({ id: jobId })],
    replayJob: [({ jobId }) => ({ id: jobId })],
    versionCheck: [({ jobId }) => ({ id: jobId })],
    versionChecks: [({ botId }) => ({ botId })],
    acceptDifference: [({ jobId }) => ({ checkId: jobId, group: 'x' })],
    takeBackDifference: [() => ({ id: 'wd-none' })],
    startCheck: [
      ({ botId }) => ({ input: { botId } }),
      ({ channelId }) => ({ input: { botId: own.botId, channelIds: [channelId] } }),
    ],
    approvalRequest: [({ requestId }) => ({ id: requestId })],
    approve: [({ requestId }) => ({ requestId })],
    updateCanary: [({ canaryId }) => ({ id: canaryId, share: 0.5 })],
    promoteCanary: [({ canaryId }) => ({ id: canaryId })],
    rollBackCanary: [({ canaryId }) => ({ id: canaryId })],
    commentOnRequest: [({ requestId }) => ({ requestId, text: 'x' })],
    dismissRejection: [({ requestId }) => ({ requestId })],
    resolveReviewComment: [({ commentId }) => ({ commentId })],
    reject: [({ requestId }) => ({ requestId, reason: 'no' })],
    withdraw: [({ requestId }) => ({ requestId })],
    cancelJob: [({ jobId }) => ({ id: jobId })],
    createApiToken: [
      ({ userId }) => ({ userId, name: 't' }),
      ({ userId, botId }) => ({ userId, name: 't', botIds: [botId] }),
    ],
    createSmartBot: [({ botId }) => ({ input: { name: 'x', parentId: botId } })],
    createWebhookChannel: [
      ({ botId }) => ({ input: { botId, name: 'x', mode: 'SYNC' } }),
      ({ clientId }) => ({ input: { botId: own.botId, name: 'x', mode: 'SYNC', appClientId: clientId } }),
    ],
    deleteBotTest: [({ testId }) => ({ id: testId })],
    saveBotTest: [({ conversationId }) => ({ conversationId, name: 'x' })],
    importBotTest: [({ botId }) => ({ botId, name: 'x', content: 'input,intent\nhi,Greet' })],
    reliveTurn: [({ turnId }) => ({ turnId })],
    runTurnAgain: [({ turnId }) => ({ turnId, version: 'DRAFT' })],
    deleteApp: [({ clientId }) => ({ clientId })],
    deleteBot: [({ botId }) => ({ id: botId })],
    deleteWebhookChannel: [({ channelId }) => ({ id: channelId })],
    disableUser: [({ userId }) => ({ id: userId })],
    enableUser: [({ userId }) => ({ id: userId })],
    eraseUser: [
      ({ botId }) => ({ user: 'ann', botId, reason: 'x' }),
      ({ channelId }) => ({ user: 'ann', channelId, reason: 'x' }),
    ],
    exportConfiguration: [({ botId }) => ({ botIds: [botId] }), ({ botId }) => ({ botIds: [own.botId, botId] })],
    exportConversation: [({ conversationId }) => ({ id: conversationId })],
    turn: [({ traceId }) => ({ traceId }), ({ traceId, turnId }) => ({ traceId, id: turnId })],
    exportBot: [({ botId }) => ({ botId })],
    exportUser: [({ botId }) => ({ user: 'ann', botId }), ({ channelId }) => ({ user: 'ann', channelId })],
    importBot: [({ botId }) => ({ input: { botId, mode: 'FULL', definition: { localeData: { en: { name: 'x' } } } } })],
    openPlayground: [({ channelId }) => ({ channelId, version: 'DRAFT' })],
    publishBot: [
      ({ botId, channelId }) => ({ input: { botId, channelIds: [channelId] } }),
      ({ channelId }) => ({ input: { botId: own.botId, channelIds: [channelId] } }),
    ],
    removeMessageOverride: [
      ({ botId }) => ({ botId, messageKey: 'welcome' }),
      ({ channelId }) => ({ botId: own.botId, messageKey: 'welcome', channelId }),
    ],
    replayDeliveries: [
      ({ botId }) => ({ filter: { botId } }),
      ({ channelId }) => ({ filter: { channelId } }),
      ({ channelId }) => ({ filter: { botId: own.botId, channelId }, dryRun: true }),
      ({ deliveryId }) => ({ filter: { ids: [deliveryId] } }),
    ],
    replayDelivery: [({ deliveryId }) => ({ id: deliveryId })],
    discardDeliveries: [({ deliveryId }) => ({ ids: [deliveryId] })],
    sendTestCallback: [({ channelId }) => ({ channelId })],
    resumeBot: [({ botId }) => ({ botId })],
    resumeWebhookChannel: [({ channelId }) => ({ id: channelId })],
    requestAppScopes: [({ clientId }) => ({ clientId, scopes: ['BOT_LIST'] })],
    grantAppScopes: [({ clientId }) => ({ clientId, scopes: ['BOT_LIST'] })],
    revokeAppScopes: [({ clientId }) => ({ clientId, scopes: ['BOT_LIST'] })],
    revokeApiToken: [({ tokenId }) => ({ id: tokenId })],
    rollbackBot: [({ botId }) => ({ botId, versionNumber: 1 })],
    rotateAppSecret: [({ clientId }) => ({ clientId })],
    rotateEncryptionKey: [({ clientId }) => ({ clientId })],
    rotateSigningSecret: [({ channelId }) => ({ channelId })],
    sendMessage: [({ channelId }) => ({ channelId, to: 'ann', contents: CONTENTS })],
    setAppKeys: [({ clientId }) => ({ clientId })],
    setBotRole: [({ botId, userId }) => ({ botId, userId, role: 'VIEWER' })],
    setBotVariable: [({ botId }) => ({ botId, key: 'k', value: 'v' })],
    setDeliverySettings: [({ channelId }) => ({ channelId, settings: {} })],
    channels: [({ botId }) => ({ botId }), ({ clientId }) => ({ appClientId: clientId })],
    tagBots: [({ botId }) => ({ input: { ids: [botId], add: ['x'] } })],
    tagChannels: [({ channelId }) => ({ input: { ids: [channelId], add: ['x'] } })],
    tagApps: [({ clientId }) => ({ input: { ids: [clientId], add: ['x'] } })],
    deleteSavedView: [({ jobId }) => ({ id: jobId })],
    setMessageOverrides: [
      ({ botId }) => ({ botId, overrides: [{ messageKey: 'welcome', contents: CONTENTS }] }),
      ({ channelId }) => ({
        botId: own.botId,
        overrides: [{ messageKey: 'welcome', channelId, contents: CONTENTS }],
      }),
    ],
    copyMessageOverrides: [
      ({ botId }) => ({ botId, from: {}, to: [{ language: 'de' }] }),
      ({ channelId }) => ({ botId: own.botId, from: {}, to: [{ channelId }] }),
    ],
    setMessageOverride: [
      ({ botId }) => ({ input: { botId, messageKey: 'welcome', contents: CONTENTS } }),
      ({ channelId }) => ({ input: { botId: own.botId, messageKey: 'welcome', channelId, contents: CONTENTS } }),
    ],
    setPassword: [({ userId }) => ({ userId, password: PASSWORD })],
    setPrivacy: [({ botId }) => ({ botId, masks: [] }), ({ channelId }) => ({ channelId, masks: [] })],
    setTokenEncryption: [({ clientId }) => ({ clientId, tokenEncryption: 'NONE' })],
    suspendBot: [({ botId }) => ({ botId, reason: 'x' })],
    suspendWebhookChannel: [({ channelId }) => ({ id: channelId, reason: 'x' })],
    tryEndpointNow: [({ channelId }) => ({ channelId })],
    setBotStarter: [({ botId }) => ({ botId, starter: { answers: [] } })],
    updateBot: [({ botId }) => ({ input: { id: botId, description: 'x' } })],
    updateUser: [({ userId }) => ({ id: userId, name: 'x' })],
    updateWebhookChannel: [
      ({ channelId }) => ({ input: { id: channelId, name: 'y' } }),
      ({ clientId }) => ({ input: { id: own.sync.id, appClientId: clientId } }),
    ],
  };
  /** Alerts, and where people come from, are the whole account's: no id of theirs belongs to a bot. */
  const OF_THE_ACCOUNT = /AlertSubscription$|SignInProvider|ScimGroup/;

  const schema = createSchema();
  const root = (name: string) => {
    const query = schema.getQueryType()?.getFields()[name];
    const field = query ?? schema.getMutationType()?.getFields()[name];
    if (!field) throw new Error(`no operation ${name}`);
    return { field, kind: query ? 'query' : 'mutation' };
  };

  /** The operation as a document that gives exactly these arguments, and asks for an id where there is something to ask for. */
  function documentOf(name: string, given: Record<string, unknown>): string {
    const { field, kind } = root(name);
    const args = field.args.filter((arg) => arg.name in given);
    const heads = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
    const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
    const type = String(field.type);
    const below = /Boolean|String|JSON|Int/.test(type)
      ? ''
      : type.includes('Connection')
        ? '{ totalCount edges { node { __typename } } }'
        : '{ __typename }';
    return `${kind}(${heads}) { ${name}(${passed}) ${below} }`;
  }

  it('is asked about by every operation that takes an id', () => {
    const takesId = [schema.getQueryType(), schema.getMutationType()]
      .flatMap((type) => Object.values(type?.getFields() ?? {}))
      .filter(({ args }) =>
        args.some(({ type }) => {
          const named = schema.getType(String(type).replace(/[[\]!]/g, ''));
          const fields = named && 'getFields' in named ? Object.values(named.getFields()) : [];
          return /\bID\b/.test(String(type)) || fields.some((field) => /\bID\b/.test(String(field.type)));
        }),
      )
      .map(({ name }) => name)
      .filter((name) => !OF_THE_ACCOUNT.test(name));
    expect(Object.keys(ARGUMENTS).toSorted()).toEqual(takesId.toSorted());
  });

  it('is answered exactly as what does not exist', async () => {
    const { viewer, users } = await app.gql('{ viewer { id } users { id name apiTokens { id } } }');
    const existing: Ids = {
      ...foreign,
      channelId: foreign.async.id,
      userId: viewer.id,
      tokenId: users.find(({ name }: { name: string }) => name === 'developer').apiTokens[0].id,
    };
    const unknown: Ids = {
      botId: 'st-00000000-0000-5000-8000-000000000000',
      clientId: 'cs-00000000-0000-5000-8000-000000000000',
      channelId: 'ivrInst-00000000-0000-5000-8000-000000000001',
      deliveryId: 'ms-00000000',
      requestId: 'ar-00000000',
      commentId: 'rc-00000000',
      jobId: 'jb-00000000',
      userId: 'u-00000000',
      tokenId: 'tk-00000000',
      conversationId: 'cv-00000000',
      turnId: 'tn-00000000',
      traceId: 'RTM-TRACE-00000000',
      testId: 'bx-00000000',
      canaryId: 'cn-00000000',
    };
    const anonymous = (text: string, ids: Ids) =>
      (Object.keys(unknown) as (keyof Ids)[]).reduce((seen, key) => seen.replaceAll(ids[key], key), text);
    /** How often something was done to each of them; jobs end by themselves. */
    const done = async () => {
      const { jobId: _, ...subjects } = existing;
      const counts: Record<string, number> = {};
      for (const [name, subject] of Object.entries(subjects)) {
        if (typeof subject !== 'string') continue;
        const LOG = 'query($subject: ID!) { auditLog(subject: $subject, first: 1) { totalCount } }';
        counts[name] = (await app.gql(LOG, { subject })).auditLog.totalCount;
      }
      return counts;
    };
    for (const credentials of Object.values(who)) await ask(app, credentials, '{ viewer { id } }'); // the first use is noted
    const before = await done();
    for (const kind of ['adminOfOne', 'viewerOfOne', 'none', 'limitedAdmin'] as const) {
      for (const [name, ways] of Object.entries(ARGUMENTS)) {
        for (const way of ways) {
          if (kind === 'limitedAdmin' && existing.userId === viewer.id && /Token|Password|User$/.test(name)) continue; // it is that user
          const answers = await Promise.all(
            [existing, unknown].map(async (ids) => {
              const given = way(ids);
              const answered = await ask(app, who[kind], documentOf(name, given), given);
              return anonymous(JSON.stringify(answered), ids);
            }),
          );
          expect(answers[0], `${name} of ${kind}`).toBe(answers[1]);
          expect(answers[0], `${name} of ${kind}`).not.toMatch(/GRAPHQL_VALIDATION|INTERNAL/);
        }
      }
    }
    expect(await done()).toEqual(before);
  }, 120_000);

  it('is cancelled by nobody else, and still there for who may see it', async () => {
    expect((await app.gql('query($id: ID!) { replayJob(id: $id) { id } }', { id: foreign.jobId })).replayJob.id).toBe(
      foreign.jobId,
    );
    const replay = 'mutation($botId: ID!) { replayDeliveries(filter: { botId: $botId }) { id } }';
    const { data } = await ask(app, who.adminOfOne, replay, { botId: own.botId });
    const find = 'query($id: ID!) { replayJob(id: $id) { id } }';
    const job = data.replayDeliveries;
    expect((await ask(app, who.adminOfOne, find, job)).data.replayJob).toEqual(job);
    expect((await ask(app, who.viewerOfOne, find, job)).data.replayJob).toBeNull();
  });
});
