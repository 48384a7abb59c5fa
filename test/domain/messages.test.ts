import { beforeAll, describe, expect, it } from 'vitest';
import { createDomain } from '../../src/domain/domain.js';
import { listenerIn } from '../../src/domain/messages/override-scope.js';
import { indexOverrides, NO_OVERRIDES, resolveContents } from '../../src/domain/messages/resolve.js';
import type { BotRecord } from '../../src/store/tables/bots.js';
import type { ChannelRecord } from '../../src/store/tables/channels.js';
import { scopeOf } from '../../src/store/tables/message-overrides.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

const text = (value: string) => ({ type: 'TEXT' as const, value });

describe('what a channel says', () => {
  const message = {
    key: 'm',
    contents: { en: [text('all en')], de: [text('alle de')] },
    channels: [
      { channelType: 'ivr', language: 'en', contents: [text('webhook of the file')] },
      { channelType: 'rtm', language: 'en', contents: [text('another type')] },
    ],
  };
  const override = (channelId: string | null, language: string, value: string) => ({
    messageKey: 'm',
    ...scopeOf({ channelId }),
    language,
    contents: [text(value)],
  });
  const audienceOn = (channelId: string, language: string) => ({
    listener: listenerIn(scopeOf({ channelId })),
    language,
    defaultLanguage: 'en',
  });
  const say = (overrides: ReturnType<typeof override>[], channelId: string, language: string) =>
    resolveContents('m', message, indexOverrides(overrides), audienceOn(channelId, language))[0]?.value;

  it('is its own override, else that of all webhook channels, else that of the file for webhooks, else what all say', () => {
    const all = [override('a', 'en', 'own'), override(null, 'en', 'webhooks')];
    expect(say(all, 'a', 'en')).toBe('own');
    expect(say(all, 'b', 'en')).toBe('webhooks');
    expect(say([], 'b', 'en')).toBe('webhook of the file');
    expect(resolveContents('m', { ...message, channels: [] }, NO_OVERRIDES, audienceOn('b', 'en'))).toEqual([
      text('all en'),
    ]);
  });

  it('is in the language asked for, and in the default language only where there is nothing in that', () => {
    expect(say([override('a', 'en', 'own en')], 'a', 'de')).toBe('alle de');
    expect(say([override('a', 'en', 'own en')], 'a', 'fr')).toBe('own en');
    expect(say([override('a', 'fr', 'own fr')], 'a', 'fr')).toBe('own fr');
  });

  it('is nothing where nobody has anything to say', () => {
    expect(resolveContents('m', null, NO_OVERRIDES, audienceOn('a', 'de'))).toEqual([]);
  });
});

