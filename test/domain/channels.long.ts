import { beforeAll, describe, expect, it } from 'vitest';
import { statusOf } from '../../src/domain/channels/blockers.js';
import type { ChannelInput } from '../../src/domain/channels/channel-input.js';
import { hookUrl } from '../../src/wire/hook-url.js';
import { hookV1 } from '../../src/wire/v1.js';
import { type ControlPlane, createControlPlane, POST_URL, PUBLIC_URL } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('webhook channels', (database) => {
  let plane: ControlPlane;
  let botId: string;
  let clientId: string;
  let names = 0;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    clientId = await newApp();
    botId = await newBot();
  });

  async function newApp(): Promise<string> {
    return (await plane.domain.apps.create(plane.admin, { name: 'caller' })).app.clientId;
  }
  async function newBot(): Promise<string> {
    return (await plane.domain.bots.create(plane.admin, { name: 'Travel' })).id;
  }
  const create = async (input: Partial<ChannelInput> = {}) => {
    names += 1;
    return plane.domain.channels.create(plane.admin, { botId, name: `channel ${names}`, mode: 'SYNC', ...input });
  };
  /** Enabled, with an app: a request waits for it. */
  const ask = (input: Partial<ChannelInput> = {}) => create({ appClientId: clientId, enabled: true, ...input });
  const update = (id: string, input: object) => plane.domain.channels.update(plane.admin, { id, ...input });
  const approve = (id: string | undefined) => plane.domain.approvals.approve(plane.admin, id ?? '');
  const read = async (id: string) => {
    const channel = await plane.domain.channels.get(plane.admin, id);
    if (!channel) throw new Error('the channel is gone');
    return channel;
  };
  const blockers = async (id: string) => (await plane.domain.channels.blockers(plane.admin, [await read(id)])).get(id);
  const request = async (id: string | undefined) => {
    const { edges } = await plane.domain.approvals.list(plane.admin, { first: 100 });
    return edges.find(({ node }) => node.id === id)?.node;
  };

  describe('saved', () => {
    it('gives the plain URL to the first channel of a bot and never moves it unasked', async () => {
      const own = await newBot();
      const first = await create({ botId: own });
      const second = await create({ botId: own });
      expect(hookUrl(PUBLIC_URL, first.channel, hookV1)).toBe(`${PUBLIC_URL}/chatbot/hooks/${own}`);
      expect(hookUrl(PUBLIC_URL, second.channel, hookV1)).toBe(
        `${PUBLIC_URL}/chatbot/hooks/${own}/hookInstance/${second.channel.id}`,
      );
      await plane.domain.channels.remove(plane.admin, first.channel.id);
      expect((await read(second.channel.id)).isDefault).toBe(false);
      expect((await create({ botId: own })).channel.isDefault).toBe(false);
    });

    it('moves the plain URL where it is told to', async () => {
      const own = await newBot();
      const [first, second] = [await create({ botId: own }), await create({ botId: own })];
      await update(second.channel.id, { isDefault: true });
      expect([(await read(first.channel.id)).isDefault, (await read(second.channel.id)).isDefault]).toEqual([
        false,
        true,
      ]);
      await expect(update(second.channel.id, { isDefault: false })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    });

    it('is a placeholder without an app, and asks nobody', async () => {
      const saved = await create({ enabled: true });
      expect(saved.approvalRequest).toBeNull();
      expect(statusOf(saved.channel)).toBe('NEEDS_CONFIGURATION');
      expect(saved.message).toBe(
        `The webhook channel "${saved.channel.name}" has been saved successfully. Associate an app with it to make it work.`,
      );
      expect(await blockers(saved.channel.id)).toEqual(['NO_APP', 'BOT_NOT_PUBLISHED']);
    });

    it('asks for approval once it is enabled with an app, asynchronous also with a POST URL', async () => {
      const sync = await ask();
      expect(sync.approvalRequest).toMatchObject({ kind: 'CHANNEL', status: 'PENDING', requestedBy: plane.admin.id });
      expect(sync.message).toContain('A request has been sent to the Bots Admin for approval.');
      expect(statusOf(sync.channel)).toBe('AWAITING_APPROVAL');
      const async = await ask({ mode: 'ASYNC' });
      expect(async.approvalRequest).toBeNull();
      expect(await blockers(async.channel.id)).toEqual(['NO_POST_URL', 'BOT_NOT_PUBLISHED']);
      expect((await update(async.channel.id, { postUrl: POST_URL })).approvalRequest).toMatchObject({
        kind: 'CHANNEL',
      });
    });

    it('shows the signing secret of an asynchronous channel once', async () => {
      const saved = await create({ mode: 'ASYNC' });
      expect(saved.signingSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      expect((await update(saved.channel.id, { name: 'renamed once' })).signingSecret).toBeNull();
      const rotated = await plane.domain.channels.rotateSigningSecret(plane.admin, saved.channel.id, {
        overlapSeconds: 60,
      });
      expect(rotated.signingSecret).not.toBe(saved.signingSecret);
      expect(rotated.channel.previousSigningSecretValidUntil).toBe(plane.clock.now() + 60_000);
      await expect(
        plane.domain.channels.rotateSigningSecret(plane.admin, saved.channel.id, { overlapSeconds: 604_801 }),
      ).rejects.toMatchObject({
        details: { field: 'overlapSeconds' },
      });
    });

    it('refuses a name that another channel of the bot has, until that one is deleted', async () => {
      const taken = await create({ name: 'taken' });
      const other = await create();
      await expect(create({ name: 'taken' })).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(update(other.channel.id, { name: ' taken ' })).rejects.toMatchObject({ code: 'CONFLICT' });
      await plane.domain.channels.remove(plane.admin, taken.channel.id);
      await expect(create({ name: 'taken' })).resolves.toMatchObject({ channel: { name: 'taken' } });
    });

    it.each([
      ['name', { name: '  ' }],
      ['postUrl', { postUrl: 'http://receiver.example.com' }],
      ['postUrl', { postUrl: 'https://127.0.0.1/' }],
      ['postUrl', { postUrl: 'nonsense' }],
      ['accessToken', { accessToken: 'with\nbreak' }],
    ])('refuses a wrong %s and saves nothing', async (field, input) => {
      const saved = await create();
      await expect(update(saved.channel.id, input)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { field },
      });
      await expect(create({ ...input })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { field } });
      expect(await read(saved.channel.id)).toEqual(saved.channel);
    });

    it('refuses to empty what cannot be empty, and an app or bot that is not there', async () => {
      const { channel } = await create();
      await expect(update(channel.id, { mode: null })).rejects.toMatchObject({ details: { field: 'mode' } });
      await expect(update(channel.id, { appClientId: 'cs-none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(create({ botId: 'st-none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('keeps no secret in the audit log', async () => {
      const saved = await ask({ mode: 'ASYNC', postUrl: POST_URL, accessToken: 'very-secret-token' });
      await update(saved.channel.id, { accessToken: 'another-secret-token' });
      const log = JSON.stringify(await database().read('audit_entries').select('*'));
      expect(log).not.toMatch(/secret-token|whsec_/);
      expect(log).toContain(saved.channel.id);
    });
  });

  describe('approved', () => {
    it('serves the approved configuration while an upgrade waits and after it was rejected', async () => {
      const saved = await ask({ mode: 'ASYNC', postUrl: POST_URL, accessToken: 'first' });
      await approve(saved.approvalRequest?.id);
      const upgrade = await update(saved.channel.id, { postUrl: `${POST_URL}/2`, accessToken: 'second' });
      expect(upgrade.approvalRequest).toMatchObject({
        kind: 'CHANNEL_UPGRADE',
        changes: {
          channel: {
            postUrl: { from: POST_URL, to: `${POST_URL}/2` },
            accessToken: { from: 'set', to: 'another one' },
          },
        },
      });
      expect(statusOf(upgrade.channel)).toBe('APPROVED');
      expect(await read(saved.channel.id)).toMatchObject({ postUrl: `${POST_URL}/2`, approvedPostUrl: POST_URL });
      await plane.domain.approvals.reject(plane.admin, upgrade.approvalRequest?.id ?? '', 'not this one');
      expect(await read(saved.channel.id)).toMatchObject({ postUrl: `${POST_URL}/2`, approvedPostUrl: POST_URL });
      expect(await blockers(saved.channel.id)).toEqual(['BOT_NOT_PUBLISHED']);
    });

    it('takes the upgrade over when it is approved', async () => {
      const saved = await ask();
      await approve(saved.approvalRequest?.id);
      const other = await newApp();
      const upgrade = await update(saved.channel.id, { appClientId: other });
      expect((await read(saved.channel.id)).approvedClientId).toBe(clientId);
      await approve(upgrade.approvalRequest?.id);
      expect((await read(saved.channel.id)).approvedClientId).toBe(other);
    });

    it('needs no request for other settings, nor when what was approved is saved again', async () => {
      const saved = await ask({ mode: 'ASYNC', postUrl: POST_URL, accessToken: 'first' });
      await approve(saved.approvalRequest?.id);
      expect(
        (await update(saved.channel.id, { name: 'other', textForm: 'ARRAY', enablePolling: false })).approvalRequest,
      ).toBeNull();
      const upgrade = await update(saved.channel.id, { accessToken: 'second' });
      expect((await update(saved.channel.id, { accessToken: 'first' })).approvalRequest).toBeNull();
      expect((await request(upgrade.approvalRequest?.id))?.status).toBe('WITHDRAWN');
      await update(saved.channel.id, { enabled: false });
      expect((await update(saved.channel.id, { enabled: true })).approvalRequest).toBeNull();
      expect(await blockers(saved.channel.id)).toEqual(['BOT_NOT_PUBLISHED']);
    });

    it('stops at once when its app is taken away, and works again with the same app', async () => {
      const saved = await ask();
      await approve(saved.approvalRequest?.id);
      await update(saved.channel.id, { appClientId: null });
      expect(await blockers(saved.channel.id)).toEqual(['NO_APP', 'BOT_NOT_PUBLISHED']);
      expect((await update(saved.channel.id, { appClientId: clientId })).approvalRequest).toBeNull();
      expect(await blockers(saved.channel.id)).toEqual(['BOT_NOT_PUBLISHED']);
    });

    it('goes on with the approved mode while another is only half configured', async () => {
      const saved = await ask();
      await approve(saved.approvalRequest?.id);
      expect((await update(saved.channel.id, { mode: 'ASYNC' })).approvalRequest).toBeNull();
      expect(await read(saved.channel.id)).toMatchObject({ mode: 'ASYNC', approvedMode: 'SYNC' });
      expect(await blockers(saved.channel.id)).toEqual(['BOT_NOT_PUBLISHED']);
    });
  });

  describe('a request', () => {
    it('is withdrawn by a newer save, by disabling and by deleting; deciding it then is a conflict', async () => {
      const saved = await ask();
      const again = await update(saved.channel.id, { mode: 'ASYNC', postUrl: POST_URL });
      await expect(approve(saved.approvalRequest?.id)).rejects.toMatchObject({ code: 'CONFLICT' });
      await update(saved.channel.id, { enabled: false });
      await expect(approve(again.approvalRequest?.id)).rejects.toMatchObject({ code: 'CONFLICT' });
      const third = await update(saved.channel.id, { enabled: true });
      await plane.domain.channels.remove(plane.admin, saved.channel.id);
      await expect(approve(third.approvalRequest?.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('is decided once, needs a reason to be rejected, and can be asked again by saving', async () => {
      const saved = await ask();
      const id = saved.approvalRequest?.id ?? '';
      await expect(plane.domain.approvals.reject(plane.admin, id, '  ')).rejects.toMatchObject({
        details: { field: 'reason' },
      });
      await plane.domain.approvals.reject(plane.admin, id, 'wrong app');
      expect(statusOf(await read(saved.channel.id))).toBe('REJECTED');
      expect(await blockers(saved.channel.id)).toEqual(['REJECTED', 'BOT_NOT_PUBLISHED']);
      for (const decide of [() => approve(id), () => plane.domain.approvals.withdraw(plane.admin, id)]) {
        await expect(decide()).rejects.toMatchObject({ code: 'CONFLICT' });
      }
      expect((await update(saved.channel.id, { name: 'asked again' })).approvalRequest).toMatchObject({
        kind: 'CHANNEL',
      });
      expect(statusOf(await read(saved.channel.id))).toBe('AWAITING_APPROVAL');
    });

    it('is for admins to decide, and with four eyes for another one than who asked', async () => {
      const developer = await plane.userAs('DEVELOPER');
      const saved = await ask();
      const id = saved.approvalRequest?.id ?? '';
      await expect(plane.domain.approvals.approve(developer, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await plane.domain.accounts.update(plane.admin, { fourEyes: true });
      try {
        await expect(approve(id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
        const second = await plane.userAs('ADMIN');
        await expect(plane.domain.approvals.approve(second, id, 'fine')).resolves.toMatchObject({
          status: 'APPROVED',
          reason: 'fine',
          decidedBy: second.id,
        });
      } finally {
        await plane.domain.accounts.update(plane.admin, { fourEyes: false });
      }
    });

    it('is decided by the settings of the account where they say so', async () => {
      await plane.domain.accounts.update(plane.admin, { autoApprove: ['CHANNEL'] });
      try {
        const saved = await ask();
        expect(saved.approvalRequest).toMatchObject({ status: 'APPROVED', decidedBy: null });
        expect(statusOf(saved.channel)).toBe('APPROVED');
        const upgrade = await update(saved.channel.id, { mode: 'ASYNC', postUrl: POST_URL });
        expect(upgrade.approvalRequest).toMatchObject({ kind: 'CHANNEL_UPGRADE', status: 'PENDING' });
      } finally {
        await plane.domain.accounts.update(plane.admin, { autoApprove: [] });
      }
    });
  });

  describe('suspended', () => {
    it('refuses until it is resumed, by an admin and with a reason', async () => {
      const saved = await ask();
      await approve(saved.approvalRequest?.id);
      const developer = await plane.userAs('DEVELOPER');
      await expect(plane.domain.channels.suspend(developer, saved.channel.id, 'x')).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
      await plane.domain.channels.suspend(plane.admin, saved.channel.id, 'misused');
      expect(statusOf(await read(saved.channel.id))).toBe('SUSPENDED');
      expect(await blockers(saved.channel.id)).toEqual(['SUSPENDED', 'BOT_NOT_PUBLISHED']);
      await expect(plane.domain.channels.suspend(plane.admin, saved.channel.id, 'x')).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      await plane.domain.channels.resume(plane.admin, saved.channel.id);
      expect(statusOf(await read(saved.channel.id))).toBe('APPROVED');
      await expect(plane.domain.channels.resume(plane.admin, saved.channel.id)).rejects.toMatchObject({
        code: 'CONFLICT',
      });
    });
  });

  describe('apps', () => {
    it('are not deleted while a channel uses them, as saved or as approved', async () => {
      const [old, other] = [await newApp(), await newApp()];
      const saved = await ask({ appClientId: old });
      await approve(saved.approvalRequest?.id);
      await update(saved.channel.id, { appClientId: other });
      for (const id of [old, other]) {
        await expect(plane.domain.apps.remove(plane.admin, id)).rejects.toMatchObject({ code: 'CONFLICT' });
      }
      await plane.domain.channels.remove(plane.admin, saved.channel.id);
      await plane.domain.apps.remove(plane.admin, old);
      expect(await plane.domain.apps.get(plane.admin, old)).toBeNull();
    });

    it('show their secret once and keep the previous one for the overlap', async () => {
      const { app, clientSecret } = await plane.domain.apps.create(plane.admin, { name: 'long', algorithm: 'HS512' });
      expect(Buffer.from(clientSecret, 'base64url').length).toBeGreaterThanOrEqual(64);
      const rotated = await plane.domain.apps.rotateSecret(plane.admin, app.clientId);
      expect(rotated.previousSecretValidUntil).toBe(plane.clock.now() + 86_400_000);
      expect(rotated.clientSecret).not.toBe(clientSecret);
      expect(
        (await plane.domain.apps.rotateSecret(plane.admin, app.clientId, { overlapSeconds: 0 })).app
          .previousSecretCipher,
      ).toBeNull();
      const rows = JSON.stringify(await database().read('apps').select('*'));
      expect(rows).not.toContain(clientSecret);
    });
  });

  it('tells memory of every change once it is committed', async () => {
    const before = plane.changesSeen();
    await create();
    expect(plane.changesSeen()).toBe(before + 1);
    await expect(create({ name: '' })).rejects.toThrow();
    expect(plane.changesSeen()).toBe(before + 1);
  });
});
