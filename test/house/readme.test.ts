import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeEnv } from '../../src/config/env.js';
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
      expect(stdout).toMatch(/\{"text":"[^"]+"\}$/);
    } finally {
      await app.remove();
    }
  });

  it('names only scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = [...readme.matchAll(/npm (?:run )?(start|test|[a-z-]+)(?=\b)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => name !== 'run' && !(name in scripts) && !['and', 'nothing'].includes(name))).toEqual(
      [],
    );
  });

  it.each(['docs/ARCHITECTURE.md', 'docs/admin.md', 'docs/settings.md'])(
    '%s links only to files that are there',
    (file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path]) => path ?? '');
      expect(links.filter((path) => !existsSync(join(root, dirname(file), path)))).toEqual([]);
    },
  );
});

it('docs/settings.md lists every setting with its default', () => {
  const text = readFileSync(join(root, 'docs/settings.md'), 'utf8');
  const missing = describeEnv().filter(({ name, meaning, fallback }) => {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    return !row?.includes(meaning) || !row.includes(fallback);
  });
  expect(missing).toEqual([]);
});
