import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { latestChangeOf } from '../../src/store/changes.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

const ITEM =
  'anchor part name kind change channel channelType language before { type value } after { type value } otherwise { value }';
const ITEMS = `items(first: 100) { totalCount edges { node { ${ITEM} } } }`;
const BOT_REVIEW = `query ($id: ID!, $channelIds: [ID!], $versionNumber: Int) {
  bot(id: $id) { review(channelIds: $channelIds, versionNumber: $versionNumber) { ${ITEMS} problems { code } } } }`;
const REQUEST = `query ($id: ID!) { approvalRequest(id: $id) { id status review { ${ITEMS} problems { code name } }
  comments { id anchor line text author { name } resolvedAt resolvedBy { name } } } }`;

const component = (name: string, text: string, script: string) => [
  {
    ...{ _id: `m-${name}`, refId: `m-${name}`, name, type: 'message', dialogId: 'd' },
    message: [{ channel: 'default', localeData: { en: { text: encodeURIComponent(text), type: 'basic' } } }],
  },
  {
    ...{ _id: 's', refId: 's', name: 'Total', type: 'script', dialogId: 'd', script: encodeURIComponent(script) },
  },
];
const fileOf = (text: string, script: string, nodes: unknown[] = []) => ({
  localeData: { en: { name: 'Shop' } },
  ...{ defaultLanguage: 'en', supportedLanguages: ['en'] },
  dialogs: [{ _id: 'd', refId: 'd', localeData: { en: { name: 'Order' } }, nodes }],
  dialogComponents: component('Greeting', text, script),
});

