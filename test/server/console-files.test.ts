import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleFiles } from '../../src/server/console.js';

describe('the files of the console', () => {
  let folder: string;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-console-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), 'the page');
    await writeFile(join(folder, 'assets', 'old.js'), 'old');
    server = new Koa().use(consoleFiles(folder)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/console`;
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, text: await response.text(), kept: response.headers.get('cache-control') };
  };

  it('are served as they are now: one that an upgrade has removed is not found, and one it has brought is', async () => {
    const forEver = 'public, max-age=31536000, immutable';
    expect(await get('/assets/old.js')).toEqual({ status: 200, text: 'old', kept: forEver });
    await rm(join(folder, 'assets', 'old.js'));
    await writeFile(join(folder, 'assets', 'new.js'), 'new');
    expect((await get('/assets/old.js')).status).toBe(404);
    expect(await get('/assets/new.js')).toEqual({ status: 200, text: 'new', kept: forEver });
    expect(await get('/bots/st-1')).toEqual({ status: 200, text: 'the page', kept: 'no-cache' });
  });
});
