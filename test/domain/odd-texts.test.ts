import { beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, createControlPlane } from '../support/control-plane.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('a text with characters that a database may not keep', (database) => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await createControlPlane(database());
  });

  describe.each([
    ['NUL', 'a\0b', /^a[\0\uFFFD]b$/],
    ['half a surrogate pair', 'a\uD800b', /^a[\uD800\uFFFD]b$/],
  ])('%s', (_, odd, kept) => {
    it('comes in with a bot file', async () => {
      const { bot, channels } = await plane.domain.transfer.importBot(plane.admin, {
        mode: 'NEW',
        definition: {
          localeData: { en: { name: odd, description: odd } },
          channels: [{ type: 'ivr', displayName: odd }],
          [odd]: odd,
        },
        config: { envVariables: [{ key: odd, value: odd }] },
        files: [{ name: odd, content: odd }],
      });
      expect([bot.name, channels[0]?.name]).toEqual([expect.stringMatching(kept), expect.stringMatching(kept)]);
      const { definition } = await plane.domain.transfer.exportBot(plane.admin, bot.id);
      expect(definition[odd]).toBe(odd);
    });

    it('is a name, and is searched for', async () => {
      const bot = await plane.domain.bots.create(plane.admin, { name: odd });
      const found = await plane.domain.bots.list(plane.admin, { search: odd });
      expect(found.edges.map(({ node }) => node.id)).toContain(bot.id);
    });
  });
});
