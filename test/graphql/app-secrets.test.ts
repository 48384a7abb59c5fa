import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { HOUR } from '../../src/time.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

eachDatabase('the secret of an app', (database) => {
  let plane: ControlPlane;
  let server: GraphqlServer;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    server = await serveGraphql({ domain: plane.domain, ports: {}, log: silentLog }, plane.adminToken);
  });
  afterAll(() => server.stop());

  it('has one before it for as long as the overlap lasts, and says until when', async () => {
    const { clientId } = (await plane.domain.apps.create(plane.admin, { name: 'Till' })).app;
    const until = async () => {
      const { data } = await server.send(`{ app(clientId: "${clientId}") { previousSecretValidUntil } }`);
      return data.app.previousSecretValidUntil;
    };
    expect(await until()).toBeNull();
    await server.send(`mutation { rotateAppSecret(clientId: "${clientId}", overlapSeconds: 7200) { clientSecret } }`);
    const end = new Date(plane.clock.now() + 2 * HOUR).toISOString();
    expect(await until()).toBe(end);
    plane.clock.advance(2 * HOUR);
    expect(await until()).toBeNull();
  });
});
