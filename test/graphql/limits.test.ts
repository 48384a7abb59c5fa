import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/domain/metrics.js';
import { createExpensiveQueries } from '../../src/graphql/expensive-queries.js';
import { silentLog } from '../../src/log.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { openSqliteTestDatabase, type TestDatabase } from '../support/databases.js';
import { type GraphqlServer, serveGraphql } from '../support/graphql-server.js';

let opened: TestDatabase;
let plane: ControlPlane;
let server: GraphqlServer;
let botId: string;
const logged: unknown[] = [];
const log = { ...silentLog, error: (line: unknown) => void logged.push(line) } as unknown as typeof silentLog; // one method is enough

beforeAll(async () => {
  opened = await openSqliteTestDatabase();
  plane = await createControlPlane(opened.database);
  const ports = { metrics: createMetrics({ database: opened.database }) };
  server = await serveGraphql({ domain: plane.domain, ports, log }, plane.adminToken);
  botId = (await plane.domain.bots.create(plane.admin, { name: 'Bot' })).id;
});
afterAll(async () => {
  await server.stop();
  await opened.drop();
});

/** Status, code and message of a refusal. */
async function refusal(query: string, operationName?: string) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      authorization: `Bearer ${plane.adminToken}`,
    },
    body: JSON.stringify({ query, operationName }),
  });
  const { errors = [] } = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] };
  return { status: response.status, code: errors[0]?.extensions.code, message: errors[0]?.message ?? '' };
}

describe('a document', () => {
  it('of more fields than may be validated is refused before it is, and is told the limit', async () => {
    for (const document of [
      `{ ${'viewer { id nonsense } '.repeat(200)} }`,
      `{ ${Array.from({ length: 501 }, (_, at) => `a${at}: __typename`).join(' ')} }`,
      `{ ${'...f '.repeat(500)} } fragment f on Query { __typename }`,
      `{ ${'... { __typename } '.repeat(300)} }`,
    ]) {
      const { status, code, message } = await refusal(document);
      expect({ status, code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
      expect(message).toContain('500 are allowed');
    }
    expect((await refusal(`{ ${'viewer { id } '.repeat(240)} }`)).status).toBe(200);
  });

  it('that reads the schema again and again under other names is refused, and one that reads it once is not', async () => {
    const aliased = (count: number, field: string) =>
      Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ');
    for (const document of [
      `{ ${aliased(11, '__schema { types { name } }')} }`,
      `{ ${aliased(11, '__type(name: "Query") { name }')} }`,
      `{ __schema { ${aliased(11, 'types { name }')} } }`,
      `{ __schema { types { ...f } } } fragment f on __Type { ${aliased(11, 'fields { name }')} }`,
    ]) {
      const { status, code, message } = await refusal(document);
      expect({ status, code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
      expect(message).toContain('may have 10 aliases');
    }
    expect(await refusal(getIntrospectionQuery())).toMatchObject({ status: 200, code: undefined });
  });

  it('whose fragments unfold to more than can be counted is refused, and nobody has to act', async () => {
    const fragments = Array.from(
      { length: 14 },
      (_, at) => `fragment f${at} on Bot { ...f${at + 1} ... on Bot { ...f${at + 1} } }`,
    );
    const document = `{ bots { edges { node { ...f0 } } } } ${fragments.join(' ')} fragment f14 on Bot { id }`;
    expect(await refusal(document)).toMatchObject({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(logged).toEqual([]);
  });

  it('without the operation that is asked for is refused, and nobody has to act', async () => {
    expect(await refusal('{ viewer { id } }', 'Other')).toMatchObject({ status: 400 });
    expect(logged).toEqual([]);
  });
});

describe('the cost of a query', () => {
  const metrics = (from: string, interval: string, fields = 'series { from users }') =>
    `channelMetrics(botId: "${botId}", from: "${from}", to: "2026-06-08T00:00:00Z", interval: ${interval}) { ${fields} }`;

  it('counts what series and aliases multiply to', async () => {
    const all = `series { ${'from users messagesIn messagesOut failed refused'} }`;
    const sixty = Array.from({ length: 60 }, (_, at) => `a${at}: ${metrics('2026-06-07T00:00:00Z', 'MINUTE', all)}`);
    const { status, code, message } = await refusal(`{ ${sixty.join(' ')} }`);
    expect({ status, code }).toEqual({ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(message).toContain('200000 are allowed');
  });

  it('counts the points of series that are longer than could be told before', async () => {
    const { app } = await plane.domain.apps.create(plane.admin, { name: 'caller' });
    for (let at = 0; at < 15; at += 1) {
      await plane.domain.channels.create(plane.admin, {
        botId,
        name: `channel ${at}`,
        mode: 'SYNC',
        appClientId: app.clientId,
      });
    }
    // 15 channels of 1,440 minutes.
    expect(await refusal(`{ ${metrics('2026-06-07T00:00:00Z', 'MINUTE')} }`)).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('20000 points'),
    });
    expect(await refusal(`{ ${metrics('2026-06-07T00:00:00Z', 'HOUR')} }`)).toMatchObject({ code: undefined });
  });

  it('counts mutations, and files of bots most', async () => {
    const times = (count: number, field: string) =>
      `mutation { ${Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ')} }`;
    expect(await refusal(times(5, `exportBot(botId: "x") { config }`))).toMatchObject({
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
    expect(await refusal(times(250, 'deleteBot(id: "x")'))).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });
});

describe('expensive queries', () => {
  it('run two at a time, in the order they came', async () => {
    const queries = createExpensiveQueries();
    const begun: string[] = [];
    const enter = async (user: string) => {
      const leave = await queries.enter(user);
      begun.push(user);
      return leave;
    };
    const [first, , third] = ['a', 'b', 'c', 'd'].map(enter);
    (await first)?.();
    await third;
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('of one user leave room for those of others', async () => {
    const queries = createExpensiveQueries();
    const own = Array.from({ length: 8 }, () => queries.enter('a'));
    await expect(queries.enter('a')).rejects.toMatchObject({ extensions: { code: 'TOO_MANY_REQUESTS' } });
    const other = queries.enter('b');
    for (const query of own) (await query)();
    (await other)();
    (await queries.enter('a'))();
  });
});
