import jwt from 'jsonwebtoken';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';

describe.skipIf(noBrowser)('refused messages', () => {
  const session = useConsole();
  let bot: LiveBot;

  beforeAll(async () => {
    if (noBrowser) return;
    bot = await makeLiveBot(session.server, 'Concierge');
  });

  it('are told by channel and reason, with what helps, where the figures of the channel are', async () => {
    const { page, visit } = session;
    const send = (secret: string, body: unknown) =>
      fetch(`${session.server.url}/chatbot/hooks/${bot.botId}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `bearer ${jwt.sign({ appId: bot.clientId, sub: 'ann' }, secret)}`,
        },
        body: JSON.stringify(body),
      });
    const message = { message: { text: 'hello' }, from: { id: 'ann' } };
    expect((await send('another secret, of somebody else', message)).status).toBe(401);
    expect((await send('another secret, of somebody else', message)).status).toBe(401);
    expect((await send(bot.secret, { message: {} })).status).toBe(400);
    const [now, hour] = [new Date(), 3_600_000];
    const counted = async () => {
      const { channelMetrics } = await session.server.gql(
        'query($id: ID!, $from: DateTime!, $to: DateTime!) { channelMetrics(botId: $id, from: $from, to: $to, interval: HOUR) { total { refused } } }',
        { id: bot.botId, from: new Date(now.getTime() - hour), to: new Date(now.getTime() + hour) },
      );
      return channelMetrics[0].total.refused;
    };
    await expect.poll(counted).toBe(3); // written once a second

    const table = page.getByRole('table', { name: 'Refused messages by reason' });
    for (const path of [`/dashboard?bot=${bot.botId}`, `/bots/${bot.botId}/channels/${bot.channelId}/metrics`]) {
      await visit(path);
      const rows = table.getByRole('row');
      await rows.filter({ hasText: 'UNAUTHENTICATED' }).getByText('The token is not signed with the secret').waitFor();
      expect(await rows.nth(1).getByRole('cell').last().textContent()).toBe('2');
      await rows.filter({ hasText: 'BAD_USER_INPUT' }).filter({ hasText: 'Front desk' }).waitFor();
      await expectAccessible(page);
    }
  });
});
