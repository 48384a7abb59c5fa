import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { run } from './run.mjs';

/** Brings node_modules in line with package-lock.json. By content: a fresh checkout's times must not cost a reinstall. */
export const install = {
  name: 'install',
  announcement: 'Installing packages. The first time takes a minute or two …',
  isStale(root) {
    return !isStamped(root) && !holdsWhatIsLocked(root);
  },
  async run(root) {
    // Building needs the development packages, whatever NODE_ENV says.
    await run(root, 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(stampFile(root), stamp(root));
  },
};

const stampFile = (root) => join(root, 'node_modules', '.prepared');
/** npm's own record of the installed tree, written last: absent after an interrupted install. */
const installedFile = (root) => join(root, 'node_modules', '.package-lock.json');
const stamp = (root) => fingerprint(root, ['package-lock.json', 'node_modules/.package-lock.json']);

function isStamped(root) {
  if (!existsSync(installedFile(root)) || !existsSync(stampFile(root))) return false;
  return readFileSync(stampFile(root), 'utf8') === stamp(root);
}

/** For a node_modules that somebody's own `npm install` made. Packages of other platforms are optional, and absent. */
function holdsWhatIsLocked(root) {
  if (!existsSync(installedFile(root))) return false;
  const installed = JSON.parse(readFileSync(installedFile(root), 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([path, wanted]) => {
    const found = installed[path];
    if (path === '' || (!found && wanted.optional)) return true;
    return found !== undefined && found.version === wanted.version && found.integrity === wanted.integrity;
  });
}
