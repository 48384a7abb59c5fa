import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBot } from '../../src/definition/samples/sample-bot.js';
import { ADMIN_TOKEN, startTestApp, type TestApp } from '../support/app.js';

const run = promisify(execFile);

describe('npm run import', () => {
  let app: TestApp;
  let folder: string;
  beforeAll(async () => {
    app = await startTestApp();
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-import-'));
  });
  afterAll(async () => {
    await app.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (...args: string[]) =>
    run(
      process.execPath,
      ['dist/bundle/server/hookswitch.js', 'import', ...args, '--url', app.url, '--token', ADMIN_TOKEN],
      {
        cwd: new URL('../..', import.meta.url),
      },
    );

  it('takes a zip as the platform exports it, and reports what it did', async () => {
    const path = join(folder, 'export.zip');
    const channels = [{ displayName: 'Phone', type: 'ivr', isAsync: false, enable: true, notification: { acl: [] } }];
    const table = { name: 'orders' };
    const files = {
      'botDefinition.json': strToU8(JSON.stringify({ ...sampleBot, channels })),
      'config.json': strToU8(JSON.stringify({ name: 'Zipped', envVariables: [] })),
      '__MACOSX/._botDefinition.json': new Uint8Array([0, 5, 22, 7]),
      'icon.png': new Uint8Array([137, 80, 78, 71]),
      'tableDefinition_orders_1.json': strToU8(JSON.stringify(table)),
    };
    await writeFile(path, zipSync(files));
    const { stdout } = await start(path);
    expect(stdout).toMatch(/^Imported "Orders" as st-[0-9a-f-]+: 2 dialogs, /);
    expect(stdout).toMatch(/channel "Phone" \(ivrInst-[0-9a-f-]+\): NEEDS_CONFIGURATION/);
  });

  it('binds channels to what a file names, its secrets from the environment, and only shows it with --dry-run', async () => {
    await app.gql('mutation { createApp(input: { name: "Caller" }) { app { clientId } } }');
    const channels = [{ displayName: 'CRM', type: 'ivr', isAsync: true, enable: true, notification: { acl: [] } }];
    const path = join(folder, 'bound', 'botDefinition.json');
    await mkdir(join(folder, 'bound'));
    await writeFile(path, JSON.stringify({ ...sampleBot, channels }));
    const bindings = join(folder, 'bindings.yaml');
    const wanted = `{channel: CRM, app: Caller, postUrl: "http://127.0.0.1:9/in", accessToken: "\${env:PATH}"}`;
    await writeFile(bindings, `channels:\n  - ${wanted}\n`);
    const args = [path, '--name', 'Bound', '--bindings', bindings, '--publish'];
    const shown = await start(...args, '--dry-run');
    expect(shown.stdout).toContain('+ Channel CRM\n');
    expect(shown.stdout).toContain('^ Bot Bound\n');
    const { stdout } = await start(...args);
    expect(stdout).toMatch(/signing secret of "CRM", shown this once: whsec_/);
    expect(stdout).toMatch(/version 1: AWAITING_APPROVAL/);
    await writeFile(bindings, `channels:\n  - {channel: CRM, accessToken: "\${env:NONE_OF_THIS}"}\n`);
    await expect(start(...args)).rejects.toMatchObject({
      stderr: expect.stringContaining('bindings.yaml:2:33: The environment has no variable NONE_OF_THIS.'),
    });
  });

  it('takes a definition file, under another name, with the data tables beside it', async () => {
    const path = join(folder, 'botDefinition.json');
    await writeFile(path, JSON.stringify(sampleBot));
    const table = { name: 'tableDefinition_orders_1.json', content: '{"name":"orders"}' };
    await writeFile(join(folder, table.name), table.content);
    const { stdout } = await start(path, '--name', 'Renamed');
    expect(stdout).toMatch(/^Imported "Renamed"/);
    const [, botId] = / as (st-[0-9a-f-]+)/.exec(stdout) ?? [];
    const exported = await app.gql('mutation($id: ID!) { exportBot(botId: $id) { files { name content } } }', {
      id: botId,
    });
    expect(exported.exportBot.files).toEqual([table]);
  });

  it('takes along the functions beside a definition file, and those it is told of', async () => {
    const apart = await mkdtemp(join(tmpdir(), 'hookswitch-functions-'));
    const path = join(apart, 'botDefinition.json');
    const script = { _id: 'dc-s', refId: 's', type: 'script', name: 'Greet', script: 'greet(); part()' };
    await writeFile(path, JSON.stringify({ ...sampleBot, dialogComponents: [...sampleBot.dialogComponents, script] }));
    await writeFile(join(apart, 'other.js'), 'function part() {}');
    expect((await start(path)).stdout).toMatch(/calls greet\(\), part\(\), which no \.js file of the import has/);
    await writeFile(join(apart, 'botFunctions.js'), 'function greet() {}');
    expect((await start(path)).stdout).toMatch(/calls part\(\), which/);
    const { stdout } = await start(path, '--functions', join(apart, 'other.js'));
    expect(stdout).not.toMatch(/calls/);
    const [, botId] = / as (st-[0-9a-f-]+)/.exec(stdout) ?? [];
    const exported = await app.gql('mutation($id: ID!) { exportBot(botId: $id) { files { name } } }', { id: botId });
    expect(exported.exportBot.files).toEqual([{ name: 'botFunctions.js' }, { name: 'other.js' }]);
    await rm(apart, { recursive: true, force: true });
  });

  it('says what is wrong with a file that is no export, and ends with 1', async () => {
    const path = join(folder, 'broken.json');
    await writeFile(path, '{"a":');
    await expect(start(path)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/is not JSON/) });
    await writeFile(path, '{"a":1}');
    await expect(start(path)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/BAD_USER_INPUT/) });
  });
});
