import { beforeAll, expect, it } from 'vitest';
import { migrationSource } from '../../migrations/index.js';
import type { Viewer } from '../../src/domain/access.js';
import type { PersonInput } from '../../src/domain/directory/person.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

const person = (userName: string, more: Partial<PersonInput> = {}): PersonInput => ({
  userName,
  externalId: null,
  displayName: null,
  name: {},
  emails: [],
  active: true,
  ...more,
});

eachDatabase('a directory', (database) => {
  let plane: ControlPlane;
  let directory: Viewer;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    const { domain, admin } = plane;
    const { id } = await domain.users.createServiceAccount(admin, { name: 'Directory', role: 'NONE' });
    const token = await domain.apiTokens.create(admin, { userId: id, name: 'SCIM', actions: ['scim.provision'] });
    const viewer = await domain.apiTokens.authenticate(token, '127.0.0.1');
    if (!viewer) throw new Error('the token does not authenticate');
    directory = viewer;
  });

  it('makes a person once, though it asks twice at the same time', async () => {
    const { people } = plane.domain.directory;
    const made = await Promise.allSettled([
      people.create(directory, person('twin@example.com')),
      people.create(directory, person('Twin@example.com')),
    ]);
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await people.list(directory, { userName: 'TWIN@example.com' })).toHaveLength(1);
  });

  it('gives a person the strongest role of their groups, and ends the tokens that others made for a new ADMIN', async () => {
    const { domain, admin } = plane;
    const { people, groups } = domain.directory;
    const { id } = await domain.users.create(admin, { name: 'Ada', email: 'ada@example.com', role: 'VIEWER' });
    const token = await domain.apiTokens.create(admin, { userId: id, name: 'by an ADMIN' });
    const group = await groups.create(directory, { name: 'Admins', externalId: 'x', memberIds: [id] });
    expect((await domain.apiTokens.authenticate(token, '127.0.0.1'))?.role).toBe('VIEWER');
    await groups.setRole(admin, { id: group.id, role: 'ADMIN' });
    expect(await domain.apiTokens.authenticate(token, '127.0.0.1')).toBeNull();
    expect((await domain.users.byIds(admin, [id]))[0]?.role).toBe('ADMIN');
    await people.remove(directory, id, () => {});
    expect((await domain.users.byIds(admin, [id]))[0]).toMatchObject({ role: 'NONE', disabledAt: expect.any(Number) });
    expect((await groups.get(directory, group.id)).members).toEqual([]);
    const back = await people.create(directory, person('ada', { emails: [{ value: 'ADA@example.com' }] }));
    expect([back.id, back.active, back.userName]).toEqual([id, true, 'ada']);
  });

  it('changes nothing of a group whose members are not all known', async () => {
    const { groups } = plane.domain.directory;
    const { id, name } = await groups.create(directory, { name: 'Whole', externalId: null, memberIds: [] });
    const change = groups.change(directory, id, () => ({ name: 'Half', externalId: null, memberIds: ['u-none'] }));
    await expect(change).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await groups.get(directory, id)).toMatchObject({ name, members: [] });
  });

  it('fills and empties a group of some thousand members', async () => {
    const { groups } = plane.domain.directory;
    const { write } = database();
    const ids = Array.from({ length: 2_000 }, (_, n) => `u-many${n}`);
    const user = { account_id: plane.admin.accountId, role: 'NONE', created_at: 1, person: true };
    for (let at = 0; at < ids.length; at += 100)
      await write('users').insert(ids.slice(at, at + 100).map((id) => ({ ...user, id, name: id, email: `${id}@x.y` })));
    const { id } = await groups.create(directory, { name: 'Many', externalId: null, memberIds: ids });
    expect((await groups.get(directory, id)).members).toHaveLength(2_000);
    await groups.change(directory, id, () => ({ name: 'Many', externalId: null, memberIds: ids.slice(0, 1) }));
    expect((await groups.get(directory, id)).members).toEqual([{ id: ids[0], name: ids[0] }]);
  });

  it('leaves users as they were where its tables are taken away and made again', async () => {
    const { write } = database();
    const name = '20261128212000_scim';
    const { people, groups } = plane.domain.directory;
    await people.create(directory, person('stays@example.com'));
    const before = await write('users').orderBy('id');
    await write.migrate.down({ migrationSource, name } as never); // knex takes a name, its types do not
    expect(await write('users').orderBy('id')).toEqual(before);
    await write.migrate.up({ migrationSource, name } as never);
    expect(await groups.list(directory, 'WITH_MEMBERS')).toEqual([]);
    const found = await people.list(directory, { userName: 'stays@example.com' });
    expect(found).toMatchObject([{ userName: 'stays@example.com', externalId: null }]);
  });
});
