import jwt from 'jsonwebtoken';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser, openBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { makeLiveBot } from './live-bot.js';
import { settled } from './steps.js';

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 800 };

/** Names of buttons, links and states in tables, and of states elsewhere, that are not to be seen whole without scrolling sideways. */
const cutOff = (
  isWide: boolean,
) => `[...document.querySelectorAll('main button, main a, main .mantine-Badge-root')].flatMap((shown) => {
  const table = shown.closest('table');
  const isState = shown.matches('.mantine-Badge-root');
  if (table ? !${isWide} : !isState) return [];
  const frame = table?.parentElement.closest('[data-scrollbars], .mantine-ScrollArea-viewport');
  const end = Math.min(frame?.getBoundingClientRect().right ?? Infinity, document.documentElement.clientWidth);
  const label = isState ? shown.querySelector('.mantine-Badge-label') : null;
  const isShort = label !== null && label.scrollWidth > label.clientWidth + 1;
  return isShort || shown.getBoundingClientRect().right > end + 1 ? [shown.ariaLabel ?? shown.textContent] : [];
})`;

describe.skipIf(noBrowser).each([
  { name: 'light and wide', colorScheme: 'light' as const, viewport: WIDE },
  { name: 'dark and narrow', colorScheme: 'dark' as const, viewport: NARROW },
])('every page, $name', ({ colorScheme, viewport }) => {
  const session = useConsole({ colorScheme, viewport });
  const ids = { bot: '', channel: '', conversation: '', trace: '', waiting: '', request: '' };

  beforeAll(async () => {
    if (noBrowser) return;
    const { botId, channelId, clientId, secret } = await makeLiveBot(session.server, 'Greeter');
    ids.bot = botId;
    ids.channel = channelId;
    const token = jwt.sign({ appId: clientId, sub: 'ann' }, secret);
    const answer = await fetch(`${session.server.url}/chatbot/hooks/${botId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `bearer ${token}` },
      body: JSON.stringify({ message: { text: 'hello' }, from: { id: 'ann' } }),
    });
    ids.trace = answer.headers.get('x-trace-id') ?? '';
    const { turn } = await session.server.gql('query($id: String!) { turn(traceId: $id) { conversation { id } } }', {
      id: ids.trace,
    });
    ids.conversation = turn.conversation.id;
    // With a request that waits: the count beside Approvals, and a channel that says what it lacks.
    const { createWebhookChannel } = await session.server.gql(
      'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { channel { id } approvalRequest { id } } }',
      {
        input: {
          ...{ botId, name: 'Waits', mode: 'ASYNC', postUrl: 'https://receiver.example.com/replies' },
          ...{ enabled: true, appClientId: clientId },
        },
      },
    );
    ids.waiting = createWebhookChannel.channel.id;
    ids.request = createWebhookChannel.approvalRequest.id;
  });

  async function open(path: string): Promise<void> {
    const { bot, channel, conversation, trace, waiting, request } = ids;
    const places = { BOT: bot, CHANNEL: channel, TALK: conversation, TRACE: trace, WAITING: waiting, REQUEST: request };
    await session.visit(Object.entries(places).reduce((address, [name, id]) => address.replace(name, id), path));
    await settled(session);
    if (/^\/$|dashboard|metrics/.test(path)) await session.page.locator('canvas').first().waitFor(); // the charts come last
  }

  it.each([
    '/',
    '/bots',
    '/bots/BOT',
    '/bots/BOT/answers',
    '/bots/BOT/playground',
    '/bots/BOT/dialogs',
    '/bots/BOT/publish',
    '/bots/BOT/overrides',
    '/bots/BOT/overrides?view=channel',
    '/deliveries/endpoints',
    '/bots/BOT/versions',
    '/bots/BOT/smart-bots',
    '/bots/BOT/settings',
    '/bots/BOT/privacy',
    '/bots/BOT/channels/new',
    '/bots/BOT/channels/CHANNEL',
    '/bots/BOT/channels/WAITING',
    '/bots/BOT/channels/WAITING/payload-formats',
    '/approvals/REQUEST',
    '/bots/BOT/channels/CHANNEL/payload-formats',
    '/bots/BOT/channels/CHANNEL/overrides',
    '/bots/BOT/channels/CHANNEL/delivery-settings',
    '/bots/BOT/channels/CHANNEL/deliveries',
    '/bots/BOT/channels/CHANNEL/privacy',
    '/bots/BOT/channels/CHANNEL/metrics',
    '/apps',
    '/deliveries',
    '/approvals',
    '/dashboard',
    '/conversations',
    '/conversations/TALK',
    '/turns/TRACE',
    '/audit',
    '/sign-in-providers',
    '/users',
    '/account',
    '/alerts',
    '/settings',
    '/docs/hooks',
    '/bots/BOT/nowhere',
    '/nowhere',
  ])('%s has no issue of accessibility', async (path) => {
    await open(path);
    await expectAccessible(session.page);
    const overflow = await session.page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow, 'the page scrolls sideways').toBeLessThanOrEqual(0);
    expect(await session.page.evaluate(cutOff(viewport === WIDE)), 'what is cut off').toEqual([]);
    if (path.startsWith('/docs/')) return; // pages of their own, without the console's header
    const menu = await session.page.getByRole('button', { name: /^Account menu/ }).boundingBox();
    expect((menu?.x ?? 0) + (menu?.width ?? 0), 'the account menu stands beside the page').toBeLessThanOrEqual(
      viewport.width,
    );
  });

  it.each([
    ['/bots', 'Create bot'],
    ['/bots', 'Import'],
    ['/apps', 'New app'],
    ['/users', 'New user'],
    ['/users', 'New service account'],
    ['/sign-in-providers', 'Connect a directory'],
    ['/bots/BOT/settings', 'Import into this bot'],
    ['/bots/BOT/overrides?view=channel', 'Override welcome for Front desk'],
    ['/bots/BOT/channels/CHANNEL', 'Delete channel'],
  ])('what opens on %s by “%s” has no issue of accessibility', async (path, button) => {
    const { page } = session;
    await open(path);
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(session.page);
  });

  it('the way in has no issue of accessibility', async () => {
    const { page, close } = await openBrowser({ colorScheme, viewport });
    onTestFinished(close);
    await page.goto(`${session.server.url}/console/`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await expectAccessible(page);
  });
});
