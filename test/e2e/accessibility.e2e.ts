import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { importGreeter, settled } from './steps.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OPTIONS: RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] };

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 800 };

describe.skipIf(noBrowser).each([
  { name: 'light and wide', colorScheme: 'light' as const, viewport: WIDE },
  { name: 'dark and narrow', colorScheme: 'dark' as const, viewport: NARROW },
])('every page, $name', ({ colorScheme, viewport }) => {
  const session = useConsole({ colorScheme, viewport });
  const ids = { bot: '', channel: '' };

  beforeAll(async () => {
    if (noBrowser) return;
    await importGreeter(session, 'Greeter');
    const { bots } = await session.server.gql('{ bots(first: 1) { edges { node { id channels { id } } } } }');
    ids.bot = bots.edges[0].node.id;
    ids.channel = bots.edges[0].node.channels[0].id;
  });

  it.each([
    '/bots',
    '/bots/BOT',
    '/bots/BOT/publish',
    '/bots/BOT/overrides',
    '/bots/BOT/versions',
    '/bots/BOT/smart-bots',
    '/bots/BOT/settings',
    '/bots/BOT/channels/new',
    '/bots/BOT/channels/CHANNEL',
    '/bots/BOT/channels/CHANNEL/payload-formats',
    '/bots/BOT/channels/CHANNEL/overrides',
    '/bots/BOT/channels/CHANNEL/deliveries',
    '/bots/BOT/channels/CHANNEL/metrics',
    '/apps',
    '/approvals',
    '/dashboard',
    '/conversations',
    '/audit',
    '/users',
    '/settings',
    '/nowhere',
  ])('%s has no serious issue', async (path) => {
    const { page, visit } = session;
    await visit(path.replace('BOT', ids.bot).replace('CHANNEL', ids.channel));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await settled(session);
    // By the debugger's door: the policy of the page lets no foreign script in.
    const { violations } = await page.evaluate<AxeResults>(`${AXE}; axe.run(${JSON.stringify(OPTIONS)})`);
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n')}`)).toEqual(
      [],
    );
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow, 'the page scrolls sideways').toBeLessThanOrEqual(0);
  });
});
