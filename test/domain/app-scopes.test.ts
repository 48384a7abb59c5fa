import { beforeAll, expect, it } from 'vitest';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('administrative scopes', (database) => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await createControlPlane(database());
  });

  it('need two people where the account wants them', async () => {
    const { domain, admin } = plane;
    const second = await plane.userAs('ADMIN', 'second');
    await domain.accounts.update(admin, { fourEyes: true });
    const { app } = await domain.apps.create(admin, { name: 'deploy' });
    const input = { clientId: app.clientId, scopes: ['PUBLISH'] };
    await expect(domain.appScopes.grant(admin, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await domain.appScopes.request(admin, input);
    await expect(domain.appScopes.grant(admin, input)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await domain.appScopes.grant(second, input)).scopes).toMatchObject([
      { status: 'GRANTED', requestedBy: admin.id, grantedBy: second.id },
    ]);
    await domain.accounts.update(admin, { fourEyes: false });
  });

  it('make an app a viewer good for what was granted, and for nothing once it is revoked', async () => {
    const { domain, admin } = plane;
    const { app } = await domain.apps.create(admin, { name: 'deploy' });
    const { clientId, accountId } = app;
    await domain.appScopes.request(admin, { clientId, scopes: ['BOT_EXPORT'] });
    expect(await domain.appScopes.viewerFor({ accountId, clientId }, ['BOT_EXPORT'])).toBeNull();
    await domain.appScopes.grant(admin, { clientId, scopes: ['BOT_EXPORT'] });
    expect(await domain.appScopes.viewerFor({ accountId, clientId }, ['BOT_IMPORT'])).toBeNull();
    expect(await domain.appScopes.viewerFor({ accountId: 'ac-other', clientId }, ['BOT_EXPORT'])).toBeNull();
    const viewer = await domain.appScopes.viewerFor({ accountId, clientId }, ['BOT_EXPORT', 'BOT_IMPORT']);
    if (!viewer) throw new Error('there is no viewer');
    const bot = await domain.bots.create(admin, { name: 'Bot' });
    await expect(domain.transfer.exportBot(viewer, bot.id)).resolves.toMatchObject({ config: { name: 'Bot' } });
    await expect(domain.bots.remove(viewer, bot.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const { edges } = await domain.audit.list(admin, { action: 'bot.export' });
    expect(edges[0]?.node).toMatchObject({ actor: 'deploy', actorId: clientId, subject: bot.id });
    await domain.appScopes.revoke(admin, { clientId, scopes: ['BOT_EXPORT'] });
    expect(await domain.appScopes.viewerFor({ accountId, clientId }, ['BOT_EXPORT'])).toBeNull();
  });
});
