import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { readLock } from './lock-file.mjs';
import { BESIDE_SQLITE, run } from './run.mjs';

/**
 * Brings node_modules in line with package-lock.json. By content: a fresh checkout's times must not cost a reinstall.
 * `packages` is what a start needs: the server's and what its parts are built with. `install` adds the developer's tools.
 * Scripts of packages are left to `native.mjs`, which does beside it what they are for.
 */
export const packages = {
  name: 'packages',
  label: 'Installing packages',
  isStale: (root) => !isStamped(root) && !holdsWhatIsLocked(root, isForStart),
  run: (root, tell) => bringIn(root, tell, ['--omit=dev'], isForStart),
};

export const install = {
  name: 'install',
  label: 'Installing packages, with the tools of development',
  isStale: (root) => !isStamped(root) && !holdsWhatIsLocked(root, isForAll),
  async run(root, tell) {
    // Building needs the development packages, whatever NODE_ENV says.
    await bringIn(root, tell, ['--include=dev'], isForAll);
    writeFileSync(stampFile(root), stamp(root));
  },
};

const ALWAYS = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** What is there and right is kept, with what its scripts have built: only then does npm take the longer way. */
async function bringIn(root, tell, args, isWanted) {
  const locked = lockedPackages(root).filter(([, wanted]) => isWanted(wanted));
  const installed = existsSync(installedFile(root)) && holdsWhatIsLocked(root, isForStart);
  tell(() => `${foldersIn(join(root, 'node_modules'))} of about ${locked.length}`);
  const verb = installed ? ['install', '--no-save'] : ['ci'];
  await run(root, 'npm', [...verb, ...args, ...ALWAYS], { nice: BESIDE_SQLITE });
}

const stampFile = (root) => join(root, 'node_modules', '.prepared');
/** npm's own record of the installed tree, written last: absent after an interrupted install. */
const installedFile = (root) => join(root, 'node_modules', '.package-lock.json');
const stamp = (root) => fingerprint(root, ['package-lock.json', 'node_modules/.package-lock.json']);

const isForAll = () => true;
const isForStart = ({ dev, devOptional }) => !dev && !devOptional;

function isStamped(root) {
  if (!existsSync(installedFile(root)) || !existsSync(stampFile(root))) return false;
  return readFileSync(stampFile(root), 'utf8') === stamp(root);
}

const lockedPackages = (root) => Object.entries(readLock(root));

/** For a node_modules that somebody's own `npm install` made. Packages of other platforms are optional, and absent. */
function holdsWhatIsLocked(root, isWanted) {
  if (!existsSync(installedFile(root))) return false;
  const installed = JSON.parse(readFileSync(installedFile(root), 'utf8')).packages;
  return lockedPackages(root).every(([path, wanted]) => {
    const found = installed[path];
    if (path === '' || !isWanted(wanted) || (!found && wanted.optional)) return true;
    return found !== undefined && found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/** Packages that have been put there so far. */
function foldersIn(folder) {
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return names.reduce((sum, name) => sum + (name.startsWith('@') ? foldersIn(join(folder, name)) : 1), 0);
}
