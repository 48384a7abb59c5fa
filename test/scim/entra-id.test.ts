import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN, startTestApp, type TestApp } from '../support/app.js';
import { createScimClient, type ScimAnswer, type ScimClient } from '../support/scim.js';

// The requests are those of Microsoft's documentation for developers of SCIM endpoints, with its odd spellings.
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

let app: TestApp;
let directory: ScimClient;
/** The answer to the first user, whom nothing changes. */
let created: ScimAnswer;

const patch = (path: string, ...operations: object[]) =>
  directory.send('PATCH', path, { schemas: [PATCH], Operations: operations });
const userOf = async (userId: string) => {
  const { users } = await app.gql('{ users { id name email role disabledAt service signsInWith } }');
  return users.find((user: { id: string }) => user.id === userId);
};

/** A user with an address of the same name. */
const made = async (name: string): Promise<string> => {
  const { body } = await directory.send('POST', '/Users', {
    schemas: [USER],
    userName: `${name}@testuser.example`,
    emails: [{ primary: true, type: 'work', value: `${name}@mail.example` }],
    name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
  });
  return body.id;
};
const addMember = (groupId: string, value: string) =>
  patch(`/Groups/${groupId}`, { op: 'Add', path: 'members', value: [{ $ref: null, value }] });
/** A group of developers with one member. */
async function groupOf(displayName: string, member: string): Promise<string> {
  const { body } = await directory.send('POST', '/Groups', { displayName });
  await addMember(body.id, member);
  await app.gql(`mutation { setScimGroupRole(id: "${body.id}", role: DEVELOPER) { id } }`);
  return body.id;
}

beforeAll(async () => {
  app = await startTestApp();
  directory = await createScimClient(app);
  created = await directory.send('POST', '/Users', {
    schemas: [USER, ENTERPRISE],
    externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
    userName: 'Test_User_ab6490ee@testuser.example',
    active: true,
    emails: [{ primary: true, type: 'work', value: 'Test_User_fd0ea19b@testuser.example' }],
    meta: { resourceType: 'User' },
    name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
    roles: [],
    [ENTERPRISE]: { department: 'Sales' },
  });
});
afterAll(() => app.remove());

