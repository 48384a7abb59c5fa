import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { createScimClient, type ScimClient } from '../support/scim.js';

// The requests are those of Okta's reference of the SCIM 2.0 protocol.
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let app: TestApp;
let okta: ScimClient;

const roleOf = async (userId: string) =>
  (await app.gql('{ users { id role } }')).users.find((user: { id: string }) => user.id === userId).role;

const made = async (userName: string, more: object = {}): Promise<string> =>
  (await okta.send('POST', '/Users', { schemas: [USER], userName, ...more })).body.id;
/** A group that gives a role. */
async function groupOf(role: string, displayName: string, ...members: string[]): Promise<string> {
  const { body } = await okta.send('POST', '/Groups', {
    schemas: [GROUP],
    displayName,
    members: members.map((value) => ({ value })),
  });
  await app.gql(`mutation { setScimGroupRole(id: "${body.id}", role: ${role}) { id } }`);
  return body.id;
}

beforeAll(async () => {
  app = await startTestApp();
  okta = await createScimClient(app, 'Okta');
});
afterAll(() => app.remove());

describe('provisioning by Okta', () => {
  it('looks for a user and makes one', async () => {
    const look = '/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100';
    expect((await okta.send('GET', look)).body.totalResults).toBe(0);
    const { status, body } = await okta.send('POST', '/Users', {
      schemas: [USER],
      userName: 'test.user@okta.local',
      name: { givenName: 'Test', familyName: 'User' },
      emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
      displayName: 'Test User',
      locale: 'en-US',
      externalId: '00ujl29u0le5T6Aj10h7',
      groups: [],
      password: '1mz050nq',
      active: true,
    });
    expect([status, body.userName, body.password]).toEqual([201, 'test.user@okta.local', undefined]);
    expect((await okta.send('GET', look)).body.Resources).toMatchObject([{ id: body.id }]);
  });

  it('is told when the user is there already', async () => {
    await made('taken@okta.local', { emails: [{ primary: true, value: 'taken@okta.local', type: 'work' }] });
    const { status, body } = await okta.send('POST', '/Users', { schemas: [USER], userName: 'TAKEN@okta.local' });
    expect([status, body]).toEqual([
      409,
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '409',
        scimType: 'uniqueness',
        detail: expect.stringContaining('TAKEN@okta.local'),
      },
    ]);
    const taken = await okta.send('POST', '/Users', {
      userName: 'somebody',
      emails: [{ value: 'taken@okta.local' }],
    });
    expect([taken.status, taken.body.scimType]).toEqual([409, 'uniqueness']);
  });

  it('reads a user and puts it back with other names', async () => {
    const id = await made('put.back@okta.local', {
      name: { givenName: 'Test', familyName: 'User' },
      displayName: 'Test User',
      externalId: '00ujl29u0le5T6Aj10h8',
    });
    const { body: read } = await okta.send('GET', `/Users/${id}`);
    const { status, body } = await okta.send('PUT', `/Users/${id}`, {
      ...read,
      displayName: undefined,
      externalId: undefined,
      name: { givenName: 'Another', middleName: 'Excited', familyName: 'User' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      externalId: '00ujl29u0le5T6Aj10h8',
      name: { givenName: 'Another', middleName: 'Excited', familyName: 'User' },
      active: true,
    });
    expect(body.displayName).toBeUndefined();
    const { users } = await app.gql('{ users { id name } }');
    expect(users).toContainEqual({ id, name: 'Another User' });
  });

  it('pages through everybody', async () => {
    const { body: others } = await okta.send('GET', '/Users?startIndex=1&count=100');
    for (const other of others.Resources) await okta.send('DELETE', `/Users/${other.id}`);
    for (let n = 0; n < 5; n += 1) await made(`user${n}@okta.local`);
    const first = await okta.send('GET', '/Users?startIndex=1&count=2');
    expect(first.body).toMatchObject({ totalResults: 5, startIndex: 1, itemsPerPage: 2 });
    const names: string[] = [];
    for (let startIndex = 1; startIndex <= 5; startIndex += 2) {
      const { body } = await okta.send('GET', `/Users?startIndex=${startIndex}&count=2`);
      names.push(...body.Resources.map((one: { userName: string }) => one.userName));
    }
    expect(names).toEqual([0, 1, 2, 3, 4].map((n) => `user${n}@okta.local`));
    expect((await okta.send('GET', '/Users?startIndex=9')).body).toMatchObject({ totalResults: 5, Resources: [] });
    expect((await okta.send('GET', '/Users?count=0')).body).toMatchObject({ totalResults: 5, itemsPerPage: 0 });
    expect((await okta.send('GET', '/Users?startIndex=-3&count=1')).body).toMatchObject({ startIndex: 1 });
    expect((await okta.send('GET', '/Users?count=two')).body).toMatchObject({
      status: '400',
      scimType: 'invalidValue',
    });
  });

  it('pushes a group, renames it and changes its members', async () => {
    const pushed = await okta.send('POST', '/Groups', { schemas: [GROUP], displayName: 'Test SCIMv2', members: [] });
    expect(pushed.status).toBe(201);
    const groupId = pushed.body.id;
    await app.gql(`mutation { setScimGroupRole(id: "${groupId}", role: VIEWER) { id } }`);
    const renamed = await okta.send('PATCH', `/Groups/${groupId}`, {
      schemas: [PATCH],
      Operations: [{ op: 'replace', value: { id: groupId, displayName: 'Test SCIMv20' } }],
    });
    expect(renamed.body).toMatchObject({ id: groupId, displayName: 'Test SCIMv20', members: [] });
    for (const name of ['one', 'two']) await made(`member.${name}@okta.local`);
    const id = await made('later.member@okta.local');
    const { body: users } = await okta.send('GET', '/Users?filter=userName sw "member."');
    const [one, two] = users.Resources.map((user: { id: string }) => user.id);
    const members = (operations: object[]) =>
      okta.send('PATCH', `/Groups/${groupId}`, { schemas: [PATCH], Operations: operations });
    const replaced = await members([{ op: 'replace', path: 'members', value: [{ value: one }, { value: two }] }]);
    expect(replaced.body.members.map((member: { value: string }) => member.value).sort()).toEqual([one, two].sort());
    expect([await roleOf(one), await roleOf(two)]).toEqual(['VIEWER', 'VIEWER']);
    const moved = await members([
      { op: 'remove', path: `members[value eq "${one}"]` },
      { op: 'add', path: 'members', value: [{ value: id, display: 'test.user@okta.local' }] },
    ]);
    expect(moved.body.members.map((member: { value: string }) => member.value).sort()).toEqual([id, two].sort());
    expect([await roleOf(one), await roleOf(id)]).toEqual(['NONE', 'VIEWER']);
  });

  it('gives the strongest role of several groups, and the next one when that ends', async () => {
    const id = await made('several.groups@okta.local');
    const groupId = await groupOf('VIEWER', 'Viewers', id);
    const developers = await groupOf('DEVELOPER', 'Developers', id);
    expect(await roleOf(id)).toBe('DEVELOPER');
    const { status } = await okta.send('PUT', `/Groups/${developers}`, { displayName: 'Developers', members: [] });
    expect([status, await roleOf(id)]).toEqual([200, 'VIEWER']);
    expect((await okta.send('DELETE', `/Groups/${groupId}`)).status).toBe(204);
    expect(await roleOf(id)).toBe('NONE');
    expect((await okta.send('GET', `/Groups/${groupId}`)).status).toBe(404);
    const { scimGroups } = await app.gql('{ scimGroups { displayName role memberCount } }');
    expect(scimGroups).toContainEqual({ displayName: 'Developers', role: 'DEVELOPER', memberCount: 0 });
    expect(scimGroups.map(({ displayName }: { displayName: string }) => displayName)).not.toContain('Viewers');
  });

  it('deactivates with a value without a path, and by PUT', async () => {
    const id = await made('deactivated@okta.local');
    const { status, body } = await okta.send('PATCH', `/Users/${id}`, {
      schemas: [PATCH],
      Operations: [{ op: 'replace', value: { active: false } }],
    });
    expect([status, body.active]).toEqual([200, false]);
    const back = await okta.send('PUT', `/Users/${id}`, { ...body, active: true });
    expect([back.status, back.body.active]).toEqual([200, true]);
    const off = await okta.send('PUT', `/Users/${id}`, { ...back.body, active: false });
    expect([off.status, off.body.active]).toEqual([200, false]);
  });

  it('finds people who were there before under their e-mail address, and takes them over', async () => {
    const { createUser } = await app.gql(
      'mutation { createUser(input: { name: "Old Hand", email: "old.hand@okta.local", role: VIEWER, password: "correct horse battery" }) { id } }',
    );
    const { body } = await okta.send('GET', '/Users?filter=userName eq "Old.Hand@okta.local"');
    expect(body.Resources).toMatchObject([{ id: createUser.id, userName: 'old.hand@okta.local', active: true }]);
    expect((await okta.send('POST', '/Users', { userName: 'old.hand@okta.local' })).status).toBe(409);
    const put = await okta.send('PUT', `/Users/${createUser.id}`, {
      userName: 'old.hand@okta.local',
      externalId: '00u1',
      name: { givenName: 'Old', familyName: 'Hand' },
    });
    expect([put.status, put.body.externalId, await roleOf(createUser.id)]).toEqual([200, '00u1', 'VIEWER']);
  });
});
