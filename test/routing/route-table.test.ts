import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { openRouteTable } from '../../src/routing/route-table.js';
import { recordChange } from '../../src/store/changes.js';
import { createVault } from '../../src/store/vault.js';
import { eachDatabase } from '../support/databases.js';

const BOTS = 240; // more than are read at once
const CHANNELS = 2_400;

eachDatabase('the route table', (database) => {
  beforeAll(async () => {
    const { write } = database();
    const at = { created_at: 1, updated_at: 1 };
    await write('accounts').insert({ id: 'ac', name: 'account', created_at: 1 });
    const bots = Array.from({ length: BOTS }, (_, n) => ({
      id: `st-${n}`,
      account_id: 'ac',
      name: `bot ${n}`,
      kind: 'STANDARD',
      engine: 'DIALOG',
      live_version_id: `bv-${n}`,
      ...at,
    }));
    await write('bots').insert(bots);
    const channels = Array.from({ length: CHANNELS }, (_, n) => ({
      id: `ivrInst-${n}`,
      account_id: 'ac',
      bot_id: `st-${n % BOTS}`,
      name: `channel ${n}`,
      is_default: n < BOTS,
      mode: 'SYNC',
      enabled: true,
      ...at,
    }));
    await write.batchInsert('channels', channels, 500);
  });

  afterEach(async () => {
    await database().write('channels').update({ enabled: true, approved_post_url: null });
    await database().write('bots').update({ deleted_at: null });
  });

  const open = () =>
    openRouteTable({
      db: database().read,
      vault: createVault([{ id: 'k1', key: randomBytes(32) }]),
      keySets: null as never, // no app here publishes keys
    });

  it('holds every channel that exists, of its own bot, and the default ones', async () => {
    const routes = await open();
    expect(routes.size()).toBe(CHANNELS);
    for (let n = 0; n < CHANNELS; n += 1) {
      const [botId, channelId] = [`st-${n % BOTS}`, `ivrInst-${n}`];
      expect(routes.find(botId, channelId)).toMatchObject({ channelName: `channel ${n}`, botName: `bot ${n % BOTS}` });
      expect(routes.find(`st-${(n + 1) % BOTS}`, channelId)).toBeUndefined();
    }
    expect(routes.find('st-3')?.channelId).toBe('ivrInst-3');
    expect(routes.channelsOf(['st-3'])).toHaveLength(CHANNELS / BOTS);
  });

  it('reads each part of the channels once, with one connection', async () => {
    const { read } = database();
    const asked: { from: unknown; by: unknown }[] = [];
    const note = ({ sql, bindings, __knexUid: by }: { sql: string; bindings: unknown[]; __knexUid: unknown }) => {
      if (sql.includes('from channels') || sql.includes('version_channels')) asked.push({ from: bindings[0], by });
    };
    read.on('query', note);
    await open();
    read.removeListener('query', note);
    expect(asked.length).toBeGreaterThan(BOTS / 100);
    expect(new Set(asked.map(({ from }) => from)).size).toBe(asked.length);
    expect(new Set(asked.map(({ by }) => by)).size).toBe(1);
  });

  it('follows what changes, a thousand channels at once too', async () => {
    const routes = await open();
    const changed = Array.from({ length: 1_200 }, (_, n) => `ivrInst-${n}`);
    await database().write.transaction(async (trx) => {
      await trx('channels').whereIn('id', changed).update({ enabled: false, approved_post_url: 'https://a.test/' });
      await trx('bots').where({ id: 'st-9' }).update({ deleted_at: 2 });
      await recordChange(trx, { topic: 'channel', ids: changed, accountId: 'ac', now: 2 });
      await recordChange(trx, { topic: 'bot', ids: ['st-9'], accountId: 'ac', now: 2 });
    });
    await routes.refresh();
    expect(routes.size()).toBe(CHANNELS - CHANNELS / BOTS);
    expect(routes.find('st-0', 'ivrInst-0')?.blockers).toContain('NOT_ENABLED');
    expect(routes.callback('ivrInst-0')).toBeNull();
    expect(routes.find('st-0', 'ivrInst-1200')?.blockers).not.toContain('NOT_ENABLED');
    expect(routes.find('st-9', 'ivrInst-9')).toBeUndefined();
    expect(routes.callback('ivrInst-9')).toBeUndefined();
  });
});