describe('provisioning by Entra ID', () => {
  it('finds nobody, as its test of the connection expects', async () => {
    const { status, headers, body } = await directory.send(
      'GET',
      '/Users?filter=userName eq "5a4e3f7b-0c4a-4d2e-9d27-non-existent"',
    );
    expect([status, headers.get('content-type')]).toEqual([200, 'application/scim+json; charset=utf-8']);
    expect(body).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    });
  });

  it('makes a user, who is a person without a role', async () => {
    const { status, headers, body } = created;
    const { id } = body;
    expect(status).toBe(201);
    expect(body).toEqual({
      schemas: [USER],
      id,
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User_ab6490ee@testuser.example',
      active: true,
      emails: [{ primary: true, type: 'work', value: 'Test_User_fd0ea19b@testuser.example' }],
      name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
      groups: [],
      meta: {
        resourceType: 'User',
        created: expect.stringMatching(/^\d{4}-.*Z$/),
        lastModified: expect.stringMatching(/^\d{4}-.*Z$/),
        location: `http://hooks.test/scim/v2/Users/${id}`,
        version: headers.get('etag'),
      },
    });
    expect(headers.get('location')).toBe(body.meta.location);
    expect(await userOf(id)).toEqual({
      id,
      name: 'givenName familyName',
      email: 'test_user_fd0ea19b@testuser.example',
      role: 'NONE',
      disabledAt: null,
      service: false,
      signsInWith: [],
    });
  });

  it('finds the user again, by each of the attributes it may match by and in any case', async () => {
    const { id } = created.body;
    for (const filter of [
      'userName eq "Test_User_ab6490ee@testuser.example"',
      'USERNAME EQ "test_user_AB6490EE@testuser.example"',
      'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"',
      'emails[type eq "work"].value eq "Test_User_fd0ea19b@testuser.example"',
      'emails.value eq "Test_User_fd0ea19b@testuser.example"',
      'emails[type eq "work" and value co "fd0ea19b"]',
      'userName sw "test_user_ab" and (active eq true or not (name.givenName pr))',
      `${USER}:userName eq "Test_User_ab6490ee@testuser.example"`,
    ]) {
      const { body } = await directory.send('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect([filter, body.totalResults, body.Resources[0]?.id]).toEqual([filter, 1, id]);
    }
    const none = await directory.send('GET', '/Users?filter=externalId eq "0A21F0F2-8d2a-4f8e-bf98-7363c4aed4ef"');
    expect(none.body.totalResults).toBe(0);
  });

  it('changes attributes with a capital Replace and Add', async () => {
    const id = await made('replaced');
    const { status, body } = await patch(
      `/Users/${id}`,
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updatedEmail@microsoft.example' },
      { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
      { op: 'Add', path: 'emails[type eq "other"].value', value: 'other@microsoft.example' },
      { op: 'Add', path: 'title', value: 'Engineer' },
      { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Research' },
      { op: 'Replace', path: 'displayName', value: [{ $ref: null, value: 'Ada Example' }] },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      displayName: 'Ada Example',
      name: { familyName: 'updatedFamilyName', givenName: 'givenName' },
      emails: [
        { primary: true, type: 'work', value: 'updatedEmail@microsoft.example' },
        { type: 'other', value: 'other@microsoft.example' },
      ],
    });
    expect(await userOf(id)).toMatchObject({ name: 'Ada Example', email: 'updatedemail@microsoft.example' });
  });

  it('changes several attributes by their paths in one value', async () => {
    const id = await made('several.attributes');
    const { status, body } = await patch(`/Users/${id}`, {
      op: 'replace',
      value: {
        displayName: 'Bjfe',
        'name.givenName': 'Kkom',
        'name.familyName': 'Unua',
        [`${ENTERPRISE}:employeeNumber`]: 'Aklq',
        [ENTERPRISE]: { division: 'x' },
      },
    });
    expect([status, body.displayName, body.name.givenName, body.name.familyName]).toEqual([
      200,
      'Bjfe',
      'Kkom',
      'Unua',
    ]);
  });

  it('makes a group, which gives a role once an ADMIN says which', async () => {
    const id = await made('first.member');
    const pushed = await directory.send('POST', '/Groups', {
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:Group',
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
      displayName: 'Bot developers',
      meta: { resourceType: 'Group' },
    });
    expect([pushed.status, pushed.body.members]).toEqual([201, []]);
    const groupId: string = pushed.body.id;
    const added = await addMember(groupId, id);
    expect(added.status).toBe(200);
    expect(await userOf(id)).toMatchObject({ role: 'NONE' });
    const { setScimGroupRole: group } = await app.gql(
      `mutation { setScimGroupRole(id: "${groupId}", role: DEVELOPER) { displayName role memberCount members { id } } }`,
    );
    expect(group).toEqual({ displayName: 'Bot developers', role: 'DEVELOPER', memberCount: 1, members: [{ id }] });
    expect(await userOf(id)).toMatchObject({ role: 'DEVELOPER' });
    expect((await directory.send('GET', `/Users/${id}`)).body.groups).toEqual([
      {
        value: groupId,
        $ref: `http://hooks.test/scim/v2/Groups/${groupId}`,
        display: 'Bot developers',
        type: 'direct',
      },
    ]);
  });

  it('reads groups without their members', async () => {
    const id = await made('unread.member');
    const groupId = await groupOf('Bot readers', id);
    const one = await directory.send('GET', `/Groups/${groupId}?excludedAttributes=members`);
    expect(one.body).toMatchObject({ displayName: 'Bot readers' });
    expect(one.body.members).toBeUndefined();
    const filter = encodeURIComponent('displayName eq "bot readers"');
    const list = await directory.send('GET', `/Groups?excludedAttributes=members&filter=${filter}`);
    expect(list.body).toMatchObject({ totalResults: 1, Resources: [{ id: groupId }] });
    expect(list.body.Resources[0].members).toBeUndefined();
    const member = encodeURIComponent(`id eq "${groupId}" and members eq "${id}"`);
    expect((await directory.send('GET', `/Groups?filter=${member}`)).body.totalResults).toBe(1);
  });

  it('takes one member away where it sends the member as a value, which leaves NONE', async () => {
    const [id, other] = [await made('leaving.member'), await made('staying.member')];
    const groupId = await groupOf('Bot leavers', id);
    await patch(`/Groups/${groupId}`, { op: 'Add', path: 'members', value: [{ value: other }] });
    expect(await userOf(other)).toMatchObject({ role: 'DEVELOPER' });
    await patch(`/Groups/${groupId}`, { op: 'Remove', path: 'members', value: [{ $ref: null, value: id }] });
    const { body } = await directory.send('GET', `/Groups/${groupId}`);
    expect(body.members.map((one: { value: string }) => one.value)).toEqual([other]);
    expect(await userOf(id)).toMatchObject({ role: 'NONE' });
  });

  it('ends sessions and tokens with the text "False", and lets in again with "True"', async () => {
    const id = await made('switched');
    const { email } = await userOf(id);
    await app.gql('mutation($id: ID!) { setPassword(userId: $id, password: "correct horse battery") }', { id });
    const signIn = () =>
      fetch(`${app.url}/console/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hookswitch-console': '1' },
        body: JSON.stringify({ email, password: 'correct horse battery' }),
      });
    const opened = await signIn();
    expect(opened.status).toBe(201);
    const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const whoAmI = async () =>
      (await fetch(`${app.url}/console/session`, { headers: { cookie, 'x-hookswitch-console': '1' } })).json();
    expect(await whoAmI()).toMatchObject({ viewer: { id } });

    const off = await patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' });
    expect([off.status, off.body.active]).toEqual([200, false]);
    expect(await whoAmI()).toEqual({ viewer: null });
    expect((await signIn()).status).toBe(401);
    expect(await userOf(id)).toMatchObject({ disabledAt: expect.any(String) });
    const found = await directory.send('GET', '/Users?filter=userName eq "Switched@testuser.example"');
    expect(found.body.Resources).toMatchObject([{ id, active: false }]);

    const on = await patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'True' });
    expect([on.status, on.body.active]).toEqual([200, true]);
    expect(await whoAmI()).toEqual({ viewer: null });
    expect((await signIn()).status).toBe(201);
  });

  it('deletes the user, who is disabled and unknown from then on, and comes back when made again', async () => {
    const id = await made('deleted');
    await groupOf('Bot deleters', id);
    expect((await directory.send('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await directory.send('GET', `/Users/${id}`)).status).toBe(404);
    expect((await directory.send('DELETE', `/Users/${id}`)).status).toBe(404);
    expect(await userOf(id)).toMatchObject({ role: 'NONE', disabledAt: expect.any(String) });
    const again = await directory.send('POST', '/Users', {
      userName: 'deleted@testuser.example',
      emails: [{ type: 'work', value: 'deleted@mail.example' }],
    });
    expect([again.status, again.body.id, again.body.active, again.body.groups]).toEqual([201, id, true, []]);
    expect(await userOf(id)).toMatchObject({ disabledAt: null });
  });

  it('is in the audit log in the name of the service account', async () => {
    const id = await made('audited');
    await patch(`/Users/${id}`, { op: 'Replace', path: 'displayName', value: 'Audited' });
    for (const active of ['False', 'True'])
      await patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: active });
    await groupOf('Bot auditors', id);
    const { auditLog } = await app.gql(
      'query($actor: String) { auditLog(first: 100, actor: $actor) { edges { node { actor action subject } } } }',
      { actor: 'Directory' },
    );
    const actions = auditLog.edges.map(({ node }: { node: { action: string } }) => node.action);
    for (const action of ['user.create', 'user.update', 'user.disable', 'user.enable', 'scim.provision'])
      expect(actions).toContain(action);
  });

  it('leaves the first token of the account to the ADMIN', async () => {
    expect(await app.gql('{ viewer { role } }', {}, ADMIN_TOKEN)).toEqual({ viewer: { role: 'ADMIN' } });
  });
});