eachDatabase('overrides', (database) => {
  let plane: ControlPlane;
  let bot: BotRecord;
  let channel: ChannelRecord;
  let key: string;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    bot = await plane.domain.bots.create(plane.admin, { name: 'Travel' });
    channel = (await plane.domain.channels.create(plane.admin, { botId: bot.id, name: 'web', mode: 'SYNC' })).channel;
    key = (await views())[0]?.message.key ?? '';
  });

  const views = async () => (await plane.domain.messages.ofBots(plane.admin, [bot])).get(bot.id) ?? [];
  const view = async () => (await views()).find((one) => one.message.key === key);
  const set = (more = {}) =>
    plane.domain.messages.setOverride(plane.admin, { botId: bot.id, messageKey: key, contents: [text('x')], ...more });
  const remove = (more = {}) =>
    plane.domain.messages.removeOverride(plane.admin, { botId: bot.id, messageKey: key, ...more });

  it('stand once per channel and language; setting one again replaces it', async () => {
    await set({ contents: [text('one')] });
    await set({ contents: [text('two'), text('three')] });
    await set({ channelId: channel.id, contents: [text('web')] });
    await set({ channelId: channel.id, language: 'de', contents: [text('Netz')] });
    const shown = (await view())?.overrides.map(({ channelId, language, contents }) => [
      channelId !== null,
      language,
      contents.length,
    ]);
    expect(shown?.sort()).toEqual([
      [false, 'en', 2],
      [true, 'de', 1],
      [true, 'en', 1],
    ]);
    const one = await view();
    expect(one && plane.domain.messages.resolved(one, channel)).toEqual([text('web')]);
    await remove({ channelId: channel.id });
    const other = await view();
    expect(other && plane.domain.messages.resolved(other, channel)).toEqual([text('two'), text('three')]);
    await expect(remove({ channelId: channel.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are read with the definition of their bot before the transaction, which parses nothing', async () => {
    const definition = { language: 'en', name: 'Big', dialogs: [] };
    const { bot: imported } = await plane.domain.transfer.importBot(plane.admin, { mode: 'NEW', definition });
    const said = (await plane.domain.messages.ofBots(plane.admin, [imported])).get(imported.id);
    const input = { botId: imported.id, messageKey: said?.[0]?.message.key ?? '' };
    await plane.domain.messages.setOverride(plane.admin, { ...input, contents: [text('x')] });
    const restarted = createDomain(plane.deps);
    const within: string[] = [];
    const note = ({ sql, __knexTxId }: { sql: string; __knexTxId?: string }) => {
      if (__knexTxId && /from .definitions/.test(sql)) within.push(sql);
    };
    database().write.on('query', note);
    await restarted.messages.removeOverride(plane.admin, input);
    database().write.removeListener('query', note);
    expect(within).toEqual([]);
  });

  it('are refused when they are empty, too many, no template, for nothing or for nobody', async () => {
    const cases: [object, object][] = [
      [{ contents: [] }, { code: 'BAD_USER_INPUT', details: { field: 'contents' } }],
      [{ contents: [text(' ')] }, { code: 'BAD_USER_INPUT', details: { field: 'contents[0].value' } }],
      [
        { contents: Array.from({ length: 51 }, () => text('x')) },
        { code: 'BAD_USER_INPUT', details: { field: 'contents' } },
      ],
      [
        { contents: [{ type: 'TEMPLATE', value: 'no json' }] },
        { code: 'BAD_USER_INPUT', details: { field: 'contents[0].value' } },
      ],
      [{ language: 'not a language' }, { code: 'BAD_USER_INPUT', details: { field: 'language' } }],
      [{ messageKey: 'no.such' }, { code: 'NOT_FOUND' }],
      [{ channelId: 'ivrInst-none' }, { code: 'NOT_FOUND' }],
      [{ botId: 'st-none' }, { code: 'NOT_FOUND' }],
    ];
    for (const [input, error] of cases) await expect(set(input)).rejects.toMatchObject(error);
    await expect(set({ contents: [{ type: 'TEMPLATE', value: '{"type":"template"}' }] })).resolves.toBeDefined();
  });

  it('may be for messages that an outside engine names', async () => {
    const outside = await plane.domain.bots.create(plane.admin, {
      name: 'Elsewhere',
      engine: 'HTTP',
      engineSettings: { url: 'https://bot.example.com' },
    });
    await set({ botId: outside.id, messageKey: 'greeting' });
    const listed = (await plane.domain.messages.ofBots(plane.admin, [outside])).get(outside.id) ?? [];
    const page = plane.domain.messages.page(listed, { overriddenOnly: true }, {});
    expect(page.edges.map(({ node }) => node.message.key)).toEqual(['greeting']);
  });

  it('go with their channel', async () => {
    const { channel: gone } = await plane.domain.channels.create(plane.admin, {
      botId: bot.id,
      name: 'short-lived',
      mode: 'SYNC',
    });
    await set({ channelId: gone.id });
    await plane.domain.channels.remove(plane.admin, gone.id);
    expect((await view())?.overrides.some((one) => one.channelId === gone.id)).toBe(false);
  });
});
