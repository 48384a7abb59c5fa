import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleBot } from '../../src/definition/samples/sample-bot.js';
import { ADMIN_TOKEN, startTestApp, type TestApp } from '../support/app.js';

const repository = fileURLToPath(new URL('../../', import.meta.url));

let app: TestApp;
let folder: string; // like a project that has the package installed, with an export in it
beforeAll(async () => {
  app = await startTestApp();
  folder = await mkdtemp(join(tmpdir(), 'hookswitch-admin-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(repository, join(folder, 'node_modules/hookswitch'));
  await writeFile(join(folder, 'botDefinition.json'), JSON.stringify(sampleBot));
});
afterAll(async () => {
  await app.remove();
  await rm(folder, { recursive: true });
});

it('the guide of the client works as it stands', async () => {
  const guide = readFileSync(join(repository, 'docs/admin-client.md'), 'utf8');
  const code = [...guide.matchAll(/```js\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
  await writeFile(join(folder, 'guide.mjs'), code);
  const env = { PATH: process.env.PATH, HOOKSWITCH_URL: app.url, HOOKSWITCH_TOKEN: ADMIN_TOKEN };
  const { stdout } = await promisify(execFile)(process.execPath, ['guide.mjs'], { cwd: folder, env });
  expect(stdout).toMatch(/Web: http:\/\/hooks\.test\/chatbot\/hooks\/st-/);
  expect(stdout).toMatch(/^BAD_USER_INPUT name /m);
  expect(stdout).toMatch(/bot\.publish/);
  expect(stdout).toMatch(/^0$/m);
});
