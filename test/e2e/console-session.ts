import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { type BrowserOptions, noBrowser, openBrowser, type TestBrowser } from './browser.js';
import { ADMIN_TOKEN, startServer, type TestServer } from './server.js';

/** What a file of tests works with; filled before its first test. */
export interface ConsoleSession {
  browser: TestBrowser;
  server: TestServer;
  page: TestBrowser['page'];
  /** Opens a page of the console by its path. */
  visit(path: string): Promise<void>;
}

/** A server and a browser for the tests of one file, signed in as the first ADMIN. The page must not complain. */
export function useConsole(options: BrowserOptions & { signedIn?: boolean } = {}): ConsoleSession {
  const { signedIn = true, ...browserOptions } = options;
  const session = {} as ConsoleSession; // filled below, before any test reads it
  beforeAll(async () => {
    if (noBrowser) return;
    session.server = await startServer();
    session.browser = await openBrowser(browserOptions);
    session.page = session.browser.page;
    session.visit = async (path) => void (await session.page.goto(`${session.server.url}/console${path}`));
    await session.visit('/');
    if (signedIn) await signIn(session, ADMIN_TOKEN);
  });
  beforeEach(() => () => expect(session.browser?.complaints ?? []).toEqual([]));
  afterAll(async () => {
    await session.browser?.close();
    await session.server?.stop();
  });
  return session;
}

export async function signIn({ page }: ConsoleSession, token: string): Promise<void> {
  await page.getByRole('textbox', { name: 'API token' }).fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Bots', level: 1 }).waitFor();
}
