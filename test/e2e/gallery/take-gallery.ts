import { mkdirSync, rmSync } from 'node:fs';
import { openBrowser } from '../browser.js';
import { ADMIN_TOKEN, startServer } from '../server.js';
import { type ConsoleSession, settled, signIn } from '../steps.js';
import { fillHotel } from './hotel.js';
import { viewsOf } from './views.js';

/** A picture of every page of the console, whole from top to bottom, as an ADMIN of a hotel group sees it. */
export async function takeGallery(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const server = await startServer({ INSTANCE_NAME: 'Staging' });
  const browser = await openBrowser({ viewport: { width: 1280, height: 800 } });
  const { page } = browser;
  let count = 0;
  const take = (name: string) => {
    count += 1;
    return page.screenshot({ path: `${folder}${String(count).padStart(2, '0')}-${name}.png`, fullPage: true });
  };
  const session: ConsoleSession = {
    server,
    browser,
    page,
    visit: async (path) => void (await page.goto(`${server.url}/console${path}`)),
  };
  try {
    await session.visit('/');
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await take('sign-in');
    await signIn(session, ADMIN_TOKEN);
    await settled(session);
    await take('home-without-bots');
    const hotel = await fillHotel(server);
    for (const { name, path, show } of viewsOf(hotel)) {
      await session.visit(path);
      await settled(session);
      await show?.(page);
      await settled(session);
      await take(name);
    }
    await session.visit('/explorer/');
    await page.getByText('viewer').first().waitFor();
    await take('explorer');
    await session.visit('/docs/console');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await take('documentation');
    await hotel.receiver.close();
  } finally {
    await browser.close();
    await server.stop();
  }
}
