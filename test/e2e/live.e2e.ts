import jwt from 'jsonwebtoken';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { noBrowser, openBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { GREETING } from './greeter.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';
import { ADMIN_TOKEN } from './server.js';
import { settled, signIn } from './steps.js';
import { startStreamsProxy } from './streams-proxy.js';

describe.skipIf(noBrowser)('what is on the screen follows what happens', () => {
  const session = useConsole();
  let bot: LiveBot;

  beforeAll(async () => {
    if (noBrowser) return;
    bot = await makeLiveBot(session.server, 'Newsdesk');
  });

  async function say(user: string, text: string): Promise<number> {
    const token = jwt.sign({ appId: bot.clientId, sub: user }, bot.secret);
    const response = await fetch(`${session.server.url}/chatbot/hooks/${bot.botId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `bearer ${token}` },
      body: JSON.stringify({ message: { text }, from: { id: user } }),
    });
    return response.status;
  }

  it('a conversation appears in the list, and its log goes on while somebody reads it', async () => {
    const { page, visit } = session;
    await visit('/conversations');
    await settled(session);
    expect(await page.getByRole('button', { name: 'Read the conversation of ann' }).count()).toBe(0);
    expect(await say('ann', 'hello')).toBe(200);
    await page.getByRole('button', { name: 'Read the conversation of ann' }).click();
    const log = page.getByRole('dialog', { name: 'Conversation of ann' });
    await log.getByText(GREETING).waitFor();
    expect(await say('ann', 'are you still there?')).toBe(200);
    await log.getByText('are you still there?').waitFor();
  });

  it('catches up when it is told to follow again, also with what others have seen meanwhile', async () => {
    const { page, server, visit } = session;
    await say('cleo', 'hello');
    await visit('/conversations');
    const other = await page.context().newPage();
    await other.goto(`${server.url}/console/conversations`);
    for (const each of [page, other])
      await each.getByRole('button', { name: 'Read the conversation of cleo' }).waitFor();
    await page.getByLabel('Live').uncheck();
    expect(await say('bob', 'hello')).toBe(200);
    await other.getByRole('button', { name: 'Read the conversation of bob' }).waitFor(); // both tabs have been told
    await other.close();
    await page.getByLabel('Live').check();
    await page.getByRole('button', { name: 'Read the conversation of bob' }).waitFor();
  });

  it('a channel that somebody else suspends stops working on the page of whoever looks at it', async () => {
    const { page, server, visit } = session;
    const { botId, channelId: id } = await makeLiveBot(server, 'Sports desk');
    await visit(`/bots/${botId}/channels/${id}`);
    await page.getByText('Working', { exact: true }).waitFor();
    await server.gql('mutation($id: ID!) { suspendWebhookChannel(id: $id, reason: "Spam") { id } }', { id });
    await page
      .getByText(/Reason: Spam/)
      .first()
      .waitFor();
  });

  it('has one stream for the whole tab, and none once nobody is signed in', async () => {
    const { server } = session;
    const proxy = await startStreamsProxy(server.url);
    onTestFinished(proxy.close);
    const browser = await openBrowser();
    onTestFinished(() => browser.close());
    const { page } = browser;
    const visit = async (path: string) => void (await page.goto(`${proxy.url}/console${path}`));
    await visit('/');
    await signIn({ server, browser, page, visit }, ADMIN_TOKEN);
    await say('dora', 'hello');
    await visit('/conversations'); // the list, and the count of approvals in the header
    await page.getByRole('button', { name: 'Read the conversation of dora' }).click();
    await page.getByRole('dialog').getByText(GREETING).first().waitFor();
    await expect.poll(proxy.open).toBe(1);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Account menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await expect.poll(proxy.open).toBe(0);
  });
});
