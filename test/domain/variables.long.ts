import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Viewer } from '../../src/domain/access.js';
import type { BotRecord } from '../../src/store/tables/bots.js';
import type { ChannelRecord } from '../../src/store/tables/channels.js';
import { botOfVersion } from '../../src/store/tables/open-versions.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('the variables of a bot', (database) => {
  let plane: ControlPlane;
  let developer: Viewer;
  let second: Viewer;
  let bot: BotRecord;
  let channel: ChannelRecord;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    developer = await plane.userAs('DEVELOPER');
    second = await plane.userAs('ADMIN');
  });

  beforeEach(async () => {
    const { domain, admin } = plane;
    const { app } = await domain.apps.create(admin, { name: `App ${Math.random()}` });
    bot = await domain.bots.create(developer, { name: 'Bot' });
    const saved = await domain.channels.create(developer, {
      botId: bot.id,
      name: 'Channel',
      mode: 'SYNC',
      enabled: true,
      appClientId: app.clientId,
    });
    await domain.approvals.approve(admin, saved.approvalRequest?.id ?? '');
    ({ channel } = saved);
  });

  const set = (viewer: Viewer, key: string, value: string, secured = false) =>
    plane.domain.bots.setVariable(viewer, { botId: bot.id, key, value, secured });
  const publish = () => plane.domain.publish.publish(developer, { botId: bot.id, channelIds: [channel.id] });
  async function request() {
    const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'PENDING', first: 100 });
    const found = edges.find(({ node }) => node.botId === bot.id)?.node;
    if (!found) throw new Error('nothing waits');
    return found;
  }
  async function approve(viewer = plane.admin) {
    const { id, changes } = await request();
    await plane.domain.approvals.approve(viewer, id);
    return changes.variables;
  }
  /** What the live version sees, with secrets opened. */
  async function inForce(): Promise<Record<string, string>> {
    const [{ liveVersionId } = { liveVersionId: null }] = await plane.domain.bots.byIds(plane.admin, [bot.id]);
    const found = await botOfVersion(database().read, liveVersionId ?? '');
    return Object.fromEntries(
      (found?.variables ?? []).map(({ botId, key, value, valueCipher }) => [
        key,
        valueCipher === null
          ? (value ?? '')
          : plane.vault.open(valueCipher, `bot_variables.value_cipher:${botId}/${key}`),
      ]),
    );
  }
  const shown = async () => (await plane.domain.bots.variablesOf(developer, [bot.id])).get(bot.id);
  async function goLive() {
    await set(developer, 'HOST', 'api.example.com');
    await set(developer, 'KEY', 'k-1', true);
    await publish();
    return approve();
  }

  it('act at once before anybody was asked, and the first publish shows them, but no secret', async () => {
    expect(await set(developer, 'HOST', 'early.example.com')).toMatchObject({ waiting: false });
    expect(await goLive()).toEqual([
      { variable: 'HOST', from: null, to: 'api.example.com' },
      { variable: 'KEY', from: null, to: 'a secured value' },
    ]);
    expect(await inForce()).toEqual({ HOST: 'api.example.com', KEY: 'k-1' });
  });

  it('are changed on a live bot by a publish that an ADMIN approves, and not before', async () => {
    await goLive();
    expect(await set(developer, 'HOST', 'evil.example.com')).toMatchObject({
      value: 'evil.example.com',
      waiting: true,
      servingValue: 'api.example.com',
    });
    await set(developer, 'KEY', 'k-2', true);
    await set(developer, 'NEW', 'n');
    expect(await inForce()).toEqual({ HOST: 'api.example.com', KEY: 'k-1' });
    await publish();
    expect(await inForce()).toEqual({ HOST: 'api.example.com', KEY: 'k-1' });
    expect(await approve()).toEqual([
      { variable: 'HOST', from: 'api.example.com', to: 'evil.example.com' },
      { variable: 'KEY', from: 'a secured value', to: 'a secured value' },
      { variable: 'NEW', from: null, to: 'n' },
    ]);
    expect(await inForce()).toEqual({ HOST: 'evil.example.com', KEY: 'k-2', NEW: 'n' });
    expect((await shown())?.map(({ key, waiting }) => [key, waiting])).toEqual([
      ['HOST', false],
      ['KEY', false],
      ['NEW', false],
    ]);
  });

  it('are approved as they were when the approval was asked for', async () => {
    await set(developer, 'HOST', 'api.example.com');
    await publish();
    expect(await set(developer, 'HOST', 'evil.example.com')).toMatchObject({ waiting: true });
    await approve();
    expect(await inForce()).toEqual({ HOST: 'api.example.com' });
    await publish();
    await set(developer, 'HOST', 'worse.example.com');
    await approve();
    expect(await inForce()).toEqual({ HOST: 'evil.example.com' });
    expect(await shown()).toMatchObject([{ value: 'worse.example.com', waiting: true }]);
  });

  it('wait no more when they are set back to what serves', async () => {
    await goLive();
    await set(developer, 'HOST', 'evil.example.com');
    expect(await set(developer, 'HOST', 'api.example.com')).toMatchObject({ waiting: false });
  });

  it('act at once when an ADMIN changes them, who could approve alone', async () => {
    await goLive();
    await set(developer, 'HOST', 'evil.example.com');
    expect(await set(plane.admin, 'HOST', 'new.example.com')).toMatchObject({ waiting: false });
    expect(await inForce()).toMatchObject({ HOST: 'new.example.com' });
  });

  describe('under the settings of the account', () => {
    it('wait also for an ADMIN where four eyes are wanted, for another one', async () => {
      await goLive();
      await plane.domain.accounts.update(plane.admin, { fourEyes: true });
      try {
        expect(await set(plane.admin, 'HOST', 'new.example.com')).toMatchObject({ waiting: true });
        await publish();
        await approve(second);
        expect(await inForce()).toMatchObject({ HOST: 'new.example.com' });
      } finally {
        await plane.domain.accounts.update(plane.admin, { fourEyes: false });
      }
    });

    it('act at once where publishes are approved by themselves', async () => {
      await goLive();
      await plane.domain.accounts.update(plane.admin, { autoApprove: ['PUBLISH_UPGRADE'] });
      try {
        expect(await set(developer, 'HOST', 'new.example.com')).toMatchObject({ waiting: false });
      } finally {
        await plane.domain.accounts.update(plane.admin, { autoApprove: [] });
      }
    });
  });

  it('are left alone by a roll back', async () => {
    await goLive();
    await set(developer, 'HOST', 'second.example.com');
    await publish();
    await approve();
    await plane.domain.publish.rollback(developer, { botId: bot.id, versionNumber: 1 });
    expect(await approve()).toBeUndefined();
    expect(await inForce()).toMatchObject({ HOST: 'second.example.com' });
  });

  it.each(['FULL', 'INCREMENTAL'] as const)('wait, too, when a %s import brings them to a live bot', async (mode) => {
    await goLive();
    const { definition } = await plane.domain.transfer.exportBot(developer, bot.id);
    const variable = { variableType: 'env', key: 'HOST', value: 'evil.example.com', isSecured: false };
    const report = await plane.domain.transfer.importBot(developer, {
      definition,
      config: { envVariables: [variable] },
      mode,
      botId: bot.id,
    });
    expect(report.warnings).toContainEqual({
      path: 'config.envVariables[HOST]',
      message: 'The variable "HOST" waits: it comes into force when a publish of this bot is approved.',
    });
    expect(await inForce()).toEqual({ HOST: 'api.example.com', KEY: 'k-1' });
    const config = (await plane.domain.transfer.exportBot(developer, bot.id)).config as { envVariables: unknown[] };
    expect(config.envVariables).toContainEqual(expect.objectContaining({ key: 'HOST', value: 'evil.example.com' }));
  });
});
