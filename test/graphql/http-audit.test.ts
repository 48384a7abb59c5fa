import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { createControlPlane } from '../support/control-plane.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

let opened: TestDatabase;
let server: GraphqlServer;
let token: string;

/** As a caller that is known: anybody else is refused before any of this matters. */
const known: typeof fetch = (url, init) =>
  fetch(url, {
    ...init,
    headers: { ...Object.fromEntries(new Headers(init?.headers)), authorization: `Bearer ${token}` },
  });

beforeAll(async () => {
  opened = await openSqliteTestDatabase();
  const { domain, adminToken } = await createControlPlane(opened.database);
  token = adminToken;
  server = await serveGraphql({ domain, ports: {}, log: silentLog });
});
afterAll(async () => {
  await server.stop();
  await opened.drop();
});

describe('GraphQL over HTTP', () => {
  for (const audit of serverAudits({ url: () => server.url, fetchFn: known })) {
    it(audit.name, async () => {
      const result = await audit.fn();
      expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
    });
  }

  it('answers an empty POST with 400', async () => {
    const response = await known(server.url, { method: 'POST', headers: { 'content-type': 'application/json' } });
    expect(response.status).toBe(400);
  });

  it('answers what is not JSON with 400 and the place of the mistake', async () => {
    const response = await known(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query": ',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'body' } }],
    });
  });

  it('answers what nests deeper than anything could be kept with 400', async () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    const response = await known(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query": "{ viewer { id } }", "variables": {"input": ${deep}}}`,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [
        { message: expect.stringContaining('200 levels'), extensions: { code: 'BAD_USER_INPUT', field: 'body' } },
      ],
    });
  });

  it('refuses a mutation by GET', async () => {
    const query = new URLSearchParams({ query: 'mutation { deleteBot(id: "st-1") }' });
    const response = await known(`${server.url}?${query}`);
    expect(response.status).toBe(405);
  });

  it('refuses a request that a foreign page could send without asking first', async () => {
    const response = await known(server.url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    });
    expect(response.status).toBe(415);
  });
});
