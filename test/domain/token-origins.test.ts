import { beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../../src/domain/access.js';
import { createDomain, type Domain } from '../../src/domain/domain.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';
import { plainPasswords } from '../support/plain-passwords.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PASSWORD = 'correct horse battery';
const ADDRESS = '192.0.2.1';

eachDatabase('what an API token makes', (database) => {
  let plane: ControlPlane;
  let domain: Domain;
  beforeAll(async () => {
    plane = await createControlPlane(database());
    domain = createDomain(plane.deps, plainPasswords);
  });

  const own = (viewer: Viewer, expiresAt: number | null = null) =>
    domain.apiTokens.create(viewer, { userId: viewer.id, name: 'own', expiresAt });
  const isGood = async (token: string) => (await domain.apiTokens.authenticate(token, ADDRESS)) !== null;
  async function whoHas(token: string): Promise<Viewer> {
    const viewer = await domain.apiTokens.authenticate(token, ADDRESS);
    if (!viewer) throw new Error('nobody has this token');
    return viewer;
  }
  async function revoke(token: string): Promise<void> {
    const identity = await domain.apiTokens.identify(token);
    await domain.apiTokens.revoke(plane.admin, identity?.tokenId ?? '');
  }
  const withPassword = (email: string) =>
    domain.consoleSessions.withPassword({ email, password: PASSWORD, address: ADDRESS, deviceProof: '' });

  it('ends when it expires: sessions, tokens, and what was made in the session', async () => {
    const short = await own(plane.admin, plane.clock.now() + MINUTE);
    const session = await domain.consoleSessions.withToken(short, ADDRESS);
    expect(session.expiresAt).toBe(plane.clock.now() + MINUTE);
    const made = [await own(await whoHas(short)), await own(await whoHas(session.token)), session.token];
    for (const token of made) expect(await isGood(token)).toBe(true);
    plane.clock.advance(MINUTE);
    for (const token of made) expect(await isGood(token)).toBe(false);
  });

  it('ends when it is revoked, down to what was made with what it made', async () => {
    const first = await own(plane.admin);
    const session = await domain.consoleSessions.withToken(first, ADDRESS);
    const second = await own(await whoHas(session.token));
    const third = await own(await whoHas(second));
    const used = await whoHas(second);
    await domain.consoleSessions.end(session.token, ADDRESS);
    expect([await isGood(session.token), await isGood(second)]).toEqual([false, true]);
    await revoke(first);
    for (const token of [first, second, third]) expect(await isGood(token)).toBe(false);
    await expect(own(used)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('stays when a person made it who had signed in with the password, and their session does not renew itself', async () => {
    const input = { name: 'Ada', email: 'ada@example.com', password: PASSWORD, role: 'DEVELOPER' as const };
    await domain.users.create(plane.admin, input);
    const session = await withPassword('ada@example.com');
    const token = await own(await whoHas(session.token));
    plane.clock.advance(1 * HOUR);
    const again = await domain.consoleSessions.withToken(session.token, ADDRESS);
    expect(again.expiresAt).toBe(session.expiresAt);
    await domain.consoleSessions.end(session.token, ADDRESS);
    expect([await isGood(again.token), await isGood(token)]).toEqual([false, true]);
  });

  describe('for another user', () => {
    it('is refused for everybody who could sign in or approve', async () => {
      const person = { name: 'Ben', email: 'ben@example.com', password: PASSWORD, role: 'DEVELOPER' as const };
      for (const { id } of [await domain.users.create(plane.admin, person), await plane.userAs('ADMIN')]) {
        const made = domain.apiTokens.create(plane.admin, { userId: id, name: 'not mine' });
        await expect(made).rejects.toMatchObject({ code: 'FORBIDDEN' });
      }
    });

    it('ends when that service user becomes an ADMIN', async () => {
      const service = await plane.userAs('DEVELOPER');
      const token = await domain.apiTokens.create(plane.admin, { userId: service.id, name: 'deployments' });
      expect(await isGood(token)).toBe(true);
      await domain.users.update(plane.admin, service.id, { role: 'ADMIN' });
      expect(await isGood(token)).toBe(false);
    });

    it('ends when the ADMIN who made it is disabled', async () => {
      const second = await plane.userAs('ADMIN');
      const service = await plane.userAs('DEVELOPER');
      const token = await domain.apiTokens.create(second, { userId: service.id, name: 'deployments' });
      await domain.users.disable(plane.admin, second.id);
      expect(await isGood(token)).toBe(false);
    });

    it('makes its requests requests of the ADMIN who made it, where four eyes are wanted', async () => {
      const service = await plane.userAs('DEVELOPER');
      await domain.apiTokens.create(plane.admin, { userId: service.id, name: 'deployments' });
      const bot = await domain.bots.create(service, { name: 'Bot' });
      const { app } = await domain.apps.create(service, { name: 'App' });
      const { approvalRequest } = await domain.channels.create(service, {
        botId: bot.id,
        name: 'Channel',
        mode: 'SYNC',
        enabled: true,
        appClientId: app.clientId,
      });
      const id = approvalRequest?.id ?? '';
      await domain.accounts.update(plane.admin, { fourEyes: true });
      await expect(domain.approvals.approve(plane.admin, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const third = await plane.userAs('ADMIN');
      await expect(domain.approvals.approve(third, id)).resolves.toMatchObject({ status: 'APPROVED' });
    });
  });
});
