import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { migrationSource } from '../../migrations/index.js';

/** The last migration that 0.1.0 had. */
const LAST_OF_FIRST_RELEASE = '20261127090100_audit_count';

it('the guide to upgrading says of every migration since 0.1.0 how it stands beside older processes', async () => {
  const names = (await migrationSource.getMigrations([])).filter((name) => name > LAST_OF_FIRST_RELEASE);
  const guide = readFileSync(new URL('../../docs/upgrading.md', import.meta.url), 'utf8');
  const told = [...guide.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name);
  expect(told.sort()).toEqual(names.map((name) => name.replace(/^\d+_/, '')).sort());
});
