import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Why there is no browser to test with; null: there is one. */
export const noBrowser: string | null = existsSync(executablePath)
  ? null
  : `no browser: ${executablePath} does not exist; install Chromium or set CHROMIUM_PATH`;

if (noBrowser) console.warn(`The console is not tested: ${noBrowser}.`);

// Nothing but the page: no updates, no sync, no call home.
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What Playwright starts Chromium with, and nobody else does. */
const UNCOMMON_FLAGS = [
  '--disable-back-forward-cache',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** How long a page may take to show what is expected. Not a clock: every wait ends as soon as it is there. */
const PATIENCE_MS = 30_000;

export interface TestBrowser {
  page: Page;
  context: BrowserContext;
  /** What the page complained about so far: errors of scripts, violations of the policy, failed requests. */
  complaints: string[];
  close(): Promise<void>;
}

export interface BrowserOptions {
  /** With the back/forward cache and the throttling of pages out of sight that people's browsers have. */
  ordinary?: boolean;
  colorScheme?: 'light' | 'dark';
  viewport?: { width: number; height: number };
}

/** A browser with a profile of its own. Requests to anywhere but the machine itself are refused and complained about. */
export async function openBrowser({ ordinary = false, ...options }: BrowserOptions = {}): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'hookswitch-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: FLAGS,
    ...(ordinary && { ignoreDefaultArgs: UNCOMMON_FLAGS }),
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  await context.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => {
      complaints.push(`asked for ${route.request().url()}`);
      return route.abort();
    },
  );
  const [page = await context.newPage()] = context.pages();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return {
    page,
    context,
    complaints,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
