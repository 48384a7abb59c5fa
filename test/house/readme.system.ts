import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeEnv } from '../../src/config/env.js';
import { sampleBot } from '../../src/definition/samples/sample-bot.js';
import { ADMIN_TOKEN, startTestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { commandsOf, runCommands, startByCommand } from './commands.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('the README', () => {
  it('leads by its own commands from nothing to the first reply of a bot', async () => {
    const [start = '', ...others] = commandsOf('README.md', 'sh').split('\n').filter(Boolean);
    // What a person fills in, and the demo, which has a test of its own (test/demo/demo.system.ts).
    expect(others).toEqual([expect.stringMatching(/^export URL=\S+ TOKEN=\S+$/), 'npm run demo -- --keep']);
    await using server = await startByCommand(start);
    const said = await runCommands(commandsOf('README.md', 'bash'), server);
    expect(said).toMatch(/\{"text":"What is your order number\?"\}$/);
  });

  it('is one screen', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(75);
  });

  const HALF_AN_HOUR = { timeout: 180_000 }; // of a person; a machine starts two dozen programs on this way
  it('is followed by docs/tutorial.md, from nothing to a receiver that checks signatures', HALF_AN_HOUR, async () => {
    const [start = '', ...others] = commandsOf('docs/tutorial.md', 'sh').split('\n').filter(Boolean);
    expect(others).toEqual([expect.stringMatching(/^export URL=\S+ TOKEN=\S+$/)]);
    await using server = await startByCommand(start);
    const RECEIVER_PORT = String(await freePort());
    const said = await runCommands(commandsOf('docs/tutorial.md', 'bash'), server, { RECEIVER_PORT });
    expect(said).toContain('"reason":"AWAITING_APPROVAL"');
    expect(said).toContain('"reason":"BOT_NOT_PUBLISHED"');
    expect(said).toMatch(/HTTP 403\n/);
    expect(said).toContain('a forged callback: HTTP 401');
    expect(said).toContain('"functional":true,"blockers":[]');
    expect(said.match(/^HTTP 200$/gm)).toHaveLength(2);
    expect(said).toContain('bot: What is your order number?\nready\nbot: Order 4711 is on its way, Ada.\n');
    expect(said).toMatch(/"sequence":2,"status":"DELIVERED","attempts":\[.*"statusCode":204/);
    expect(said).toContain('"deleteApp":true');
    expect(said).not.toContain('"errors":[{"message"');
  });

  it('is followed by docs/scripting.md, whose blocks run one after the other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hookswitch-scripting-'));
    const botFile = join(folder, 'bot.json');
    await writeFile(botFile, JSON.stringify(sampleBot));
    const app = await startTestApp();
    try {
      const at = { url: app.url, token: ADMIN_TOKEN };
      const stdout = await runCommands(commandsOf('docs/scripting.md', 'bash'), at, { BOT_FILE: botFile }, folder);
      expect(stdout).not.toContain('"errors"');
      expect(stdout).toContain('With pleasure.');
      expect(stdout).toMatch(/"functional":true,"blockers":\[\]/);
      expect(JSON.parse(readFileSync(join(folder, 'botDefinition.json'), 'utf8')).dialogs).toHaveLength(2);
    } finally {
      await app.remove();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('names only scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = [...readme.matchAll(/npm (?:run )?(start|test|[a-z-]+)(?=\b)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => name !== 'run' && !(name in scripts) && !['and', 'nothing'].includes(name))).toEqual(
      [],
    );
  });

  it.each([
    'README.md',
    'docs/tutorial.md',
    'docs/deployment.md',
    'docs/ARCHITECTURE.md',
    'docs/admin.md',
    'docs/settings.md',
    'docs/scripting.md',
    'docs/receivers.md',
    'docs/security-outbound.md',
  ])('%s links only to files that are there', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path ?? '');
    expect(links.filter((path) => !existsSync(join(root, dirname(file), path)))).toEqual([]);
  });
});

it('docs/settings.md lists every setting with its default', () => {
  const text = readFileSync(join(root, 'docs/settings.md'), 'utf8');
  const missing = describeEnv().filter(({ name, meaning, fallback }) => {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    return !row?.includes(meaning) || !row.includes(fallback);
  });
  expect(missing).toEqual([]);
});
