import { beforeAll, expect, it } from 'vitest';
import { bootstrap } from '../../src/domain/bootstrap.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

const outcomes = async (works: Promise<unknown>[]) =>
  (await Promise.allSettled(works)).map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code)).sort();

eachDatabase('at the same time', (database) => {
  let plane: ControlPlane;
  let botId: string;
  let clientId: string;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    botId = (await plane.domain.bots.create(plane.admin, { name: 'Travel' })).id;
    clientId = (await plane.domain.apps.create(plane.admin, { name: 'caller' })).app.clientId;
  });

  const create = (name: string) =>
    plane.domain.channels.create(plane.admin, { botId, name, mode: 'SYNC', appClientId: clientId, enabled: true });

  it('a first start happens once', async () => {
    expect(await bootstrap(plane.deps)).toBeNull();
    expect(await bootstrap(plane.deps, 'a-token-that-comes-too-late-0123456789')).toBeNull();
    expect(await database().read('accounts').select('id')).toHaveLength(1);
  });

  it('one of several saves under one name wins, and one channel has the plain URL', async () => {
    expect(await outcomes([create('same'), create('same'), create('same')])).toEqual(['CONFLICT', 'CONFLICT', 'done']);
    await Promise.all([create('a'), create('b'), create('c')]);
    const channels = (await plane.domain.channels.ofBots(plane.admin, [botId])).get(botId) ?? [];
    expect(channels.filter((channel) => channel.isDefault)).toHaveLength(1);
  });

  it('one of several decisions wins', async () => {
    const { approvalRequest } = await create('decided');
    const id = approvalRequest?.id ?? '';
    const { approvals } = plane.domain;
    const decisions = [
      approvals.approve(plane.admin, id),
      approvals.reject(plane.admin, id, 'no'),
      approvals.withdraw(plane.admin, id),
    ];
    expect(await outcomes(decisions)).toEqual(['CONFLICT', 'CONFLICT', 'done']);
  });

  it('versions are numbered without a gap', async () => {
    const { channel } = await create('published');
    const publish = () => plane.domain.publish.publish(plane.admin, { botId, channelIds: [channel.id] });
    const versions = await Promise.all([publish(), publish(), publish(), publish()]);
    expect(versions.map((version) => version.number).sort()).toEqual([1, 2, 3, 4]);
    const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'PENDING', first: 100 });
    expect(edges.filter(({ node }) => node.kind === 'PUBLISH')).toHaveLength(1);
  });

  it('an app is deleted or given to a channel, not both', async () => {
    const { app } = await plane.domain.apps.create(plane.admin, { name: 'contested' });
    const give = plane.domain.channels.create(plane.admin, {
      botId,
      name: 'contested',
      mode: 'SYNC',
      appClientId: app.clientId,
    });
    const [given, removed] = await Promise.allSettled([give, plane.domain.apps.remove(plane.admin, app.clientId)]);
    expect([given.status, removed.status].sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('every change has its entry in the audit log and none is there without its change', async () => {
    const count = async (table: string) => Number((await database().read(table).count({ total: '*' }))[0]?.total);
    await create('taken');
    const before = [await count('audit_entries'), await count('changes')];
    await expect(plane.domain.channels.update(plane.admin, { id: 'ivrInst-none', name: 'x' })).rejects.toThrow();
    await expect(create('taken')).rejects.toThrow();
    expect([await count('audit_entries'), await count('changes')]).toEqual(before);
  });
});
