import { beforeAll, describe, expect, it } from 'vitest';
import { openEngineSecrets } from '../../src/domain/bots/engine-settings.js';
import { findBotVersions, overridesInForce } from '../../src/store/tables/bot-versions.js';
import type { BotRecord } from '../../src/store/tables/bots.js';
import type { ChannelRecord } from '../../src/store/tables/channels.js';
import { botOfVersion } from '../../src/store/tables/open-versions.js';
import { stateOfBot } from '../support/bot-state.js';
import { type ControlPlane, createControlPlane, POST_URL } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('publishing', (database) => {
  let plane: ControlPlane;
  let clientId: string;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    clientId = (await plane.domain.apps.create(plane.admin, { name: 'caller' })).app.clientId;
  });

  const state = (bot: BotRecord) => stateOfBot(plane, bot.id);
  const read = async (bot: BotRecord) => {
    const [fresh] = await plane.domain.bots.byIds(plane.admin, [bot.id]);
    if (!fresh) throw new Error('the bot is gone');
    return fresh;
  };
  const newBot = (name = 'Travel') => plane.domain.bots.create(plane.admin, { name });
  const newChannel = async (bot: BotRecord, name = 'web', more = {}): Promise<ChannelRecord> => {
    plane.clock.advance(1);
    const saved = await plane.domain.channels.create(plane.admin, {
      botId: bot.id,
      name,
      mode: 'SYNC',
      appClientId: clientId,
      enabled: true,
      ...more,
    });
    if (saved.approvalRequest) await plane.domain.approvals.approve(plane.admin, saved.approvalRequest.id);
    const [channel] = await plane.domain.channels.byIds(plane.admin, [saved.channel.id]);
    if (!channel) throw new Error('the channel is gone');
    return channel;
  };
  const publish = (bot: BotRecord, channels: readonly ChannelRecord[], comment?: string) =>
    plane.domain.publish.publish(plane.admin, {
      botId: bot.id,
      channelIds: channels.map((channel) => channel.id),
      comment: comment ?? null,
    });
  const waiting = async (bot: BotRecord) => {
    const { edges } = await plane.domain.approvals.list(plane.admin, { status: 'PENDING', first: 100 });
    return edges.map(({ node }) => node).filter((request) => request.botId === bot.id && request.kind === 'PUBLISH');
  };
  const approve = async (bot: BotRecord) => {
    for (const request of await waiting(bot)) await plane.domain.approvals.approve(plane.admin, request.id);
  };
  const publishLive = async (bot: BotRecord, channels: readonly ChannelRecord[]) => {
    const version = await publish(bot, channels);
    await approve(bot);
    return version;
  };
  const statuses = async (bot: BotRecord) => {
    const page = (await plane.domain.publish.versionsOf(plane.admin, [bot.id], { first: 50 })).get(bot.id);
    return page?.edges.map(({ node }) => `${node.number} ${node.status}`);
  };
  const blockers = async (channel: ChannelRecord) => {
    const [fresh] = await plane.domain.channels.byIds(plane.admin, [channel.id]);
    return fresh && (await plane.domain.channels.blockers(plane.admin, [fresh])).get(channel.id);
  };
  const channelsOf = async (bot: BotRecord) =>
    (await plane.domain.channels.ofBots(plane.admin, [bot.id])).get(bot.id) ?? [];

  describe('a bot', () => {
    it('goes from nothing to publish over configured and awaiting approval to published', async () => {
      const bot = await newBot();
      expect(await state(bot)).toBe('IN_PROGRESS');
      const channel = await newChannel(bot);
      expect(await state(bot)).toBe('CONFIGURED');
      expect(await blockers(channel)).toEqual(['BOT_NOT_PUBLISHED']);
      await publish(bot, [channel]);
      expect(await state(bot)).toBe('AWAITING_APPROVAL');
      await approve(bot);
      expect(await state(bot)).toBe('PUBLISHED');
      expect(await blockers(channel)).toEqual([]);
    });

    it('says that it was edited since, until that is published', async () => {
      const bot = await newBot();
      const channel = await newChannel(bot);
      await publishLive(bot, [channel]);
      await plane.domain.bots.update(plane.admin, { id: bot.id, name: 'another name' });
      expect(await state(bot)).toBe('PUBLISHED');
      await plane.domain.bots.update(plane.admin, { id: bot.id, sessionTimeoutMinutes: 30 });
      expect(await state(bot)).toBe('UPGRADE_IN_PROGRESS');
      await publishLive(bot, [channel]);
      expect(await state(bot)).toBe('PUBLISHED');
      expect(await statuses(bot)).toEqual(['2 LIVE', '1 SUPERSEDED']);
    });

    it('is rejected with a reason, which leaves what is live alone', async () => {
      const bot = await newBot();
      const channel = await newChannel(bot);
      await publish(bot, [channel]);
      const [request] = await waiting(bot);
      await plane.domain.approvals.reject(plane.admin, request?.id ?? '', 'too early');
      expect(await state(bot)).toBe('REJECTED');
      await publishLive(bot, [channel]);
      await publish(bot, [channel]);
      const [second] = await waiting(bot);
      await plane.domain.approvals.reject(plane.admin, second?.id ?? '', 'not again');
      expect(await state(bot)).toBe('PUBLISHED');
      expect(await statuses(bot)).toEqual(['3 REJECTED', '2 LIVE', '1 REJECTED']);
    });

    it('is suspended and resumed by an admin, with all its channels', async () => {
      const bot = await newBot();
      const channel = await newChannel(bot);
      await publishLive(bot, [channel]);
      await plane.domain.bots.suspend(plane.admin, bot.id, 'under review');
      expect([await state(bot), await blockers(channel)]).toEqual(['SUSPENDED', ['BOT_SUSPENDED']]);
      await expect(plane.domain.bots.suspend(plane.admin, bot.id, 'x')).rejects.toMatchObject({ code: 'CONFLICT' });
      await plane.domain.bots.resume(plane.admin, bot.id);
      expect([await state(bot), await blockers(channel)]).toEqual(['PUBLISHED', []]);
    });

    it('goes with its channels and requests when it is deleted, and is not found after', async () => {
      const bot = await newBot();
      const channel = await newChannel(bot);
      await publish(bot, [channel]);
      const [request] = await waiting(bot);
      await plane.domain.bots.remove(plane.admin, bot.id);
      expect(await plane.domain.bots.get(plane.admin, bot.id)).toBeNull();
      expect(await plane.domain.channels.get(plane.admin, channel.id)).toBeNull();
      await expect(plane.domain.approvals.approve(plane.admin, request?.id ?? '')).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      await expect(publish(bot, [channel])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('takes its waiting requests back with an audit entry each when it is deleted', async () => {
      const bot = await newBot();
      const channel = await newChannel(bot);
      const version = await publish(bot, [channel]);
      const saved = await plane.domain.channels.update(plane.admin, {
        id: channel.id,
        mode: 'ASYNC',
        postUrl: POST_URL,
      });
      const [request] = await waiting(bot);
      await plane.domain.bots.remove(plane.admin, bot.id);
      const { edges } = await plane.domain.audit.list(plane.admin, { first: 100 });
      const withdrawn = edges.flatMap(({ node }) => (node.action === 'approval.withdraw' ? [node] : []));
      const entries = withdrawn.map(({ subject, details }) => [subject, details?.requestId]);
      expect(entries).toEqual(
        expect.arrayContaining([
          [bot.id, request?.id],
          [channel.id, saved.approvalRequest?.id],
        ]),
      );
      expect(await findBotVersions(database().read, [version.id])).toMatchObject([{ status: 'SUPERSEDED' }]);
    });
  });

  describe('a publish', () => {
    it('needs at least one channel that is enabled and has an app, all of them its own', async () => {
      const [bot, other] = [await newBot(), await newBot()];
      const placeholder = await newChannel(bot, 'placeholder', { appClientId: null });
      const foreign = await newChannel(other);
      for (const channels of [[], [placeholder], [foreign], [placeholder, foreign]]) {
        await expect(publish(bot, channels)).rejects.toMatchObject({
          code: 'BAD_USER_INPUT',
          details: { field: 'channelIds' },
        });
      }
      expect(await statuses(bot)).toEqual([]);
      const works = await newChannel(bot, 'works');
      await expect(publish(bot, [placeholder, works])).resolves.toMatchObject({
        number: 1,
        status: 'AWAITING_APPROVAL',
      });
    });

    it('takes the place of the one that waits', async () => {
      const bot = await newBot();
      const channel = await newChannel(bot);
      await publish(bot, [channel]);
      const [first] = await waiting(bot);
      await publish(bot, [channel]);
      await expect(plane.domain.approvals.approve(plane.admin, first?.id ?? '')).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      await approve(bot);
      expect(await statuses(bot)).toEqual(['2 LIVE', '1 SUPERSEDED']);
    });

    it('leaves the old version serving until it is approved, and a channel it does not select out', async () => {
      const bot = await newBot();
      const [first, second] = [await newChannel(bot, 'first'), await newChannel(bot, 'second')];
      await publishLive(bot, [first]);
      expect(await blockers(second)).toEqual(['NOT_IN_LIVE_VERSION']);
      await publish(bot, [second]);
      expect([await blockers(first), await blockers(second)]).toEqual([[], ['NOT_IN_LIVE_VERSION']]);
      await approve(bot);
      expect([await blockers(first), await blockers(second)]).toEqual([['NOT_IN_LIVE_VERSION'], []]);
    });

    it('keeps overrides as they were when it was asked for', async () => {
      const bot = await newBot();
      const channel = await newChannel(bot);
      const [{ message: { key } = { key: '' } } = {}] =
        (await plane.domain.messages.ofBots(plane.admin, [bot])).get(bot.id) ?? [];
      await plane.domain.messages.setOverride(plane.admin, {
        botId: bot.id,
        messageKey: key,
        channelId: channel.id,
        contents: [{ type: 'TEXT', value: 'one' }],
      });
      await publish(bot, [channel]);
      await plane.domain.messages.setOverride(plane.admin, {
        botId: bot.id,
        messageKey: key,
        channelId: channel.id,
        contents: [{ type: 'TEXT', value: 'two' }],
      });
      await approve(bot);
      const [live] = await findBotVersions(database().read, [(await read(bot)).liveVersionId ?? '']);
      expect(live?.overrides).toEqual([
        { messageKey: key, channelId: channel.id, language: 'en', contents: [{ type: 'TEXT', value: 'one' }] },
      ]);
      const unknown = { botId: bot.id, messageKey: 'no.such', contents: [{ type: 'TEXT' as const, value: 'x' }] };
      await expect(plane.domain.messages.setOverride(plane.admin, unknown)).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    });

    it('is approved by the settings of the account where they say so', async () => {
      await plane.domain.accounts.update(plane.admin, { autoApprove: ['FIRST_PUBLISH'] });
      const bot = await newBot();
      const channel = await newChannel(bot);
      await expect(publish(bot, [channel])).resolves.toMatchObject({ status: 'LIVE' });
      await expect(publish(bot, [channel])).resolves.toMatchObject({ status: 'AWAITING_APPROVAL' });
      await plane.domain.accounts.update(plane.admin, { autoApprove: [] });
    });

    it('cannot be approved when all its channels have been deleted since', async () => {
      const bot = await newBot();
      const channel = await newChannel(bot);
      await publish(bot, [channel]);
      await plane.domain.channels.remove(plane.admin, channel.id);
      const [request] = await waiting(bot);
      await expect(plane.domain.approvals.approve(plane.admin, request?.id ?? '')).rejects.toMatchObject({
        code: 'CONFLICT',
      });
    });
  });

  describe('a rollback', () => {
    it('puts an earlier version before the admin again, without channels deleted since', async () => {
      const bot = await newBot();
      const [first, second] = [await newChannel(bot, 'first'), await newChannel(bot, 'second')];
      await plane.domain.bots.update(plane.admin, { id: bot.id, sessionTimeoutMinutes: 30 });
      await publishLive(bot, [first, second]);
      await plane.domain.bots.update(plane.admin, { id: bot.id, sessionTimeoutMinutes: 60 });
      await publishLive(bot, [first]);
      await plane.domain.channels.remove(plane.admin, first.id);
      const version = await plane.domain.publish.rollback(plane.admin, { botId: bot.id, versionNumber: 1 });
      expect(version).toMatchObject({
        number: 3,
        status: 'AWAITING_APPROVAL',
        sessionTimeoutMinutes: 30,
        comment: 'Rollback to version 1',
        rollbackOf: 1,
      });
      await approve(bot);
      expect((await plane.domain.publish.channelIdsOf(plane.admin, [version.id])).get(version.id)).toEqual([second.id]);
      expect(await read(bot)).toMatchObject({ liveVersionId: version.id, sessionTimeoutMinutes: 60 });
      expect(await state(bot)).toBe('UPGRADE_IN_PROGRESS');
    });

    it('is refused to what is live, was never live, is unknown, or has no channel left', async () => {
      const bot = await newBot();
      const channel = await newChannel(bot);
      const other = await newChannel(bot, 'other');
      const rollback = (versionNumber: number) =>
        plane.domain.publish.rollback(plane.admin, { botId: bot.id, versionNumber });
      await publishLive(bot, [channel]);
      await expect(rollback(1)).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(rollback(7)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await publish(bot, [other]);
      await expect(rollback(2)).rejects.toMatchObject({ code: 'CONFLICT' });
      await approve(bot);
      await plane.domain.channels.remove(plane.admin, channel.id);
      await expect(rollback(1)).rejects.toMatchObject({ code: 'CONFLICT' });
    });
  });

  describe('a smart bot', () => {
    const parentWith = async (...names: string[]) => {
      const parent = await newBot('Parent');
      const channels: ChannelRecord[] = [];
      for (const name of names) channels.push(await newChannel(parent, name));
      await publishLive(parent, channels);
      return { parent, channels };
    };
    const newChild = (parent: BotRecord, name = 'Child') =>
      plane.domain.smartBots.create(plane.admin, { parentId: parent.id, name });
    /** With an app on its first channel, published. */
    const takeLive = async (child: BotRecord) => {
      const [channel] = await channelsOf(child);
      const saved = await plane.domain.channels.update(plane.admin, {
        id: channel?.id ?? '',
        appClientId: clientId,
        enabled: true,
      });
      if (saved.approvalRequest) await plane.domain.approvals.approve(plane.admin, saved.approvalRequest.id);
      await publishLive(child, [saved.channel]);
      return saved.channel;
    };

    it('starts with what the parent has live and a placeholder of each of its channels', async () => {
      const { parent, channels } = await parentWith('web', 'phone');
      const child = await newChild(parent);
      expect(child).toMatchObject({ kind: 'SMART', parentId: parent.id });
      const own = await channelsOf(child);
      expect(
        own.map(({ name, inheritedFromId, clientId: app, isDefault }) => ({ name, inheritedFromId, app, isDefault })),
      ).toEqual(channels.map(({ id, name, isDefault }) => ({ name, inheritedFromId: id, app: null, isDefault })));
    });

    it('needs a parent that is live and no smart bot itself', async () => {
      const draft = await newBot();
      await expect(newChild(draft)).rejects.toMatchObject({ code: 'CONFLICT' });
      const { parent } = await parentWith('web');
      const child = await newChild(parent);
      await takeLive(child);
      await expect(newChild(child)).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(newChild({ ...parent, id: 'st-none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(plane.domain.bots.remove(plane.admin, parent.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it("follows its parent's next version at once, with a version of its own and no request", async () => {
      const { parent, channels } = await parentWith('web');
      const child = await newChild(parent);
      const channel = await takeLive(child);
      await plane.domain.bots.update(plane.admin, { id: parent.id, sessionTimeoutMinutes: 99 });
      await publishLive(parent, channels);
      expect(await waiting(child)).toEqual([]);
      expect(await statuses(child)).toEqual(['2 LIVE', '1 SUPERSEDED']);
      const [live] = await findBotVersions(database().read, [(await read(child)).liveVersionId ?? '']);
      expect(live).toMatchObject({ sessionTimeoutMinutes: 99, parentVersionId: (await read(parent)).liveVersionId });
      expect(await state(child)).toBe('PUBLISHED');
      expect(await blockers(channel)).toEqual([]);
      const { edges } = await plane.domain.audit.list(plane.admin, { subject: child.id });
      expect(edges[0]?.node.action).toBe('bot.inherit');
    });

    it('keeps what it set itself', async () => {
      const { parent, channels } = await parentWith('web');
      const child = await newChild(parent);
      await plane.domain.bots.update(plane.admin, { id: child.id, sessionTimeoutMinutes: 5 });
      await takeLive(child);
      await plane.domain.bots.update(plane.admin, {
        id: parent.id,
        sessionTimeoutMinutes: 99,
        engine: 'HTTP',
        engineSettings: { url: 'https://bot.example.com' },
      });
      await publishLive(parent, channels);
      expect(await read(child)).toMatchObject({ sessionTimeoutMinutes: 5, engine: 'HTTP' });
    });

    it('gets each new channel of its parent once, when it goes live, also after deleting it', async () => {
      const { parent, channels } = await parentWith('web');
      const child = await newChild(parent);
      await newChannel(child, 'phone');
      const phone = await newChannel(parent, 'phone');
      expect(await channelsOf(child)).toHaveLength(2);
      await publishLive(parent, [...channels, phone]);
      const inherited = (await channelsOf(child)).filter((channel) => channel.inheritedFromId === phone.id);
      expect(inherited).toMatchObject([{ name: 'phone (2)', clientId: null, isDefault: false }]);
      await plane.domain.channels.remove(plane.admin, inherited[0]?.id ?? '');
      await publishLive(parent, [...channels, phone]);
      expect((await channelsOf(child)).map((channel) => channel.name)).toEqual(['web', 'phone']);
    });

    it('is not touched by later changes of a channel at the parent, but told of them', async () => {
      const { parent, channels } = await parentWith('web');
      const child = await newChild(parent);
      const [own] = await channelsOf(child);
      await plane.domain.channels.update(plane.admin, { id: channels[0]?.id ?? '', name: 'renamed' });
      await plane.domain.channels.remove(plane.admin, channels[0]?.id ?? '');
      expect((await channelsOf(child))[0]).toEqual(own);
      const { edges } = await plane.domain.audit.list(plane.admin, { subject: own?.id ?? '' });
      expect(edges.map(({ node }) => node.action).sort()).toEqual(['channel.delete', 'channel.update']);
    });

    it('says what its parent says on a channel on the one that came from it, unless it has words of its own', async () => {
      const { parent, channels } = await parentWith('web');
      const messages = (await plane.domain.messages.ofBots(plane.admin, [parent])).get(parent.id) ?? [];
      const [first, second] = messages.map((one) => one.message.key);
      const say = (bot: BotRecord, messageKey: string | undefined, channelId: string | undefined, value: string) =>
        plane.domain.messages.setOverride(plane.admin, {
          botId: bot.id,
          messageKey: messageKey ?? '',
          channelId,
          contents: [{ type: 'TEXT', value }],
        });
      const child = await newChild(parent);
      const channel = await takeLive(child);
      await say(parent, first, channels[0]?.id, 'parent, web');
      await say(parent, second, undefined, 'parent, all');
      await publishLive(parent, channels);
      await say(child, second, undefined, 'child, all');
      await publishLive(child, [channel]);
      const [live] = await findBotVersions(database().read, [(await read(child)).liveVersionId ?? '']);
      const said = (live && (await overridesInForce(database().read, live)))?.map((one) => [
        one.messageKey,
        one.channelId,
        one.contents[0]?.value,
      ]);
      expect(said).toEqual([
        [first, channel.id, 'parent, web'],
        [second, null, 'child, all'],
      ]);
      const views = (await plane.domain.messages.ofBots(plane.admin, [await read(child)])).get(child.id) ?? [];
      const view = views.find((one) => one.message.key === first);
      expect(view && plane.domain.messages.resolved(view, channel)).toEqual([{ type: 'TEXT', value: 'parent, web' }]);
    });

    it("runs with its parent's variables and engine credentials until it has its own", async () => {
      const { parent, channels } = await parentWith('web');
      const settings = { url: 'https://bot.example.com', secret: 'of-the-parent' };
      await plane.domain.bots.update(plane.admin, { id: parent.id, engine: 'HTTP', engineSettings: settings });
      await publishLive(parent, channels);
      const child = await newChild(parent);
      const set = (bot: BotRecord, key: string, value: string) =>
        plane.domain.bots.setVariable(plane.admin, { botId: bot.id, key, value });
      await set(parent, 'a', 'parent');
      await set(parent, 'b', 'parent');
      await set(child, 'b', 'child');
      await takeLive(child);
      const inForce = async () => {
        const found = await botOfVersion(database().read, (await read(child)).liveVersionId ?? '');
        const { botId, cipher } = found?.engineSecrets ?? { botId: '', cipher: null };
        return {
          variables: found?.variables.map(({ key, value }) => `${key}=${value}`).sort(),
          secrets: openEngineSecrets(plane.vault, botId, cipher),
        };
      };
      expect(await inForce()).toEqual({ variables: ['a=parent', 'b=child'], secrets: { secret: 'of-the-parent' } });
      await plane.domain.bots.update(plane.admin, {
        id: child.id,
        engineSettings: { url: 'https://child.example.com', secret: 'own' },
      });
      expect((await inForce()).secrets).toEqual({ secret: 'own' });
    });

    it('takes what the parent has live by then when its own waiting publish is approved', async () => {
      const { parent, channels } = await parentWith('web');
      const child = await newChild(parent);
      const channel = await takeLive(child);
      await publish(child, [channel]);
      await plane.domain.bots.update(plane.admin, { id: parent.id, sessionTimeoutMinutes: 77 });
      await publishLive(parent, channels);
      await approve(child);
      const [live] = await findBotVersions(database().read, [(await read(child)).liveVersionId ?? '']);
      expect(live?.sessionTimeoutMinutes).toBe(77);
    });

    it('is one of two hundred that follow in one transaction of a few statements', async () => {
      const { parent, channels } = await parentWith('web');
      for (let count = 0; count < 200; count += 1) await newChild(parent, `Child ${count}`);
      const phone = await newChannel(parent, 'phone', { mode: 'ASYNC', postUrl: POST_URL });
      await publish(parent, [...channels, phone]);
      const transactions: number[] = [];
      database().write.on('query', ({ sql }: { sql: string }) => {
        if (/^begin/i.test(sql)) transactions.push(0);
        else transactions.push((transactions.pop() ?? 0) + 1);
      });
      await approve(parent);
      database().write.removeAllListeners('query');
      expect(Math.max(...transactions)).toBeLessThan(60);
      const { edges } = await plane.domain.bots.list(plane.admin, { search: 'Child 1', first: 100 });
      const own = await plane.domain.channels.ofBots(
        plane.admin,
        edges.map(({ node }) => node.id),
      );
      for (const list of own.values()) {
        expect(list.filter((channel) => channel.inheritedFromId === phone.id).length).toBe(
          list[0]?.inheritedFromId === channels[0]?.id ? 1 : 0,
        );
      }
    });
  });
});
