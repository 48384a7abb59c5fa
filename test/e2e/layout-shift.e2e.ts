import { beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { makeLiveBot } from './live-bot.js';
import { settled } from './steps.js';

/** Share of the window that may move, summed over a page's life: far below 0.1, which counts as good. */
const MOST = 0.05;

/** Runs in the page before anything of it: adds up how much of what is seen moves by itself. */
const OBSERVE = `globalThis.shifted = 0;
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.shifted += value;
}).observe({ type: 'layout-shift', buffered: true });`;
const TWO_FRAMES = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

describe.skipIf(noBrowser)('what is on the screen', () => {
  const session = useConsole();

  beforeAll(async () => {
    if (noBrowser) return;
    await makeLiveBot(session.server, 'Greeter');
    await session.page.addInitScript(OBSERVE);
  });

  it.each([
    '/',
    '/bots',
    '/channels',
    '/apps',
    '/approvals',
    '/conversations',
    '/deliveries',
    '/deliveries/endpoints',
    '/audit',
    '/users',
    '/sign-in-providers',
    '/alerts',
  ])('stays where it is when the answers for %s arrive', async (path) => {
    const { page, visit } = session;
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/graphql', async (route) => {
      await held;
      await route.continue();
    });
    await visit(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.evaluate(TWO_FRAMES); // drawn without answers
    answer();
    await settled(session);
    await page.evaluate(TWO_FRAMES);
    await page.unroute('**/graphql');
    expect(await page.evaluate('shifted'), 'layout shift').toBeLessThan(MOST);
  });
});
