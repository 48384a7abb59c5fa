import { describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';

describe.skipIf(noBrowser)('the privacy of a bot', () => {
  const session = useConsole();

  it('shows what is masked, exports a user and erases them', async () => {
    const { page, server, visit } = session;
    const { createBot } = await server.gql('mutation { createBot(input: { name: "Discreet" }) { id } }');
    const { id } = createBot;
    await server.gql('mutation($id: ID!) { setPrivacy(botId: $id, masks: [{ kind: CARD }], retentionDays: 7) }', {
      id,
    });
    await visit(`/bots/${id}/privacy`);
    await page.getByText('Card numbers are stored as [card]').waitFor();
    await page.getByText('Kept for 7 days.').waitFor();
    await page.getByLabel('End user').fill('ann');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export user' }).click();
    expect((await download).suggestedFilename()).toBe('end-user.json');
    await page.getByRole('button', { name: 'Erase user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('asked for by letter');
    await dialog.getByRole('button', { name: 'Erase user' }).click();
    await page.getByText(/^Erased: 0 conversations/).waitFor();
  });
});
