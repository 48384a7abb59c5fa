import { describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';

describe.skipIf(noBrowser)('the approvals of an admin', () => {
  const session = useConsole();

  async function request(name: string): Promise<void> {
    const { server } = session;
    const { createBot } = await server.gql(
      'mutation($n: String!) { createBot(input: { name: $n, engine: DIALOG }) { id } }',
      {
        n: `Bot of ${name}`,
      },
    );
    const { createApp } = await server.gql(
      'mutation($n: String!) { createApp(input: { name: $n }) { app { clientId } } }',
      {
        n: `App of ${name}`,
      },
    );
    await server.gql(
      'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { message } }',
      {
        input: { botId: createBot.id, name, mode: 'SYNC', enabled: true, appClientId: createApp.app.clientId },
      },
    );
  }

  it('counts what waits, live, and empties as it is decided', async () => {
    const { page, visit, server } = session;
    await visit('/bots');
    await page.getByRole('link', { name: 'Approvals 0 pending' }).waitFor();
    await request('Kiosk');
    await request('Phone');
    await page.getByRole('link', { name: 'Approvals 2 pending' }).click();

    await page
      .getByRole('article', { name: 'New channel Kiosk of Bot of Kiosk' })
      .getByText('App of Kiosk')
      .or(page.getByText('cs-').first())
      .first()
      .waitFor();
    await page.getByRole('article', { name: /Kiosk/ }).getByText('Synchronous', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Approve: New channel Kiosk/ }).click();
    await page.getByRole('link', { name: 'Approvals 1 pending' }).waitFor();

    await page.getByRole('article', { name: /Phone/ }).getByRole('button', { name: 'Reject' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reject' });
    await dialog.getByRole('button', { name: 'Reject' }).click();
    expect(await dialog.getByLabel('Reason').evaluate((field) => field.matches(':invalid'))).toBe(true);
    await dialog.getByLabel('Reason').fill('Not without a contract');
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Nothing waits for a decision').waitFor();

    await page.getByText('Rejected', { exact: true }).click();
    await page.getByText('Reason: Not without a contract').waitFor();
    expect(page.url()).toContain('status=REJECTED');
    await page.reload();
    await page.getByText('Reason: Not without a contract').waitFor();
    const { bots } = await server.gql('{ bots(first: 10) { edges { node { id name channels { name status } } } } }');
    const states = bots.edges.flatMap(
      ({ node }: { node: { channels: { name: string; status: string }[] } }) => node.channels,
    );
    expect(states).toEqual(
      expect.arrayContaining([
        { name: 'Kiosk', status: 'APPROVED' },
        { name: 'Phone', status: 'REJECTED' },
      ]),
    );
    const ofPhone = bots.edges.find(({ node }: { node: { name: string } }) => node.name === 'Bot of Phone').node.id;
    await visit(`/bots/${ofPhone}`);
    await page.getByText(/Reason: Not without a contract$/).waitFor();
  });
});
