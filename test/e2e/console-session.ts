import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { type BrowserOptions, noBrowser, openBrowser } from './browser.js';
import { ADMIN_TOKEN, startServer } from './server.js';
import { type ConsoleSession, signIn } from './steps.js';

/** A server and a browser for the tests of one file, signed in as the first ADMIN. The page must not complain. */
export function useConsole(
  options: BrowserOptions & { signedIn?: boolean; env?: Record<string, string> } = {},
): ConsoleSession {
  const { signedIn = true, env, ...browserOptions } = options;
  const session = {} as ConsoleSession; // filled below, before any test reads it
  beforeAll(async () => {
    if (noBrowser) return;
    session.server = await startServer(env);
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
