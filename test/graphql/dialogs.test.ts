import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { call, dialogId, exportOf, message } from '../engines/dialog/bot-builder.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

const definition = exportOf({
  Greet: { hello: message('Hello', 'rest'), rest: call('Bye') },
  Bye: { b: message('Bye') },
});
const OUTLINE = '{ id name nodeCount nodes { id kind calls transitions { to condition } } }';

eachDatabase('the dialogs of a bot', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;
  let botId: string;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    const { domain, admin } = plane;
    server = await serveGraphql({ domain, ports: {}, log: silentLog }, plane.adminToken);
    const { bot } = await domain.transfer.importBot(admin, { mode: 'NEW', definition });
    botId = bot.id;
  });
  afterAll(() => server.stop());

  const ask = (fields: string, id = botId) => server.send(`query ($id: ID!) { bot(id: $id) { ${fields} } }`, { id });

  it('are given node by node, as edited', async () => {
    const { data } = await ask(`dialogs ${OUTLINE}`);
    expect(
      data?.bot.dialogs.map(({ name, nodeCount }: { name: string; nodeCount: number }) => [name, nodeCount]),
    ).toEqual([
      ['Greet', 3],
      ['Bye', 2],
    ]);
    expect(data?.bot.dialogs[0].nodes[2]).toEqual({
      ...{ id: 'rest', kind: 'CALL', calls: dialogId('Bye') },
      transitions: [{ to: null, condition: null }],
    });
  });

  it('are given by id', async () => {
    const { data } = await ask(`dialogs(ids: ["${dialogId('Bye')}", "none"]) { name }`);
    expect(data?.bot.dialogs).toEqual([{ name: 'Bye' }]);
  });

  it('of a version that there is not are not found', async () => {
    const { errors } = await ask('dialogs(versionNumber: 7) { name }');
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  it('are kept from who may not export the bot', async () => {
    const { domain, admin } = plane;
    const viewer = await domain.users.createServiceAccount(admin, { name: 'Looker', role: 'VIEWER' });
    const token = await domain.apiTokens.create(admin, { userId: viewer.id, name: 't' });
    const query = 'query ($id: ID!) { bot(id: $id) { dialogs { name } } }';
    const { errors } = await server.send(query, { id: botId }, token);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('are none for a bot that lives elsewhere', async () => {
    const { id } = await plane.domain.bots.create(plane.admin, {
      name: 'Far',
      engine: 'HTTP',
      engineSettings: { url: 'https://bot.example.com' },
    });
    const { data } = await ask('dialogs { name }', id);
    expect(data?.bot.dialogs).toEqual([]);
  });
});
