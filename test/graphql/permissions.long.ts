import { readFileSync, writeFileSync } from 'node:fs';
import {
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../src/graphql/schema.js';
import { ADMIN_TOKEN, startTestApp, type TestApp } from '../support/app.js';

const DOCUMENT = new URL('../../docs/permissions.md', import.meta.url);
const BEGIN = '<!-- operations: written by UPDATE_PERMISSIONS=1 npx vitest run test/graphql/permissions.long.ts -->\n';

/** The least that an argument takes, with ids of nothing there is. */
function leastOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return leastOf(type.ofType);
  if (isListType(type)) return [leastOf(type.ofType)];
  if (isEnumType(type)) return type.getValues().at(-1)?.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return Object.fromEntries(required.map((field) => [field.name, leastOf(field.type)]));
  }
  const values: Record<string, unknown> = {
    Int: 1,
    Float: 1,
    Boolean: true,
    DateTime: '2026-01-01T00:00:00Z',
    JSON: {},
  };
  return values[type.name] ?? 'none';
}

function operations() {
  const schema = createSchema();
  const roots = [schema.getQueryType(), schema.getMutationType()] as const;
  return roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {}).map((field) => {
      const args = field.args.filter((arg) => isNonNullType(arg.type));
      const heads = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
      const given = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
      const kind = root === schema.getQueryType() ? 'query' : 'mutation';
      const below = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
      const document = `${kind}${heads && `(${heads})`} { ${field.name}${given && `(${given})`}${below} }`;
      return {
        name: field.name,
        document,
        variables: Object.fromEntries(args.map((arg) => [arg.name, leastOf(arg.type)])),
      };
    }),
  );
}

describe('the permissions', () => {
  let app: TestApp;
  let ownBot: string;
  let foreignBot: string;
  const tokens: Record<string, string | undefined> = {};

  const send = async (query: string, variables: Record<string, unknown>, token: string | undefined) => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: each caller knows the shape of what it asks for
    return (await response.json()) as { data: any; errors?: { extensions: { code: string } }[] };
  };
  const made = async (name: string, role: string) =>
    (await app.gql(`mutation { createServiceAccount(name: "${name}", role: ${role}) { id } }`)).createServiceAccount
      .id as string;
  const tokenOf = async (userId: string, limits: { actions?: string[]; botIds?: string[] } = {}) =>
    (
      await app.gql(
        'mutation($userId: ID!, $actions: [String!], $botIds: [ID!]) { token: createApiToken(userId: $userId, name: "t", actions: $actions, botIds: $botIds) }',
        { userId, ...limits },
      )
    ).token as string;

  beforeAll(async () => {
    app = await startTestApp();
    const bot = async (name: string) =>
      (await app.gql(`mutation { createBot(input: { name: "${name}" }) { id } }`)).createBot.id as string;
    [ownBot, foreignBot] = [await bot('Own'), await bot('Foreign')];
    const onOne = await made('one bot', 'NONE');
    await app.gql(`mutation { setBotRole(userId: "${onOne}", botId: "${ownBot}", role: DEVELOPER) { id } }`);
    const developer = await made('developer', 'DEVELOPER');
    const disabled = await made('disabled', 'DEVELOPER');
    tokens.anonymous = undefined;
    tokens.disabled = await tokenOf(disabled);
    await app.gql(`mutation { disableUser(id: "${disabled}") { id } }`);
    tokens.NONE = await tokenOf(await made('none', 'NONE'));
    tokens['DEVELOPER on one bot'] = await tokenOf(onOne);
    tokens.VIEWER = await tokenOf(await made('viewer', 'VIEWER'));
    tokens.DEVELOPER = await tokenOf(developer);
    tokens['token for reading'] = await tokenOf(developer, { actions: ['read'] });
    tokens['token for one bot'] = await tokenOf(developer, { botIds: [ownBot] });
    tokens['token for SCIM'] = await tokenOf(developer, { actions: ['scim.provision'] });
    tokens.ADMIN = ADMIN_TOKEN;
  }, 60_000);
  afterAll(() => app?.remove());

  it('of one bot reach that bot and no other, in lists, totals and by id', async () => {
    for (const kind of ['DEVELOPER on one bot', 'token for one bot']) {
      const seen = await send('{ bots { totalCount edges { node { id } } } users { id } }', {}, tokens[kind]);
      expect(seen.data.bots).toEqual({ totalCount: 1, edges: [{ node: { id: ownBot } }] });
      expect(seen.data.users).toHaveLength(1);
      const rename = 'mutation($id: ID!) { updateBot(input: { id: $id, description: "new" }) { id } }';
      expect((await send(rename, { id: ownBot }, tokens[kind])).errors).toBeUndefined();
      for (const id of [foreignBot, 'st-none']) {
        expect((await send(rename, { id }, tokens[kind])).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
        expect((await send('query($id: ID!) { bot(id: $id) { id } }', { id }, tokens[kind])).data.bot).toBeNull();
      }
    }
  });

  it('of every operation are as docs/permissions.md says', async () => {
    const kinds = Object.keys(tokens);
    const rows: string[] = [];
    for (const { name, document, variables } of operations()) {
      const cells: string[] = [];
      for (const kind of kinds) {
        const code = (await send(document, variables, tokens[kind])).errors?.[0]?.extensions.code;
        cells.push(code === 'UNAUTHENTICATED' ? '401' : code === 'FORBIDDEN' ? 'no' : 'yes');
      }
      rows.push(`| \`${name}\` | ${cells.join(' | ')} |`);
    }
    const table = [
      `| Operation | ${kinds.join(' | ')} |`,
      `|---|${kinds.map(() => '---|').join('')}`,
      ...rows,
      '',
    ].join('\n');
    const [prose = '', written] = readFileSync(DOCUMENT, 'utf8').split(BEGIN);
    if (process.env.UPDATE_PERMISSIONS) writeFileSync(DOCUMENT, `${prose}${BEGIN}${table}`);
    else expect(written).toBe(table);
  }, 120_000);
});
