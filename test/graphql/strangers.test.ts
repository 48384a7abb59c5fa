import { request } from 'node:http';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/log.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

let opened: TestDatabase;
let plane: ControlPlane;
let server: GraphqlServer;

beforeAll(async () => {
  opened = await openSqliteTestDatabase();
  plane = await createControlPlane(opened.database);
  server = await serveGraphql({ domain: plane.domain, ports: {}, log: silentLog });
});
afterAll(async () => {
  await server.stop();
  await opened.drop();
});

/** What is answered to a request of which only the head has been sent. */
function answerToHead(url: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
    const asked = request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
    asked.on('error', reject).on('response', ({ statusCode, headers: { connection } }) => {
      resolve({ status: statusCode, connection });
      asked.destroy();
    });
    asked.flushHeaders();
  });
}

describe('a caller nobody knows', () => {
  for (const path of ['', '/stream']) {
    it(`is refused at /graphql${path} before the body is read, and the connection is closed`, async () => {
      const size: Record<string, string> = { 'content-length': String(63 * 1024 * 1024) };
      const wrong: Record<string, string> = { ...size, authorization: 'Bearer hsk_wrong' };
      const unsized: Record<string, string> = { 'transfer-encoding': 'chunked' };
      for (const headers of [size, wrong, unsized]) {
        expect(await answerToHead(`${server.url}${path}`, headers)).toEqual({ status: 401, connection: 'close' });
      }
    });
  }

  it('is refused before what it sent is parsed or validated', async () => {
    for (const document of ['{', '{ nonsense }', getIntrospectionQuery(), '{ __typename }']) {
      const { errors, data } = await server.send(document, {}, 'hsk_wrong');
      expect(data).toBeUndefined();
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    }
    for (const document of ['{__typename}', getIntrospectionQuery()]) {
      const asked = await fetch(`${server.url}?query=${encodeURIComponent(document)}`);
      expect(asked.status).toBe(401);
    }
  });
});

describe('a body', () => {
  const LARGE = 'x'.repeat(300 * 1024);
  const IMPORT = 'mutation ($input: ImportBotInput!) { importBot(input: $input) { bot { name } } }';
  const imported = { definition: { localeData: { en: { name: 'Big' } }, note: LARGE }, mode: 'NEW', name: 'Big' };
  const codeOf = async (document: string, variables: Record<string, unknown>, token = plane.adminToken) =>
    (await server.send(document, variables, token)).errors?.[0]?.extensions.code;

  it('may be large for an import, of those who may import', async () => {
    const { data, errors } = await server.send(IMPORT, { input: imported }, plane.adminToken);
    expect(errors).toBeUndefined();
    expect(data.importBot.bot.name).toBe('Big');
    const viewer = await plane.userAs('VIEWER');
    const token = await plane.domain.apiTokens.create(plane.admin, { userId: viewer.id, name: 'own' });
    expect(await codeOf(IMPORT, { input: imported }, token)).toBe('PAYLOAD_TOO_LARGE');
  });

  it('is small for anything else', async () => {
    expect(await codeOf('query ($x: String) { viewer { id } }', { x: LARGE })).toBe('PAYLOAD_TOO_LARGE');
    const both = `${IMPORT.slice(0, -1)} deleteBot(id: "x") }`;
    expect(await codeOf(both, { input: imported })).toBe('PAYLOAD_TOO_LARGE');
  });

  it('that is large is refused for what is wrong with it', async () => {
    const bodies = [`{"query": "${LARGE}`, `{"x": ${'['.repeat(300)}${']'.repeat(300)}, "y": "${LARGE}"}`];
    for (const body of [...bodies, `[${'{},'.repeat(1_000_001)}{}]`]) {
      const response = await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${plane.adminToken}` },
        body,
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'body' } }],
      });
    }
  });
});
