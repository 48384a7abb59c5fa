import { beforeAll, expect, it } from 'vitest';
import { createOpenBots } from '../../src/bots/open-bots.js';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('open bots', (database) => {
  let plane: ControlPlane;
  let clientId: string;

  beforeAll(async () => {
    plane = await createControlPlane(database());
    clientId = (await plane.domain.apps.create(plane.admin, { name: 'caller' })).app.clientId;
  });

  async function newVersion(name: string): Promise<{ versionId: string; botId: string }> {
    const { id: botId } = await plane.domain.bots.create(plane.admin, { name });
    const input = { botId, name: 'web', mode: 'SYNC', appClientId: clientId, enabled: true } as const;
    const { channel } = await plane.domain.channels.create(plane.admin, input);
    const { id } = await plane.domain.publish.publish(plane.admin, { botId, channelIds: [channel.id] });
    return { versionId: id, botId };
  }

  /** Room for two; `opened` is what was compiled, in order. */
  function openBots() {
    const opened: string[] = [];
    const bots = createOpenBots({
      database: plane.database,
      vault: plane.vault,
      maxOpen: 2,
      openProgram: async ({ botName }) => {
        opened.push(botName);
        return { engine: { reply: async function* () {} }, message: () => null };
      },
    });
    return { bots, opened };
  }

  it('keep the versions that are in use when there are more than there is room for', async () => {
    const [busy, second, third] = [await newVersion('busy'), await newVersion('second'), await newVersion('third')];
    const { bots, opened } = openBots();
    for (const { versionId } of [busy, second, busy, third, busy]) await bots.open(versionId);
    expect(opened).toEqual(['busy', 'second', 'third']);
    bots.forgetBots([busy.botId]); // its variables have changed
    await bots.open(busy.versionId);
    expect(opened).toEqual(['busy', 'second', 'third']);
    await bots.open(second.versionId);
    expect(opened).toEqual(['busy', 'second', 'third', 'second']);
  });

  it('are opened once for all who ask at once, and again once the bot has changed', async () => {
    const { versionId, botId } = await newVersion('changed');
    const { bots, opened } = openBots();
    const [first, same] = await Promise.all([bots.open(versionId), bots.open(versionId)]);
    expect(same).toBe(first);
    bots.forgetBots([botId]);
    expect(await bots.open(versionId)).not.toBe(first);
    expect(opened).toEqual(['changed']); // the program outlives a change of variables
  });
});