eachDatabase('a review', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;
  let clientId: string;
  let botId: string;
  let channelId: string;
  let developerToken: string;

  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asks for
  const ask = async (document: string, variables: Record<string, unknown>, token?: string): Promise<any> => {
    const { data, errors } = await server.send(document, variables, token);
    if (errors) throw new Error(`${errors[0]?.extensions.code}: ${errors[0]?.message}`);
    return data;
  };
  const itemsOf = (review: { items: { edges: { node: Record<string, unknown> }[] } }) =>
    review.items.edges.map(({ node }) => node);
  const pendingOf = async (id: string) => {
    const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'PENDING', first: 100 });
    return edges.find(({ node }) => node.botId === id)?.node.id ?? '';
  };
  const say = (messageKey: string, value: string, onAll = false) =>
    plane.domain.messages.setOverride(plane.admin, {
      ...{ botId, messageKey, channelId: onAll ? null : channelId },
      contents: [{ type: 'TEXT', value }],
    });
  const replace = (definition: Record<string, unknown>) =>
    plane.domain.transfer.importBot(plane.admin, { mode: 'FULL', botId, definition });

  beforeAll(async () => {
    plane = await createControlPlane(database());
    const { domain, admin } = plane;
    server = await serveGraphql({ domain, ports: {}, log: silentLog }, plane.adminToken);
    ({ clientId } = (await domain.apps.create(admin, { name: 'Caller' })).app);
    const developer = await domain.users.createServiceAccount(admin, { name: 'Dev', role: 'DEVELOPER' });
    developerToken = await domain.apiTokens.create(admin, { userId: developer.id, name: 't' });
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    const { domain, admin } = plane;
    const { bot } = await domain.transfer.importBot(admin, {
      ...{ mode: 'NEW', definition: fileOf('Hello', 'context.x = 1;') },
    });
    botId = bot.id;
    const input = { botId, name: 'Web', mode: 'SYNC', appClientId: clientId, enabled: true } as const;
    channelId = (await domain.channels.create(admin, input)).channel.id;
  });

  const goLive = () => plane.domain.publish.publish(plane.admin, { botId, channelIds: [channelId], approve: true });

  it('of a channel names its app, and not what stays', async () => {
    const { approvalRequest } = await ask(REQUEST, { id: await pendingOf(botId) });
    const items = itemsOf(approvalRequest.review);
    expect(items.map(({ part, name, change }) => [part, name, change])).toEqual([
      ['CONFIGURATION', 'app', 'ADDED'],
      ['CONFIGURATION', 'mode', 'ADDED'],
    ]);
    expect(items[0]?.after).toEqual([{ type: 'TEXT', value: `Caller (${clientId})` }]);
  });

  it('of a publish has what is said by name, before and after, and what is said where there is no override', async () => {
    await goLive();
    await say('m-Greeting.prompt', 'Hello from the web');
    const { bot } = await ask(BOT_REVIEW, { id: botId, channelIds: [channelId] });
    expect(itemsOf(bot.review)).toEqual([
      {
        anchor: `OVERRIDE ["m-Greeting.prompt","${channelId}","en"]`,
        ...{ part: 'OVERRIDE', name: 'Greeting', kind: 'message', change: 'ADDED' },
        ...{ channel: 'Web', channelType: null, language: 'en' },
        before: [],
        after: [{ type: 'TEXT', value: 'Hello from the web' }],
        otherwise: [{ value: 'Hello' }],
      },
    ]);
  });

  it('of the first publish of a bot made here leaves out what says nothing', async () => {
    const { domain, admin } = plane;
    const made = await domain.bots.create(admin, { name: 'Made here', engine: 'DIALOG' });
    await domain.starters.set(admin, made.id, {
      answers: [{ question: 'Hours?', answer: { text: 'Nine to five' } }],
    });
    const { bot } = await ask(BOT_REVIEW, { id: made.id });
    const kinds = itemsOf(bot.review).map(({ kind }) => kind);
    expect(kinds).toContain('question');
    expect(kinds).not.toContain('content variables');
  });

  it('of a roll back leads back: what would be removed is removed', async () => {
    await goLive();
    await say('m-Greeting.prompt', 'Hello from the web');
    await goLive();
    const { bot } = await ask(BOT_REVIEW, { id: botId, versionNumber: 1 });
    expect(itemsOf(bot.review)).toMatchObject([
      {
        ...{ part: 'OVERRIDE', name: 'Greeting', change: 'REMOVED' },
        before: [{ value: 'Hello from the web' }],
        after: [],
        otherwise: [{ value: 'Hello' }],
      },
    ]);
  });

  it('of a new file has texts, scripts and dialogs by name', async () => {
    await goLive();
    const node = { nodeId: 'n1', type: 'message', componentId: 'm-Greeting', transitions: [] };
    await replace(fileOf('Good day', 'context.x = ;', [node]));
    const { bot } = await ask(BOT_REVIEW, { id: botId, channelIds: [channelId] });
    expect(itemsOf(bot.review).map(({ part, name, change }) => [part, name, change])).toEqual([
      ['MESSAGE', 'Greeting', 'CHANGED'],
      ['SCRIPT', 'Order › Total', 'CHANGED'],
      ['DIALOG', 'Order', 'CHANGED'],
    ]);
    expect(itemsOf(bot.review)[0]).toMatchObject({ before: [{ value: 'Hello' }], after: [{ value: 'Good day' }] });
    expect(bot.review.problems).toEqual([{ code: 'SCRIPT_DOES_NOT_PARSE' }]);
  });

  it('of a request stays what it was when it is decided, and takes comments on what it changes', async () => {
    await goLive();
    await say('m-Greeting.prompt', 'Hello from the web');
    await plane.domain.publish.publish(plane.admin, { botId, channelIds: [channelId] });
    const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'PENDING', first: 100 });
    const id = edges.find(({ node }) => node.botId === botId && node.kind === 'PUBLISH')?.node.id ?? '';
    const { approvalRequest } = await ask(REQUEST, { id });
    const [item] = itemsOf(approvalRequest.review);

    const COMMENT = `mutation ($id: ID!, $anchor: ID, $text: String!) {
      commentOnRequest(requestId: $id, anchor: $anchor, line: 1, text: $text) { id } }`;
    const { commentOnRequest } = await ask(COMMENT, { id, anchor: item?.anchor, text: 'Too short' }, developerToken);
    await expect(ask(COMMENT, { id, anchor: 'OVERRIDE []', text: 'x' })).rejects.toThrow(/^BAD_USER_INPUT/);
    await expect(ask(COMMENT, { id, anchor: null, text: ' ' })).rejects.toThrow(/^BAD_USER_INPUT/);
    await ask('mutation ($id: ID!) { resolveReviewComment(commentId: $id) { id } }', { id: commentOnRequest.id });

    await ask('mutation ($id: ID!) { approve(requestId: $id) { id } }', { id });
    const after = (await ask(REQUEST, { id })).approvalRequest;
    expect(itemsOf(after.review)).toEqual(itemsOf(approvalRequest.review));
    expect(after.comments).toMatchObject([
      { anchor: item?.anchor, line: 1, text: 'Too short', author: { name: 'Dev' } },
    ]);
    expect(after.comments[0].resolvedAt).not.toBeNull();
  });

  it('of a request tells those who follow it of comments, and of what is decided', async () => {
    const { database: db, admin } = plane;
    await goLive();
    await say('m-Greeting.prompt', 'Hello from the web');
    await plane.domain.publish.publish(admin, { botId, channelIds: [channelId] });
    const id = await pendingOf(botId);
    let seen = await latestChangeOf(db.read, admin.accountId);
    const told = async () => {
      const before = seen;
      seen = await latestChangeOf(db.read, admin.accountId);
      return seen !== before;
    };
    const { commentOnRequest } = await ask(
      'mutation ($id: ID!) { commentOnRequest(requestId: $id, text: "Why?") { id } }',
      { id },
    );
    expect(await told()).toBe(true);
    await ask('mutation ($id: ID!) { resolveReviewComment(commentId: $id) { id } }', { id: commentOnRequest.id });
    expect(await told()).toBe(true);
    await ask('mutation ($id: ID!) { reject(requestId: $id, reason: "No") { id } }', { id });
    expect(await told()).toBe(true);
    await ask('mutation ($id: ID!) { dismissRejection(requestId: $id) { id } }', { id });
    expect(await told()).toBe(true);
  });

  it('does not show the insides of dialogs to who may not export them', async () => {
    await goLive();
    await replace(fileOf('Good day', 'context.x = 2;'));
    const viewer = await plane.domain.users.createServiceAccount(plane.admin, { name: 'Looker', role: 'VIEWER' });
    const token = await plane.domain.apiTokens.create(plane.admin, { userId: viewer.id, name: 't' });
    const { bot } = await ask(BOT_REVIEW, { id: botId, channelIds: [channelId] }, token);
    const script = itemsOf(bot.review).find(({ part }) => part === 'SCRIPT');
    expect(script).toMatchObject({ name: 'Order › Total', change: 'CHANGED', before: [], after: [] });
  });
});

