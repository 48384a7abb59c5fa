import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { greeterExport } from './greeter.js';

const zipOf = (files: Record<string, unknown>) => ({
  name: 'bot.zip',
  mimeType: 'application/zip',
  buffer: Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([name, value]) => [name, strToU8(JSON.stringify(value))]))),
  ),
});

describe.skipIf(noBrowser)('importing a bot', () => {
  const session = useConsole();

  async function open() {
    const { page, visit } = session;
    await visit('/bots');
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Import a bot' });
    return { dialog, drop: dialog.locator('input[type=file]') };
  }

  it('says what is wrong with a file, changes nothing, and takes the next one', async () => {
    const { server, page } = session;
    const total = async (): Promise<number> => (await server.gql('{ bots { totalCount } }')).bots.totalCount;
    const before = await total();
    const { dialog, drop } = await open();
    await dialog.getByLabel('Name').fill('Doorman');
    await drop.setInputFiles({ name: 'holiday.zip', mimeType: 'application/zip', buffer: Buffer.from('PK no zip') });
    await dialog.getByRole('alert').getByText('holiday.zip is a damaged zip').waitFor();
    await drop.setInputFiles(zipOf({ 'notes.txt': 'hello' }));
    await dialog.getByRole('alert').getByText('There is no botDefinition.json').waitFor();
    await drop.setInputFiles(zipOf({ 'botDefinition.json': 'a text' }));
    await dialog.getByRole('alert').waitFor();
    expect(await total()).toBe(before);

    const { definition, config } = greeterExport('Porter');
    await drop.setInputFiles(zipOf({ 'botDefinition.json': definition, 'config.json': config }));
    await dialog.getByText('This would import “Doorman”').waitFor();
    expect(await total()).toBe(before);
    await dialog.getByRole('button', { name: 'Import it' }).click();
    await dialog.getByText('“Doorman” was imported').waitFor(); // the name that was typed before
    await dialog.getByText(/\d+ dialogs?, \d+ messages?/).waitFor();
    await dialog.getByRole('link', { name: 'Front desk' }).click();
    await page.getByRole('heading', { name: /Front desk/ }).waitFor();
  });

  it('shows that it is at work, and takes the files of an unpacked export together', async () => {
    const { page } = session;
    const { dialog, drop } = await open();
    const { definition, config } = greeterExport('Unpacked');
    const file = (name: string, value: unknown) => ({
      name,
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(value)),
    });
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('ImportBot')) await held;
      await route.continue();
    });
    await drop.setInputFiles([file('botDefinition.json', definition), file('config.json', config)]);
    await dialog.getByRole('status').getByText('Looking').waitFor();
    answer();
    await dialog.getByRole('button', { name: 'Import it' }).click();
    await dialog.getByText('“Unpacked” was imported').waitFor();
    await dialog.getByText('To be configured').waitFor();
    await page.unroute('**/graphql');
  });

  it('takes an export that is dropped anywhere on the page', async () => {
    const { page, visit } = session;
    await visit('/bots');
    await page.getByRole('button', { name: 'Import', exact: true }).waitFor();
    const { definition, config } = greeterExport('Fallen');
    const texts = JSON.stringify({
      'botDefinition.json': JSON.stringify(definition),
      'config.json': JSON.stringify(config),
    });
    const dropped = await page.evaluateHandle(`(() => {
      const data = new DataTransfer();
      for (const [name, text] of Object.entries(${texts})) data.items.add(new File([text], name, { type: 'application/json' }));
      return data;
    })()`);
    await page.dispatchEvent('h1', 'dragover', { dataTransfer: dropped });
    await page.getByText('Drop the export anywhere here').waitFor();
    await page.dispatchEvent('h1', 'drop', { dataTransfer: dropped });
    const dialog = page.getByRole('dialog', { name: 'Import a bot' });
    await dialog.getByText('This would import “Fallen”').waitFor();
    await dialog.getByRole('button', { name: 'Import it' }).click();
    await dialog.getByText('“Fallen” was imported').waitFor();
  });
  it('leads to the secured variables of the file, which are filled in together', async () => {
    const { page, server } = session;
    const { dialog, drop } = await open();
    const { definition } = greeterExport('Keyed');
    const secured = (key: string) => ({ key, value: '', variableType: 'env', isSecured: true });
    const config = { name: 'Keyed', envVariables: [secured('MAPS_KEY'), secured('MAIL_KEY')] };
    await drop.setInputFiles(zipOf({ 'botDefinition.json': definition, 'config.json': config }));
    await dialog.getByRole('list', { name: 'Variables' }).getByText('MAPS_KEY').waitFor();
    await dialog.getByRole('button', { name: 'Import it' }).click();
    await dialog.getByRole('link', { name: 'Fill them in' }).click();
    const form = page.getByRole('form', { name: 'Variables to fill in' });
    await form.getByLabel('MAPS_KEY').fill('maps-secret');
    await form.getByLabel('MAIL_KEY').fill('mail-secret');
    await expectAccessible(page);
    await form.getByRole('button', { name: 'Save values' }).click();
    await form.waitFor({ state: 'detached' });
    const { bots } = await server.gql(
      '{ bots(search: "Keyed") { edges { node { variables { key secured filled value } } } } }',
    );
    const filled = { secured: true, filled: true, value: null };
    expect(bots.edges[0].node.variables).toEqual([
      { key: 'MAIL_KEY', ...filled },
      { key: 'MAPS_KEY', ...filled },
    ]);
  });
});
