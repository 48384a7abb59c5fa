import { beforeAll, describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { type Seeded, seed } from './seed.js';

// One page of fifty, and a row for the way to the next.
const PAGE = 50;

describe.skipIf(noBrowser)('long lists: 10,000 bots, 100,000 deliveries', () => {
  const session = useConsole();
  let seeded: Seeded;

  beforeAll(async () => {
    if (noBrowser) return;
    seeded = await seed(session.server, { bots: 10_000, deliveries: 100_000, conversations: 20_000 });
  });

  /** A table's rows without its head. */
  const rowsOf = (label: string) => session.page.getByRole('table', { name: label }).locator('tbody tr');

  it('draws one page of bots, the next when asked, and finds one of them by its name', async () => {
    const { page, visit } = session;
    await visit('/bots');
    await page.getByRole('link', { name: 'Bot 10000' }).waitFor();
    await page.getByText('There is more.').waitFor();
    expect(await rowsOf('Bots').count()).toBe(PAGE + 1);
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('link', { name: 'Bot 09950' }).waitFor();
    expect(await rowsOf('Bots').count()).toBe(2 * PAGE + 1);

    await page.getByRole('textbox', { name: 'Search bots' }).fill('bot 00042');
    await page.getByRole('link', { name: 'Bot 00042' }).waitFor();
    await page.getByRole('link', { name: 'Bot 10000' }).waitFor({ state: 'detached' });
    expect(await rowsOf('Bots').count()).toBe(1);
  });

  it('draws one page of deliveries, the next when asked, and those that were given up', async () => {
    const { page, visit } = session;
    await visit(`/bots/${seeded.botId}/channels/${seeded.channelId}/deliveries`);
    await page.getByRole('button', { name: 'Details of ms-100000' }).waitFor();
    expect(await rowsOf('Deliveries').count()).toBe(PAGE + 1);
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('button', { name: 'Details of ms-99950' }).waitFor();
    expect(await rowsOf('Deliveries').count()).toBe(2 * PAGE + 1);

    await page.getByRole('combobox', { name: 'State' }).click();
    await page.getByRole('option', { name: 'Given up' }).click();
    await page.waitForURL(/status=DEAD/);
    await rowsOf('Deliveries').first().getByText('Given up').waitFor();
    expect(await rowsOf('Deliveries').count()).toBe(PAGE + 1);
  });

  it('offers few bots to pick from, and any other by what is typed', async () => {
    const { page, visit } = session;
    await visit('/conversations');
    await page.getByRole('button', { name: /^Read the conversation of user-20000/ }).waitFor();
    expect(await rowsOf('Conversations').count()).toBe(PAGE + 1);
    const picker = page.getByRole('combobox', { name: 'Bot' });
    await picker.click();
    await page.getByRole('option', { name: 'Bot 10000' }).waitFor();
    expect(await page.getByRole('option').count()).toBeLessThanOrEqual(PAGE);
    await picker.fill('00000');
    await page.getByRole('option', { name: 'Bot 00000' }).click();
    await page.getByRole('combobox', { name: 'Channel' }).click();
    await page.getByRole('option', { name: 'Line', exact: true }).click();
    await page.getByText('20,000 in all').waitFor();

    await visit('/conversations');
    const channel = page.getByRole('combobox', { name: 'Channel' });
    const one = `${seeded.channelId}-00042`;
    await channel.fill(one);
    await page.getByRole('option', { name: 'Line · Bot 00042', exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('channelId') === one);
    await page.reload();
    await expect.poll(() => channel.inputValue()).toBe('Line · Bot 00042');
  });
});
