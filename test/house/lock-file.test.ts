import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** As far as this test reads it. */
interface LockFile {
  packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }>;
}

// npm leaves a package of another platform out when the registry at hand does not have it. `npm ci` then refuses the
// file everywhere, and that platform would get a tool without its program.
it('locks the packages of every platform', () => {
  const { packages }: LockFile = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});
