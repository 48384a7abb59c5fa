import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../support/free-port.js';
import { noBrowser, openBrowser } from './browser.js';
import { ADMIN_TOKEN, startServer } from './server.js';
import { signIn } from './steps.js';

describe.skipIf(noBrowser)('a server that is restarted while somebody is at the console', () => {
  /** On Home, with a server that can be stopped and comes back at the same address with the same data. */
  async function atHome() {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'hookswitch-restarted-'));
    onTestFinished(() => rm(DATA_DIR, { recursive: true, force: true }));
    const env = { PORT: String(await freePort()), DATA_DIR };
    const server = await startServer(env);
    const browser = await openBrowser();
    onTestFinished(() => browser.close());
    const { page } = browser;
    const visit = async (path: string) => void (await page.goto(`${server.url}/console${path}`));
    await visit('/');
    await signIn({ browser, server, page, visit }, ADMIN_TOKEN);
    const comeBack = async () => {
      const second = await startServer(env);
      onTestFinished(() => second.stop());
    };
    return { page, stop: () => server.stop(), comeBack };
  }

  it('opens a page that nobody has been to by itself when it is back', async () => {
    const { page, stop, comeBack } = await atHome();
    await stop();
    await page.getByRole('link', { name: 'Apps', exact: true }).click();
    await page.getByText('The server cannot be reached', { exact: true }).waitFor();
    await comeBack();
    await page.getByRole('heading', { name: 'Apps', level: 1 }).waitFor();
    expect(page.url()).toMatch(/\/console\/apps$/);
  });

  it('goes on with a page that was there, and asks again for what it needs', async () => {
    const { page, stop, comeBack } = await atHome();
    await page.getByRole('link', { name: 'Audit log', exact: true }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Users and tokens' }).click();
    await page.getByRole('heading', { level: 1, name: /Users/ }).waitFor();
    await stop();
    await page.getByRole('link', { name: 'Audit log', exact: true }).click();
    await page.getByText('The server cannot be reached.').first().waitFor();
    await comeBack();
    await page.getByText('The server cannot be reached.').first().waitFor({ state: 'detached' });
  });
});
