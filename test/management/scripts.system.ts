import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCaller, goLive, startTestApp, type TestApp } from '../support/app.js';
import { botFile, configFile, createScript, FUNCTIONS, type Script } from './platform.js';

const run = promisify(execFile);
const there = (program: string) => spawnSync(program, ['--version']).error === undefined;
const scriptFile = (name: string) => fileURLToPath(new URL(`./scripts/${name}`, import.meta.url));

describe('a deployment script written for the platform', () => {
  let app: TestApp;
  let script: Script;
  let folder: string;

  beforeAll(async () => {
    app = await startTestApp();
    script = await createScript(app);
    folder = await mkdtemp(join(tmpdir(), 'hookswitch-scripts-'));
    await writeFile(join(folder, 'botDefinition.json'), botFile('Scripted'));
    await writeFile(join(folder, 'config.json'), configFile('Scripted'));
    await writeFile(join(folder, 'botFunctions.js'), FUNCTIONS);
    await writeFile(join(folder, 'icon.png'), 'x');
  });
  afterAll(async () => {
    await app.remove();
    await rm(folder, { recursive: true });
  });

  const environment = (more: Record<string, string> = {}) => ({
    PATH: process.env.PATH ?? '',
    KORE_HOST: app.url,
    KORE_CLIENT_ID: script.clientId,
    KORE_CLIENT_SECRET: script.clientSecret,
    ...more,
  });

  it.skipIf(!there('python3'))(
    'in Python imports by forms, finds its bot by name, and downloads an export',
    async () => {
      const { stdout } = await run('python3', [scriptFile('deploy.py'), folder], { env: environment() });
      expect(JSON.parse(stdout)).toEqual({
        bot: expect.stringMatching(/^st-/),
        files: ['botDefinition.json', 'botFunctions.js', 'config.json', 'icon.png'],
      });
    },
  );

  it.skipIf(!['curl', 'openssl'].every(there))('in shell exports with curl and asks for a publish', async () => {
    const { importBot } = await app.gql(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }',
      { input: { mode: 'NEW', definition: JSON.parse(botFile('Shell')), config: JSON.parse(configFile('Shell')) } },
    );
    const caller = await createCaller(app);
    await goLive(app, importBot.bot.id, [{ name: 'talk', appClientId: caller.clientId }]);
    const zip = join(folder, 'export.zip');
    const env = environment({ KORE_BOT_ID: importBot.bot.id });
    const { stdout } = await run('sh', [scriptFile('release.sh'), zip], { env });
    expect(stdout.trim()).toBe('INPROGRESS'); // of the last resource
    expect(Object.keys(unzipSync(await readFile(zip))).sort()).toEqual([
      'botDefinition.json',
      'config.json',
      'icon.png',
    ]);
  });
});
