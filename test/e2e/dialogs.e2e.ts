import jwt from 'jsonwebtoken';
import { beforeAll, describe, expect, it } from 'vitest';
import { call, exportOf, message, script } from '../engines/dialog/bot-builder.js';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { publishLive } from './live-bot.js';

const definition = exportOf(
  {
    order: {
      kind: {
        ...script('context.kind = "vip";', [
          [{ context: 'context.kind', op: 'eq', value: 'plain' }, 'plain'],
          [null, 'pay'],
        ]),
        name: 'Kind of customer',
      },
      plain: { ...message('Plain'), name: 'Plain words' },
      pay: { ...call('pay up', 'done'), name: 'Payment' },
      done: { ...message('Done'), name: 'All done' },
    },
    'pay up': { s: { ...script('throw new Error("no money");'), name: 'Charge' } },
  },
  {
    localeData: { en: { name: 'Shop' } },
    channels: [{ displayName: 'Front desk', type: 'ivr', isAsync: false, enable: true, enablePolling: true }],
  },
);

describe.skipIf(noBrowser).each([
  { name: 'light and wide', colorScheme: 'light' as const, viewport: { width: 1280, height: 800 } },
  { name: 'dark and narrow', colorScheme: 'dark' as const, viewport: { width: 400, height: 800 } },
])('the dialogs of a bot, $name', ({ colorScheme, viewport }) => {
  const session = useConsole({ colorScheme, viewport });
  let botId: string;
  let traceId: string;

  beforeAll(async () => {
    if (noBrowser) return;
    const { gql, url } = session.server;
    const { importBot } = await gql(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } channels { id } } }',
      { input: { mode: 'NEW', definition, config: { name: 'Shop', envVariables: [] } } },
    );
    botId = importBot.bot.id;
    const { createApp } = await gql('mutation { createApp(input: { name: "App" }) { clientSecret app { clientId } } }');
    const { clientId } = createApp.app;
    const id: string = importBot.channels[0].id;
    await gql('mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { message } }', {
      input: { id, appClientId: clientId, enabled: true },
    });
    await publishLive({ gql }, botId, [id]);
    const token = jwt.sign({ appId: clientId, sub: 'ann' }, createApp.clientSecret);
    const response = await fetch(`${url}/chatbot/hooks/${botId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `bearer ${token}` },
      body: JSON.stringify({ message: { text: 'order' }, from: { id: 'ann' } }),
    });
    traceId = response.headers.get('x-trace-id') ?? '';
  });

  const sideways = () =>
    session.page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  it('are a graph that arrow keys lead through, and a list of the same', async () => {
    const { page, visit } = session;
    await visit(`/bots/${botId}/dialogs`);
    const graph = page.getByRole('group', { name: 'Flow of order' });
    await graph.getByRole('button', { name: 'Start: order' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const details = page.getByRole('region', { name: 'Node Kind of customer' });
    await details.getByText('context.kind is "plain" →').waitFor();
    await details.getByText('otherwise →').waitFor();
    expect(await graph.getByRole('button', { pressed: true }).getAttribute('aria-label')).toBe(
      'Script: Kind of customer',
    );
    expect(page.url()).toContain('node=kind');
    await expectAccessible(page);
    expect(await sideways()).toBeLessThanOrEqual(0);

    await page.getByText('List', { exact: true }).click();
    const list = page.getByRole('list', { name: 'Nodes of order' });
    await list.getByRole('button', { name: 'Payment' }).first().click();
    await page.getByRole('region', { name: 'Node Payment' }).getByRole('link', { name: 'pay up' }).waitFor();
    await expectAccessible(page);
    expect(await sideways()).toBeLessThanOrEqual(0);
  });

  it('show the way of a turn, to and from its page', async () => {
    const { page, visit } = session;
    await visit(`/turns/${traceId}`);
    await page.getByText('Version 1', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Kind of customer (script): show in the dialog' }).click();
    const graph = page.getByRole('group', { name: 'Flow of order' });
    await graph.getByRole('button', { name: 'Script: Kind of customer, step 2 of the turn' }).waitFor();
    await graph.getByRole('button', { name: 'Message: Plain words', exact: true }).waitFor();
    expect(page.url()).toContain('version=1');
    await expectAccessible(page);

    await page.getByRole('navigation', { name: 'Dialogs of the turn' }).getByRole('button', { name: 'pay up' }).click();
    const charge = page.getByRole('button', { name: /^Script: Charge, step \d of the turn, failed$/ });
    await charge.click();
    await expectAccessible(page);
    await page.getByRole('link', { name: /^Step \d of the turn$/ }).click();
    await page.getByRole('heading', { name: 'Turn', level: 1 }).waitFor();
    const step = page.locator('li:focus');
    await step.getByText('Charge (script)').waitFor();
  });

  it('are one part of the page of the bot, which says so where it has no such part', async () => {
    const { page, visit } = session;
    await visit(`/bots/${botId}/dialogue`);
    await page.getByText('There is nothing at this address').waitFor();
    await page.getByRole('link', { name: 'To Channels' }).click();
    await page.getByRole('heading', { name: 'Configured channels' }).waitFor();
  });

  it('is made larger and smaller', async () => {
    const { page, visit } = session;
    await visit(`/bots/${botId}/dialogs`);
    const graph = page.getByRole('group', { name: 'Flow of order' });
    await graph.waitFor();
    const width = async () => Number(await graph.getAttribute('width'));
    const before = await width();
    await page.getByRole('button', { name: 'Larger' }).click();
    expect(await width()).toBeGreaterThan(before);
    await graph.getByRole('button', { name: 'Start: order' }).focus();
    await page.keyboard.press('-');
    await page.keyboard.press('-');
    expect(await width()).toBeLessThan(before);
  });
});
