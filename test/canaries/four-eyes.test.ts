import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Viewer } from '../../src/domain/access.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('a canary of an account that wants two people', (database) => {
  let plane: ControlPlane;
  let asker: Viewer;
  let other: Viewer;
  let botId: string;
  let canaryId: string;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    [asker, other] = [plane.admin, await plane.userAs('ADMIN')];
  });

  beforeEach(async () => {
    const { domain } = plane;
    await domain.accounts.update(asker, { fourEyes: false });
    const { clientId } = (await domain.apps.create(asker, { name: 'Caller' })).app;
    botId = (await domain.bots.create(asker, { name: 'Bot' })).id;
    const input = { botId, name: 'Web', mode: 'SYNC', appClientId: clientId, enabled: true } as const;
    const { channel, approvalRequest } = await domain.channels.create(asker, input);
    await domain.approvals.approve(asker, approvalRequest?.id ?? '');
    await domain.publish.publish(asker, { botId, channelIds: [channel.id], approve: true });
    await domain.accounts.update(asker, { fourEyes: true });
    await domain.publish.publish(asker, { botId, channelIds: [channel.id], canary: { share: 0.1 } });
    const { edges } = await domain.approvals.list(asker, { status: 'PENDING' });
    const request = edges.find(({ node }) => node.botId === botId)?.node.id ?? '';
    await expect(domain.approvals.approve(asker, request)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await domain.canaries.running(asker, [botId])).toEqual([]);
    await domain.approvals.approve(other, request);
    const [running] = await domain.canaries.running(asker, [botId]);
    canaryId = running?.id ?? '';
  });

  const actions = async () =>
    (await plane.domain.audit.list(other, { subject: botId })).edges.map(({ node: { action, actorId } }) => [
      action,
      actorId,
    ]);

  it('is promoted, and given a larger share, by another than who asked for it', async () => {
    const { canaries } = plane.domain;
    const refused = { code: 'FORBIDDEN', message: expect.stringContaining('another ADMIN') };
    await expect(canaries.promote(asker, canaryId)).rejects.toMatchObject(refused);
    await expect(canaries.update(asker, canaryId, 0.5)).rejects.toMatchObject(refused);
    expect(await canaries.running(asker, [botId])).toMatchObject([{ steps: [{ share: 0.1 }] }]);
    await canaries.update(other, canaryId, 0.5);
    expect(await canaries.promote(other, canaryId, 'No complaints')).toMatchObject({
      state: 'PROMOTED',
      endedBy: other.id,
      reason: 'No complaints',
    });
    expect(await actions()).toEqual(
      expect.arrayContaining([
        ['canary.begin', other.id],
        ['canary.update', other.id],
        ['canary.promote', other.id],
      ]),
    );
  });

  it('is given a smaller share, or rolled back, by who asked for it, too', async () => {
    const { canaries } = plane.domain;
    await canaries.update(asker, canaryId, 0.05);
    expect(await canaries.rollBack(asker, canaryId)).toMatchObject({ state: 'ROLLED_BACK', endedBy: asker.id });
    expect(await actions()).toEqual(expect.arrayContaining([['canary.roll-back', asker.id]]));
  });
});
