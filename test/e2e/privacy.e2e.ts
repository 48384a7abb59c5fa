import { describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { makeLiveBot } from './live-bot.js';

describe.skipIf(noBrowser)('the privacy of a bot', () => {
  const session = useConsole();

  it('is changed for a bot and for a channel, and says what is wrong', async () => {
    const { page, server, visit } = session;
    const { botId, channelId } = await makeLiveBot(server, 'Careful');
    const form = page.getByRole('form', { name: 'Privacy settings' });
    const save = () => form.getByRole('button', { name: 'Save' }).click();
    await visit(`/bots/${botId}/privacy`);
    await form.getByRole('button', { name: 'Add a mask' }).click();
    await form.getByLabel('What mask 1 hides').selectOption('IBAN');
    await form.getByRole('button', { name: 'Add a mask' }).click();
    await form.getByLabel('What mask 2 hides').selectOption('REGEX');
    await form.getByLabel('Pattern of mask 2').fill('(?<=x)y');
    await form.getByLabel('What mask 2 puts there').fill('[customer]');
    await form.getByLabel('Kept for days').fill('7');
    await form.getByRole('switch', { name: 'Seal customData' }).check();
    await save();
    await form
      .getByText(/^RE2 does not take the pattern/)
      .first()
      .waitFor();
    await form.getByLabel('Pattern of mask 2').fill('K-[0-9]{6}');
    await save();
    await page.getByText('The privacy settings were saved.').first().waitFor();
    await page.reload();
    expect(await form.getByLabel('Pattern of mask 2').inputValue()).toBe('K-[0-9]{6}');
    expect(await form.getByLabel('What mask 1 puts there').inputValue()).toBe('[IBAN]');
    const FIELDS = 'privacy { masks { kind pattern replacement } retentionDays sealCustomData }';
    const { bot } = await server.gql(`query($id: ID!) { bot(id: $id) { ${FIELDS} } }`, { id: botId });
    expect(bot.privacy).toEqual({
      masks: [
        { kind: 'IBAN', pattern: null, replacement: '[IBAN]' },
        { kind: 'REGEX', pattern: 'K-[0-9]{6}', replacement: '[customer]' },
      ],
      retentionDays: 7,
      sealCustomData: true,
    });
    await form.getByRole('button', { name: 'Remove mask 2' }).click();
    await form.getByLabel('Kept for days').fill('');
    await save();
    await page.getByText('The privacy settings were saved.').first().waitFor();

    await visit(`/bots/${botId}/channels/${channelId}/privacy`);
    await form.getByLabel('Kept for days').fill('3');
    await save();
    await page.getByText('The privacy settings were saved.').first().waitFor();
    const { channel } = await server.gql(`query($id: ID!) { channel(id: $id) { ${FIELDS} bot { ${FIELDS} } } }`, {
      id: channelId,
    });
    expect(channel.privacy).toEqual({ masks: [], retentionDays: 3, sealCustomData: false });
    expect(channel.bot.privacy).toMatchObject({ masks: [{ kind: 'IBAN' }], retentionDays: null });
  });

  it('shows what is masked, exports a user and erases them', async () => {
    const { page, server, visit } = session;
    const { createBot } = await server.gql('mutation { createBot(input: { name: "Discreet" }) { id } }');
    const { id } = createBot;
    await server.gql('mutation($id: ID!) { setPrivacy(botId: $id, masks: [{ kind: CARD }], retentionDays: 7) }', {
      id,
    });
    await visit(`/bots/${id}/privacy`);
    const form = page.getByRole('form', { name: 'Privacy settings' });
    await form.waitFor();
    expect(await form.getByLabel('What mask 1 hides').inputValue()).toBe('CARD');
    expect(await form.getByLabel('Kept for days').inputValue()).toBe('7');
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
