import { describe, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';

describe.skipIf(noBrowser)('the GraphQL explorer', () => {
  const session = useConsole();

  it('asks as whoever is signed in to the console', async () => {
    const { page, visit } = session;
    const schema = page.waitForResponse('**/graphql');
    await visit('/explorer/');
    await schema;
    await page.locator('.graphiql-query-editor').getByText('Welcome').waitFor(); // the editor is there to be run
    await page.getByRole('button', { name: /^Execute query/ }).click();
    await page.locator('.result-window').getByText('"ADMIN"', { exact: true }).waitFor();
  });
});
