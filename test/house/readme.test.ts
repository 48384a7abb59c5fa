import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeEnv } from '../../src/config/env.js';
import { sampleBot } from '../../src/demo/sample-bot.js';
import { ADMIN_TOKEN, startTestApp } from '../support/app.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('the README', () => {
  it('leads by its own commands from a running server to the first reply of a bot', async () => {
    const [, script] = /```bash\n([\s\S]*?)```/.exec(readme) ?? [];
    const app = await startTestApp();
    try {
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script ?? 'exit 1'], {
        cwd: root,
        env: { ...process.env, URL: app.url, TOKEN: ADMIN_TOKEN },
      });
      expect(stdout).toMatch(/\{"text":"What is your order number\?"\}$/);
    } finally {
      await app.remove();
    }
  });

  it('is followed by docs/scripting.md, whose blocks run one after the other', async () => {
    const text = readFileSync(join(root, 'docs/scripting.md'), 'utf8');
    const script = [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
    const folder = await mkdtemp(join(tmpdir(), 'hookswitch-scripting-'));
    const botFile = join(folder, 'bot.json');
    await writeFile(botFile, JSON.stringify(sampleBot));
    const app = await startTestApp();
    try {
      // What npm does before a script has been done for the tests; npm itself would run in this folder.
      const npm = `npm() { node ${join(root, 'dist/src/cli/import.js')} "\${@:5}"; }`;
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', `${npm}\n${script}`], {
        cwd: folder,
        env: { ...process.env, URL: app.url, TOKEN: ADMIN_TOKEN, BOT_FILE: botFile },
      });
      expect(stdout).not.toContain('"errors"');
      expect(stdout).toContain('With pleasure.');
      expect(stdout).toMatch(/"functional":true,"blockers":\[\]/);
      expect(JSON.parse(readFileSync(join(folder, 'botDefinition.json'), 'utf8')).dialogs).toHaveLength(1);
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
