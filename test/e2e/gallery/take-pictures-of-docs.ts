import { mkdirSync } from 'node:fs';
import { openBrowser } from '../browser.js';
import { ADMIN_TOKEN, startServer } from '../server.js';
import {
  addChannel,
  approveAll,
  botIdOf,
  type ConsoleSession,
  call,
  createApp,
  importGreeter,
  openImported,
  publish,
  save,
  settled,
  signIn,
  talk,
} from '../steps.js';

/** The pictures of docs/console.md, taken on the way from nothing to a bot that answers. */
export async function takePicturesOfDocs(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const server = await startServer();
  const browser = await openBrowser({ viewport: { width: 1100, height: 720 } });
  const { page } = browser;
  const session: ConsoleSession = {
    server,
    browser,
    page,
    visit: async (path) => void (await page.goto(`${server.url}/console${path}`)),
  };
  const take = async (name: string) => {
    await settled(session);
    await page.screenshot({ path: `${folder}${name}.png` });
  };
  try {
    await session.visit('/');
    await signIn(session, ADMIN_TOKEN);
    await importGreeter(session, 'Hotel Bellevue');
    await openImported(session);
    const botId = botIdOf(session);
    await take('bot');

    await page.getByRole('link', { name: 'Associate an app' }).click();
    const secret = await createApp(session, 'Lobby screens');
    await save(session);
    await addChannel(session, botId, 'Room service', 'Lobby screens');
    await page.evaluate('scrollTo(0, 0)');
    await take('channel');
    await publish(session, botId);
    await session.visit('/approvals');
    await take('approvals');
    await approveAll(session);

    await session.visit(`/bots/${botId}`);
    await page.getByRole('link', { name: 'Room service' }).click();
    const log = await talk(session, 'hello');
    await log.getByText('Hello from').waitFor();
    await take('talk');
    const { bots } = await session.server.gql('{ bots(first: 1) { edges { node { channels { id name } } } } }');
    const room = bots.edges[0].node.channels.find(({ name }: { name: string }) => name === 'Room service');
    await call(session, room.id, secret, 'hello');
    await session.visit('/dashboard');
    await page.getByText('Hour', { exact: true }).click();
    await page.getByRole('region', { name: 'Messages' }).getByText('In: 1').waitFor();
    await page.locator('canvas').first().waitFor(); // the charts come after their figures
    await take('dashboard');
  } finally {
    await browser.close();
    await server.stop();
  }
}
