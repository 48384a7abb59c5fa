import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ADMIN_TOKEN, startTestApp, type TestApp } from '../support/app.js';
import { createScimClient, type ScimClient, scimDoor } from '../support/scim.js';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

let app: TestApp;
let directory: ScimClient;

beforeAll(async () => {
  app = await startTestApp();
  directory = await createScimClient(app);
});
afterAll(() => app.remove());

const made = async (name: string) =>
  (await directory.send('POST', '/Users', { userName: `${name}@example.com` })).body.id as string;
const patch = (path: string, ...Operations: object[]) => directory.send('PATCH', path, { Operations });

describe('SCIM', () => {
  it('is for an API token of its own, which is good for nothing else', async () => {
    const unknown = await scimDoor(app, 'no-such-token')('GET', '/Users');
    expect([unknown.status, unknown.body.schemas, unknown.body.status]).toEqual([401, [ERROR], '401']);
    expect(unknown.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect((await scimDoor(app, null)('GET', '/ServiceProviderConfig')).status).toBe(401);
    const { createServiceAccount: other } = await app.gql(
      'mutation { createServiceAccount(name: "Other", role: DEVELOPER) { id } }',
    );
    const tokenOf = async (actions: string[] | null) =>
      (
        await app.gql(
          'mutation($id: ID!, $actions: [String!]) { t: createApiToken(userId: $id, name: "t", actions: $actions) }',
          {
            id: other.id,
            actions,
          },
        )
      ).t as string;
    for (const token of [ADMIN_TOKEN, await tokenOf(null), await tokenOf(['read', 'bot.create'])]) {
      for (const [method, path] of [
        ['GET', '/Users'],
        ['POST', '/Groups'],
        ['GET', '/Schemas'],
      ] as const) {
        const { status, body } = await scimDoor(app, token)(method, path, method === 'POST' ? {} : undefined);
        expect([status, body.schemas]).toEqual([403, [ERROR]]);
      }
    }
    for (const document of [
      '{ bots { totalCount } }',
      '{ scimGroups { id } }',
      '{ accountSettings { retentionDays } }',
    ]) {
      await expect(app.gql(document, {}, directory.token)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    for (const mutation of [
      'mutation { createUser(input: { name: "x", role: ADMIN }) { id } }',
      `mutation { createApiToken(userId: "${directory.serviceAccountId}", name: "x") }`,
      'mutation { setScimGroupRole(id: "sg-x", role: ADMIN) { id } }',
      'mutation { createBot(input: { name: "x" }) { id } }',
    ]) {
      await expect(app.gql(mutation, {}, directory.token)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    expect((await app.gql('{ users { id } }', {}, directory.token)).users).toEqual([
      { id: directory.serviceAccountId },
    ]);
  });

  it('has its tokens made by ADMINs alone, for service accounts alone, and for nothing besides', async () => {
    const create =
      'mutation($id: ID!, $actions: [String!], $botIds: [ID!]) { createApiToken(userId: $id, name: "t", actions: $actions, botIds: $botIds) }';
    const { viewer } = await app.gql('{ viewer { id } }');
    const { createServiceAccount: developer } = await app.gql(
      'mutation { createServiceAccount(name: "Developer", role: DEVELOPER) { id } }',
    );
    const { t: own } = await app.gql(`mutation { t: createApiToken(userId: "${developer.id}", name: "t") }`);
    const alone = ['scim.provision'];
    for (const [id, actions, token, code] of [
      [directory.serviceAccountId, ['scim.provision', 'read'], ADMIN_TOKEN, 'BAD_USER_INPUT'],
      [viewer.id, alone, ADMIN_TOKEN, 'BAD_USER_INPUT'],
      [developer.id, alone, own, 'FORBIDDEN'],
    ] as const) {
      await expect(app.gql(create, { id, actions }, token)).rejects.toMatchObject({ code });
    }
  });

  it('says what it can do and what its resources look like', async () => {
    const config = await directory.send('GET', '/ServiceProviderConfig');
    expect(config.body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      etag: { supported: true },
    });
    const types = await directory.send('GET', '/ResourceTypes');
    expect(types.body.Resources.map((type: { endpoint: string }) => type.endpoint)).toEqual(['/Users', '/Groups']);
    expect((await directory.send('GET', '/ResourceTypes/User')).body.id).toBe('User');
    const schemas = await directory.send('GET', '/Schemas');
    expect(schemas.body.totalResults).toBe(2);
    for (const { id, meta } of schemas.body.Resources) {
      const one = await directory.send('GET', `/Schemas/${id}`);
      expect([one.status, one.body.id, one.body.meta]).toEqual([200, id, meta]);
    }
    expect((await directory.send('GET', '/Schemas/urn:x')).status).toBe(404);
  });

  it('answers mistakes in the form of SCIM', async () => {
    const id = await made('mistakes');
    const group = (await directory.send('POST', '/Groups', { displayName: 'Mistakes' })).body.id;
    const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`;
    const cases: [string, string, unknown, number, string | undefined][] = [
      ['POST', '/Users', '{', 400, 'invalidSyntax'],
      ['POST', '/Users', '[]', 400, 'invalidSyntax'],
      ['POST', '/Users', deep, 400, 'invalidSyntax'],
      ['POST', '/Users', {}, 400, 'invalidValue'],
      ['POST', '/Users', { userName: '  ' }, 400, 'invalidValue'],
      ['POST', '/Users', { userName: 7, emails: [{ value: 'no address' }] }, 400, 'invalidValue'],
      ['POST', '/Users', { userName: 'x', emails: [[]] }, 400, 'invalidValue'],
      ['POST', '/Users', { userName: 'x', active: 'maybe' }, 400, 'invalidValue'],
      ['POST', '/Users', { userName: { a: 1 } }, 400, 'invalidValue'],
      ['POST', '/Groups', { displayName: 'mistakes' }, 409, 'uniqueness'],
      ['POST', '/Groups', { displayName: 'x', members: [{ value: 'u-none' }] }, 400, 'invalidValue'],
      ['POST', '/Groups', { displayName: 'x', members: [{ value: group, type: 'Group' }] }, 400, 'invalidValue'],
      ['POST', '/Groups', { displayName: 'x', members: [{ value: directory.serviceAccountId }] }, 400, 'invalidValue'],
      ['PATCH', `/Users/${id}`, {}, 400, 'invalidSyntax'],
      ['PATCH', `/Users/${id}`, { Operations: [{ op: 'move', path: 'x' }] }, 400, 'invalidSyntax'],
      ['PATCH', `/Users/${id}`, { Operations: [{ op: 'remove' }] }, 400, 'noTarget'],
      ['PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', path: 'userNam', value: 'x' }] }, 400, 'invalidPath'],
      [
        'PATCH',
        `/Users/${id}`,
        { Operations: [{ op: 'replace', path: 'emails[type', value: 'x' }] },
        400,
        'invalidPath',
      ],
      [
        'PATCH',
        `/Users/${id}`,
        { Operations: [{ op: 'replace', path: 'emails[type eq].value', value: 'x' }] },
        400,
        'invalidFilter',
      ],
      ['PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', path: 'id', value: 'x' }] }, 400, 'mutability'],
      ['PATCH', `/Users/${id}`, { Operations: [{ op: 'remove', path: 'userName' }] }, 400, 'invalidValue'],
      [
        'PATCH',
        `/Groups/${group}`,
        { Operations: [{ op: 'replace', path: 'members[value eq "x"]', value: { value: id } }] },
        400,
        'noTarget',
      ],
      [
        'PATCH',
        `/Groups/${group}`,
        { Operations: Array(1_001).fill({ op: 'remove', path: 'members' }) },
        400,
        'tooMany',
      ],
      ['GET', '/Users?filter=userName', undefined, 400, 'invalidFilter'],
      ['GET', '/Users/u-none', undefined, 404, undefined],
      ['PUT', '/Groups/sg-none', { displayName: 'x' }, 404, undefined],
      [
        'PATCH',
        `/Users/${directory.serviceAccountId}`,
        { Operations: [{ op: 'replace', path: 'active', value: false }] },
        404,
        undefined,
      ],
      ['GET', '/Nothing', undefined, 404, undefined],
      ['GET', '/%zz', undefined, 404, undefined],
      ['GET', '/__proto__', undefined, 404, undefined],
      ['POST', '/Bulk', {}, 404, undefined],
      ['PUT', '/Users', {}, 405, undefined],
      ['POST', `/Users/${id}`, {}, 405, undefined],
    ];
    for (const [method, path, sent, status, scimType] of cases) {
      const { status: got, headers, body } = await directory.send(method, path, sent);
      const what = `${method} ${path} ${JSON.stringify(sent)?.slice(0, 100)}`;
      expect([what, got, body.scimType, body.status]).toEqual([what, status, scimType, String(status)]);
      expect([body.schemas, body.detail.length > 10]).toEqual([[ERROR], true]);
      expect(headers.get('content-type')).toContain('application/scim+json');
    }
    const form = await directory.send('POST', '/Users', 'userName=x', { 'content-type': 'text/plain' });
    expect(form.status).toBe(415);
    const large = await directory.send('POST', '/Users', { userName: 'x'.repeat(1_100_000) });
    expect([large.status, large.body.schemas]).toEqual([413, [ERROR]]);
  });

  it('takes hostile names for what they are', async () => {
    const { status, body } = await directory.send(
      'POST',
      '/Users',
      '{"userName":"proto@example.com","__proto__":{"active":false},"constructor":"x","name":{"__proto__":"y","givenName":"\\u0000\\ud800A"}}',
    );
    expect([status, body.active, body.name]).toEqual([201, true, { givenName: '\uFFFD\uFFFDA' }]);
    const changed = await patch(`/Users/${body.id}`, {
      op: 'add',
      value: JSON.parse('{"__proto__":"x","constructor.prototype":"x","nonsense[":"x","active":"TRUE"}'),
    });
    expect([changed.status, changed.body.active]).toEqual([200, true]);
  });

  it('keeps one primary address, and signs in by it', async () => {
    const id = await made('primary');
    await patch(`/Users/${id}`, {
      op: 'add',
      path: 'emails',
      value: [
        { value: 'one@example.com', type: 'work', primary: true },
        { value: 'two@example.com', type: 'home' },
      ],
    });
    const { body } = await patch(`/Users/${id}`, {
      op: 'replace',
      path: 'emails[value eq "two@example.com"].primary',
      value: true,
    });
    expect(body.emails.map((one: { primary?: boolean }) => one.primary)).toEqual([false, true]);
    const { users } = await app.gql('{ users { id email } }');
    expect(users).toContainEqual({ id, email: 'two@example.com' });
    const removed = await patch(`/Users/${id}`, { op: 'remove', path: 'emails[type eq "home"]' });
    expect(removed.body.emails).toEqual([{ value: 'one@example.com', type: 'work', primary: false }]);
  });

  it('sends what was asked for', async () => {
    const id = await made('fields');
    const { body } = await directory.send('GET', `/Users/${id}?attributes=userName`);
    expect(Object.keys(body).sort()).toEqual(['id', 'meta', 'schemas', 'userName']);
  });

  it('refuses a change of what somebody else has changed since, and does not send twice what is known', async () => {
    const id = await made('versions');
    const { headers } = await directory.send('GET', `/Users/${id}`);
    const etag = headers.get('etag') ?? '';
    const known = await fetch(`${app.url}/scim/v2/Users/${id}`, {
      headers: { authorization: `Bearer ${directory.token}`, 'if-none-match': etag },
    });
    expect(known.status).toBe(304);
    const change = (displayName: string) =>
      directory.send(
        'PATCH',
        `/Users/${id}`,
        { Operations: [{ op: 'add', value: { displayName } }] },
        { 'if-match': etag },
      );
    expect((await change('First')).status).toBe(200);
    const second = await change('Second');
    expect([second.status, second.body.status]).toEqual([412, '412']);
    expect((await directory.send('DELETE', `/Users/${id}`, undefined, { 'if-match': etag })).status).toBe(412);
    expect((await directory.send('GET', `/Users/${id}`)).body.displayName).toBe('First');
  });

  it('leaves the account its last ADMIN', async () => {
    const app = await startTestApp(); // its first ADMIN is one no more in the end
    onTestFinished(() => app.remove());
    const directory = await createScimClient(app);
    const id = (await directory.send('POST', '/Users', { userName: 'last.admin@example.com' })).body.id;
    const group = (await directory.send('POST', '/Groups', { displayName: 'Admins', members: [{ value: id }] })).body
      .id;
    await app.gql(`mutation { setScimGroupRole(id: "${group}", role: ADMIN) { id } }`);
    const { viewer } = await app.gql('{ viewer { id } }');
    await app.gql(`mutation { updateUser(id: "${viewer.id}", role: DEVELOPER) { id } }`);
    const attempts = [
      () => directory.send('PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', path: 'active', value: false }] }),
      () => directory.send('DELETE', `/Users/${id}`),
      () =>
        directory.send('PATCH', `/Groups/${group}`, {
          Operations: [{ op: 'remove', path: `members[value eq "${id}"]` }],
        }),
      () => directory.send('PUT', `/Groups/${group}`, { displayName: 'Admins' }),
      () => directory.send('DELETE', `/Groups/${group}`),
    ];
    for (const attempt of attempts) {
      const { status, body } = await attempt();
      expect([status, body.detail]).toEqual([409, expect.stringContaining('last ADMIN')]);
    }
    const { body } = await directory.send('GET', `/Users/${id}`);
    expect([body.active, body.groups.length]).toEqual([true, 1]);
  });
});
