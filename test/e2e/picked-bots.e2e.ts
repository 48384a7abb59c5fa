import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { greeterExport } from './greeter.js';
import { makeLiveBot } from './live-bot.js';

describe.skipIf(noBrowser)('what is picked in a list', () => {
  const session = useConsole();

  beforeAll(async () => {
    if (noBrowser) return;
    await makeLiveBot(session.server, 'Ready');
    await session.server.gql('mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }', {
      input: { mode: 'NEW', ...greeterExport('Bare') },
    });
  });

  it('is published together: one that cannot be says why, and the others go on', async () => {
    const { page, visit } = session;
    await visit('/bots');
    await page.getByRole('checkbox', { name: 'Pick Bare' }).check();
    await page.getByRole('checkbox', { name: 'Pick Ready' }).check();
    await page.getByRole('button', { name: 'Publish 2 picked' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish 2 bots' });
    await dialog.getByText('Ready', { exact: true }).waitFor();
    await dialog.getByRole('textbox', { name: 'Comment' }).fill('For spring');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Publish and approve' }).click();
    await dialog.getByText('Version 2 is live.').waitFor();
    await dialog.getByText('Select at least one channel').waitFor();
    const { bots } = await session.server.gql(
      '{ bots { edges { node { name versions { edges { node { number comment } } } } } } }',
    );
    const versions = Object.fromEntries(
      bots.edges.map(({ node }: { node: { name: string; versions: { edges: { node: object }[] } } }) => [
        node.name,
        node.versions.edges.map((edge) => edge.node),
      ]),
    );
    expect(versions.Ready[0]).toEqual({ number: 2, comment: 'For spring' });
    expect(versions.Bare).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'Publish 0 picked' }).waitFor();
  });

  it('is tagged, apps too, and found by the tag', async () => {
    const { page, visit } = session;
    await visit('/apps');
    await page.getByRole('checkbox', { name: 'Pick App of Ready' }).check();
    await page.getByRole('button', { name: 'Tag 1 picked' }).click();
    const dialog = page.getByRole('dialog', { name: 'Tags' });
    await dialog.getByLabel('Add', { exact: true }).first().fill('partner');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /App of Ready.*partner/ }).waitFor();
    await visit('/apps?tag=partner&order=CHANGED');
    await page.getByText('App of Ready').waitFor();
    await visit('/apps?tag=other');
    await page.getByText('No app is like that').waitFor();
  });
});
