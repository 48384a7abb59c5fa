import { afterEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
afterEach(() => app.remove());

const TOKEN = 'metrics-token-0123456789';
const statusOf = async (url: string, headers: Record<string, string> = {}) =>
  (await fetch(`${url}/metrics`, { headers })).status;

describe('the metrics', () => {
  it('are shown to programs of this machine, and to nobody behind its proxy', async () => {
    app = await startTestApp();
    expect(await statusOf(app.url)).toBe(200);
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) {
      expect(await statusOf(app.url, { [name]: '127.0.0.1' })).toBe(403);
    }
  });

  it('are shown to whoever has the token, where there is one', async () => {
    app = await startTestApp({ env: { METRICS_TOKEN: TOKEN } });
    expect(await statusOf(app.url)).toBe(401);
    expect(await statusOf(app.url, { authorization: `Bearer ${TOKEN}x` })).toBe(401);
    expect(await statusOf(app.url, { authorization: `bearer ${TOKEN}`, 'x-forwarded-for': '192.0.2.1' })).toBe(200);
  });

  it('are on a port of their own, where there is one, and on no other', async () => {
    app = await startTestApp({ env: { METRICS_PORT: '0' } });
    expect(await statusOf(app.url)).toBe(404);
    expect(await statusOf(app.metricsUrl, { 'x-forwarded-for': '192.0.2.1' })).toBe(200);
    expect((await fetch(`${app.metricsUrl}/graphql`)).status).toBe(404);
    await app.restart();
    expect(await statusOf(app.metricsUrl)).toBe(200);
  });
});
