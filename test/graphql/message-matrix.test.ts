import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

const SET = `mutation($botId: ID!, $overrides: [OverrideCellInput!]!) {
  setMessageOverrides(botId: $botId, overrides: $overrides) }`;
const COPY = `mutation($botId: ID!, $from: OverrideScopeInput!, $to: [OverrideScopeInput!]!, $replace: Boolean) {
  copyMessageOverrides(botId: $botId, from: $from, to: $to, replace: $replace) }`;
const MATRIX = `query($id: ID!, $missing: OverrideScopeInput) { bot(id: $id) {
  messageLanguages overrideCoverage { channelId language overridden }
  messages(first: 100, missing: $missing) { totalCount edges { node {
    key localized { language contents { value } } overrides { language channelType channel { id } contents { value } } } } } } }`;
const text = (value: string) => [{ type: 'TEXT', value }];

eachDatabase('the messages of a bot by channels and languages', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;
  let botId: string;
  let web: string;
  let desk: string;
  let keys: string[];

  beforeAll(async () => {
    plane = await createControlPlane(database());
    server = await serveGraphql({ domain: plane.domain, ports: {}, log: silentLog }, plane.adminToken);
  });
  beforeEach(async () => {
    const { domain, admin } = plane;
    botId = (await domain.bots.create(admin, { name: 'Travel' })).id;
    const channel = async (name: string) =>
      (await domain.channels.create(admin, { botId, name, mode: 'SYNC' })).channel.id;
    web = await channel('web');
    desk = await channel('desk');
    keys = (await matrix()).messages.edges.map(({ node }: { node: { key: string } }) => node.key);
  });
  afterAll(() => server.stop());

  async function matrix(missing: object | null = null) {
    const { data, errors } = await server.send(MATRIX, { id: botId, missing });
    expect(errors).toBeUndefined();
    return data.bot;
  }
  const set = (overrides: object[]) => server.send(SET, { botId, overrides });

  it('are set and removed many at once, each with its entry in the audit log, and seen in one query', async () => {
    const [first = '', second = ''] = keys;
    const cells = [
      { messageKey: first, channelId: web, contents: text('web says') },
      { messageKey: second, channelId: web, contents: text('web says more') },
      { messageKey: first, language: 'de', contents: text('alle sagen') },
    ];
    expect((await set(cells)).data.setMessageOverrides).toBe(3);
    expect((await set(cells)).data.setMessageOverrides).toBe(0);
    const { messageLanguages, overrideCoverage, messages } = await matrix();
    expect(messageLanguages.sort()).toEqual(['de', 'en']);
    expect(overrideCoverage).toEqual(
      expect.arrayContaining([
        { channelId: web, language: 'en', overridden: 2 },
        { channelId: null, language: 'de', overridden: 1 },
      ]),
    );
    const { node } = messages.edges.find((edge: { node: { key: string } }) => edge.node.key === first);
    expect(node.overrides).toEqual(
      expect.arrayContaining([
        { language: 'en', channelType: null, channel: { id: web }, contents: [{ value: 'web says' }] },
        { language: 'de', channelType: 'webhook', channel: null, contents: [{ value: 'alle sagen' }] },
      ]),
    );
    expect((await set([{ messageKey: second, channelId: web, contents: null }])).data.setMessageOverrides).toBe(1);
    const log = await server.send(
      'query($id: ID!) { auditLog(subject: $id, first: 4) { edges { node { action details } } } }',
      { id: botId },
    );
    const actions = log.data.auditLog.edges.map(({ node: entry }: { node: { action: string } }) => entry.action);
    expect(actions).toEqual(['message.remove-override', ...Array(3).fill('message.override')]);
  });

  it('are found where a scope has no override yet', async () => {
    const [first] = keys;
    const total = keys.length;
    await set([{ messageKey: first, channelId: web, contents: text('web says') }]);
    expect((await matrix({ channelId: web })).messages.totalCount).toBe(total - 1);
    expect((await matrix({ channelId: desk })).messages.totalCount).toBe(total);
    const missing = (await matrix({ channelId: web })).messages.edges;
    expect(missing.map(({ node }: { node: { key: string } }) => node.key)).not.toContain(first);
  });

  it('are copied from one scope to others, which keep what they have unless it is to give way', async () => {
    const [first = '', second = ''] = keys;
    await set([
      { messageKey: first, channelId: web, contents: text('web says') },
      { messageKey: second, channelId: web, contents: text('web, again') },
      { messageKey: first, channelId: desk, contents: text('desk says') },
    ]);
    const from = { channelId: web };
    const copy = async (replace: boolean) =>
      (await server.send(COPY, { botId, from, to: [{ channelId: desk }, { language: 'fr' }], replace })).data
        .copyMessageOverrides;
    expect(await copy(false)).toBe(3);
    const said = async () => {
      const { edges } = (await matrix()).messages;
      const { node } = edges.find((edge: { node: { key: string } }) => edge.node.key === first);
      return node.overrides.find((one: { channel: { id: string } | null }) => one.channel?.id === desk).contents[0]
        .value;
    };
    expect(await said()).toBe('desk says');
    expect(await copy(true)).toBe(1);
    expect(await said()).toBe('web says');
  });

  it.each([
    ['a message there is not', () => ({ messageKey: 'none' }), 'NOT_FOUND', undefined],
    ['a channel of another bot', () => ({ messageKey: keys[1], channelId: 'ivrInst-none' }), 'NOT_FOUND', undefined],
    [
      'a script that does not parse',
      () => ({ messageKey: keys[1], contents: [{ type: 'SCRIPT', value: 'if (' }] }),
      'BAD_USER_INPUT',
      'overrides[1].contents[0].value',
    ],
  ])('change none of the others when one names %s', async (_, cell, code, field) => {
    const good = { messageKey: keys[0], channelId: desk, language: 'it', contents: text('buono') };
    const { errors } = await set([good, { contents: text('x'), ...cell() }]);
    expect(errors?.[0]?.extensions).toMatchObject({ code, ...(field && { field }) });
    expect((await matrix()).messageLanguages).not.toContain('it');
  });
});
