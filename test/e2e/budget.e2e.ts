import { describe, expect, it } from 'vitest';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { ADMIN_TOKEN } from './server.js';
import { signIn } from './steps.js';

const MAX_SCRIPT_BYTES = 300_000;

describe.skipIf(noBrowser)('the first load', () => {
  const session = useConsole({ signedIn: false });

  it('takes less than 300 kB of compressed script, sign-in and start page together', async () => {
    const { page, server, visit } = session;
    const client = await page.context().newCDPSession(page);
    await client.send('Network.enable');
    const scripts = new Map<string, { encoding: string | undefined; bytes: number }>();
    client.on('Network.responseReceived', ({ requestId, response, type }) => {
      if (type === 'Script') scripts.set(requestId, { encoding: response.headers['Content-Encoding'], bytes: 0 });
    });
    client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const script = scripts.get(requestId);
      if (script) script.bytes = encodedDataLength;
    });
    await client.send('Network.setCacheDisabled', { cacheDisabled: true });
    await visit('/');
    await signIn(session, ADMIN_TOKEN);
    await page.getByText('No bots yet').waitFor();

    const loaded = [...scripts.values()];
    expect(server.url).toContain('127.0.0.1');
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter(({ bytes }) => bytes > 2_000).every(({ encoding }) => encoding === 'gzip')).toBe(true);
    expect(loaded.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MAX_SCRIPT_BYTES);
  });
});
