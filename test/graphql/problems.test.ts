import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

/** A bot of a file in which a script of a dialog does not parse. */
const FILE = {
  localeData: { en: { name: 'Broken' } },
  defaultLanguage: 'en',
  supportedLanguages: ['en'],
  dialogs: [{ _id: 'd', refId: 'd', localeData: { en: { name: 'Order' } }, nodes: [] }],
  dialogComponents: [
    { _id: 'c', refId: 'c', name: 'Total', type: 'script', dialogId: 'd', script: encodeURIComponent('context.x = ;') },
  ],
};

const PROBLEM = 'severity code messageKey name channelId language variant line column';

eachDatabase('the problems of a bot', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;
  let botId: string;
  let messageKey: string;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    server = await serveGraphql({ domain: plane.domain, ports: {}, log: silentLog }, plane.adminToken);
  });
  beforeEach(async () => {
    const { domain, admin } = plane;
    const { bot } = await domain.transfer.importBot(admin, { mode: 'NEW', definition: FILE });
    botId = bot.id;
    messageKey = (await domain.messages.ofBots(admin, [bot])).get(botId)?.[0]?.message.key ?? '';
    const contents = [{ type: 'TEXT' as const, value: 'Hi {{env.NOBODY}}' }];
    await domain.messages.setOverride(admin, { botId, messageKey, contents });
  });
  afterAll(() => server.stop());

  it('name the script, message and place, errors first', async () => {
    const { data } = await server.send(`query ($id: ID!) { bot(id: $id) { problems { ${PROBLEM} } } }`, { id: botId });
    expect(data?.bot.problems).toEqual([
      {
        ...{ severity: 'ERROR', code: 'SCRIPT_DOES_NOT_PARSE', messageKey: null, name: 'Order › Total' },
        ...{ channelId: null, language: null, variant: null, line: 1, column: 13 },
      },
      {
        ...{ severity: 'WARNING', code: 'PATH_UNKNOWN', messageKey, name: expect.any(String) },
        ...{ channelId: null, language: 'en', variant: 0, line: 1, column: 4 },
      },
    ]);
  });

  it('stand at the message, and end when the variable is there', async () => {
    const query = `query ($id: ID!) { bot(id: $id) { messages(overriddenOnly: true) { edges { node { problems { code } } } } } }`;
    const problems = async () => (await server.send(query, { id: botId })).data?.bot.messages.edges[0].node.problems;
    expect(await problems()).toEqual([{ code: 'PATH_UNKNOWN' }]);
    await plane.domain.bots.setVariable(plane.admin, { botId, key: 'NOBODY', value: 'x' });
    expect(await problems()).toEqual([]);
  });

  it('are told of what is being written, which is not saved', async () => {
    const { data } = await server.send(
      `query ($id: ID!, $contents: [MessageContentInput!]!) { bot(id: $id) { checkContents(contents: $contents) { ${PROBLEM} } } }`,
      {
        id: botId,
        contents: [
          { type: 'TEXT', value: 'ok' },
          { type: 'SCRIPT', value: 'print(' },
        ],
      },
    );
    expect(data?.bot.checkContents).toMatchObject([{ severity: 'ERROR', variant: 1, line: 1 }]);
  });
});
