import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noBrowser, openBrowser } from './browser.js';
import { ADMIN_TOKEN, startServer } from './server.js';
import { type ConsoleSession, signIn } from './steps.js';
import { type StreamsProxy, startStreamsProxy } from './streams-proxy.js';

/** A page that waits for a connection waits half a minute; a loaded machine shows one in a few seconds. */
const SHOWN_WITHIN_MS = 10_000;

const PAGES = [
  { path: '/bots', title: 'Bots' },
  { path: '/apps', title: 'Apps' },
  { path: '/approvals', title: 'Approvals' },
  { path: '/conversations', title: 'Conversations' },
  { path: '/deliveries', title: 'Deliveries' },
];

/** HTTP/1.1 has six connections to a server, whatever the number of tabs; streams must not use them up. */
describe.skipIf(noBrowser)('a browser as people have it', () => {
  const session = {} as ConsoleSession; // filled below, before any test reads it
  let proxy: StreamsProxy;

  beforeAll(async () => {
    if (noBrowser) return;
    session.server = await startServer();
    proxy = await startStreamsProxy(session.server.url);
    session.browser = await openBrowser({ ordinary: true });
    session.page = session.browser.page;
    session.visit = async (path) => void (await session.page.goto(`${proxy.url}/console${path}`));
    await session.visit('/');
    await signIn(session, ADMIN_TOKEN);
  });
  beforeEach(() => () => expect(session.browser?.complaints ?? []).toEqual([]));
  afterAll(async () => {
    await session.browser?.close();
    proxy?.close();
    await session.server?.stop();
  });

  /** Once the page says what it is about and knows who waits for approval: it had connections for all it asked. */
  async function shown(page: Page, title: string): Promise<void> {
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByRole('link', { name: /^Approvals \d+ pending/ }).waitFor();
  }

  /** Milliseconds until the page is shown. */
  async function timed(step: () => Promise<unknown>, page: Page, title: string): Promise<number> {
    const start = performance.now();
    await step();
    await shown(page, title);
    return performance.now() - start;
  }

  const pageAt = (index: number) => PAGES[index % PAGES.length] ?? { path: '/bots', title: 'Bots' };

  it('shows the eleventh page as soon as the first, and each again on the way back and forth', async () => {
    const { page, visit } = session;
    await page.addInitScript("addEventListener('pageshow', ({ persisted }) => { window.fromCache = persisted; })");
    const times: number[] = [];
    let fromCache = 0;
    const countCached = async () => {
      if (await page.evaluate<boolean>('window.fromCache === true')) fromCache += 1;
    };
    for (let index = 0; index < 10; index += 1) {
      const { path, title } = pageAt(index);
      times.push(await timed(() => visit(path), page, title));
    }
    for (let index = 8; index >= 0; index -= 1) {
      times.push(await timed(() => page.goBack({ waitUntil: 'commit' }), page, pageAt(index).title));
      await countCached();
    }
    for (let index = 1; index < 10; index += 1) {
      times.push(await timed(() => page.goForward({ waitUntil: 'commit' }), page, pageAt(index).title));
      await countCached();
    }
    console.info(`Pages were shown within ${Math.round(Math.max(...times))} ms; ${fromCache} came from the cache.`);
    expect(Math.max(...times)).toBeLessThan(SHOWN_WITHIN_MS);
    expect(fromCache, 'the browser keeps pages for going back').toBeGreaterThan(0);
    await expect.poll(proxy.open).toBe(1);
  });

  it('follows what happens on a page that came back from the cache', async () => {
    const { page, visit } = session;
    await visit('/bots');
    await shown(page, 'Bots');
    await visit('/apps');
    await shown(page, 'Apps');
    await page.goBack({ waitUntil: 'commit' });
    await shown(page, 'Bots');
    await expect.poll(proxy.open).toBe(1);
    const waiting = await askForApproval();
    await page.getByRole('link', { name: `Approvals ${waiting} pending` }).waitFor();
  });

  it('shows ten tabs side by side, all of which follow what happens over one stream', async () => {
    const { browser } = session;
    const tabs: Page[] = [];
    const times: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      const tab = await browser.context.newPage();
      tabs.push(tab);
      const { path, title } = pageAt(index);
      times.push(await timed(() => tab.goto(`${proxy.url}/console${path}`), tab, title));
    }
    console.info(`Each of ten tabs was shown within ${Math.round(Math.max(...times))} ms.`);
    expect(Math.max(...times)).toBeLessThan(SHOWN_WITHIN_MS);
    const waiting = await askForApproval();
    await Promise.all(tabs.map((tab) => tab.getByRole('link', { name: `Approvals ${waiting} pending` }).waitFor()));
    await expect.poll(proxy.open).toBe(1);
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  let pending = 0;
  /** Makes one more request that waits. Gives their number. */
  async function askForApproval(): Promise<number> {
    const { gql } = session.server;
    const { createBot } = await gql('mutation { createBot(input: { name: "Bot", engine: DIALOG }) { id } }');
    const { createApp } = await gql('mutation { createApp(input: { name: "App" }) { app { clientId } } }');
    await gql('mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { message } }', {
      input: { botId: createBot.id, name: 'Line', mode: 'SYNC', appClientId: createApp.app.clientId, enabled: true },
    });
    pending += 1;
    return pending;
  }
});
