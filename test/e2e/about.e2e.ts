import { describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';

describe.skipIf(noBrowser)('the server that the console is of', () => {
  const session = useConsole({ env: { INSTANCE_NAME: 'Staging' }, viewport: { width: 1280, height: 480 } });

  it('has its name in the header and in the tab', async () => {
    const { page, visit } = session;
    await visit('/bots');
    await page.getByRole('banner').getByText('Staging', { exact: true }).waitFor();
    await expect.poll(() => page.title()).toBe('Bots · Staging · Hookswitch');
  });

  it('says its version below the navigation, which scrolls, and leads to what has changed', async () => {
    const { page, visit } = session;
    await visit('/bots');
    const { about } = await session.server.gql('{ about { version } }');
    const version = page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: `Hookswitch ${about.version}` });
    await version.scrollIntoViewIfNeeded();
    const { y, height } = (await version.boundingBox()) ?? { y: 0, height: 0 };
    expect(y + height).toBeLessThanOrEqual(480);
    const opened = session.browser.context.waitForEvent('page');
    await version.click();
    const changes = await opened;
    await changes.getByRole('heading', { name: 'Changelog', level: 1 }).waitFor();
    await changes.close();
  });
});