eachDatabase('publish and approve in one step', (database) => {
  let plane: ControlPlane;
  let botId: string;
  let channelId: string;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    const { domain, admin } = plane;
    const { clientId } = (await domain.apps.create(admin, { name: 'Caller' })).app;
    botId = (await domain.bots.create(admin, { name: 'Bot' })).id;
    const input = { botId, name: 'Web', mode: 'SYNC', appClientId: clientId, enabled: true } as const;
    channelId = (await domain.channels.create(admin, input)).channel.id;
  });

  it('is live, decided by who asked, with both in the audit log', async () => {
    const version = await plane.domain.publish.publish(plane.admin, { botId, channelIds: [channelId], approve: true });
    expect(version.status).toBe('LIVE');
    const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'APPROVED' });
    expect(edges[0]?.node).toMatchObject({ kind: 'PUBLISH', requestedBy: plane.admin.id, decidedBy: plane.admin.id });
    const audit = await plane.domain.audit.list(plane.admin, { subject: botId });
    expect(audit.edges.map(({ node }) => node.action)).toEqual(
      expect.arrayContaining(['bot.publish', 'approval.approve']),
    );
  });

  it('is refused as a whole for who may not approve, and where two people are wanted', async () => {
    const input = { botId, channelIds: [channelId], approve: true };
    const developer = await plane.userAs('DEVELOPER');
    await expect(plane.domain.publish.publish(developer, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await plane.domain.accounts.update(plane.admin, { fourEyes: true });
    await expect(plane.domain.publish.publish(plane.admin, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'PENDING' });
    expect(edges.filter(({ node }) => node.kind === 'PUBLISH')).toEqual([]);
    await plane.domain.accounts.update(plane.admin, { fourEyes: false });
  });
});

eachDatabase('a rejection', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;
  const REJECTION = `query ($id: ID!) { channel(id: $id) { rejection { id reason decidedBy { name } } bot { rejection { reason } } } }`;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    server = await serveGraphql({ domain: plane.domain, ports: {}, log: silentLog }, plane.adminToken);
  });
  afterAll(() => server.stop());

  it('stands on its channel and bot with its reason, until it is asked again or put aside', async () => {
    const { domain, admin } = plane;
    const { clientId } = (await domain.apps.create(admin, { name: 'Caller' })).app;
    const bot = await domain.bots.create(admin, { name: 'Bot' });
    const input = { botId: bot.id, name: 'Web', mode: 'SYNC', appClientId: clientId, enabled: true } as const;
    const { channel, approvalRequest } = await domain.channels.create(admin, input);
    const PENDING = 'query ($id: ID!) { channel(id: $id) { pendingRequest { id } bot { pendingRequest { id } } } }';
    const waits = async () => (await server.send(PENDING, { id: channel.id })).data?.channel;
    expect(await waits()).toEqual({ pendingRequest: { id: approvalRequest?.id }, bot: { pendingRequest: null } });
    await domain.approvals.reject(admin, approvalRequest?.id ?? '', 'No contract');
    expect(await waits()).toEqual({ pendingRequest: null, bot: { pendingRequest: null } });
    await domain.publish.publish(admin, { botId: bot.id, channelIds: [channel.id] });
    const pending = (await domain.approvals.list(admin, { status: 'PENDING' })).edges[0]?.node.id ?? '';
    expect(await waits()).toEqual({ pendingRequest: null, bot: { pendingRequest: { id: pending } } });
    await domain.approvals.reject(admin, pending, 'Too early');
    expect(await waits()).toEqual({ pendingRequest: null, bot: { pendingRequest: null } });

    const shown = async () => (await server.send(REJECTION, { id: channel.id })).data?.channel;
    const first = await shown();
    expect(first).toMatchObject({ rejection: { reason: 'No contract' }, bot: { rejection: { reason: 'Too early' } } });

    await domain.publish.publish(admin, { botId: bot.id, channelIds: [channel.id] });
    const DISMISS = 'mutation ($id: ID!) { dismissRejection(requestId: $id) { id status } }';
    const { data } = await server.send(DISMISS, { id: first.rejection.id });
    expect(data?.dismissRejection.status).toBe('REJECTED');
    expect(await shown()).toEqual({ rejection: null, bot: { rejection: null } });
    const { errors } = await server.send(DISMISS, {
      id: (await domain.approvals.list(admin, { status: 'PENDING' })).edges[0]?.node.id,
    });
    expect(errors?.[0]?.extensions.code).toBe('CONFLICT');
  });
});
