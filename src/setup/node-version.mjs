/** The lowest Node the dependencies run on; package.json's `engines` says the same. */
const LOWEST = [20, 19];

/** Throws with what to do when `version` (as in `process.versions.node`) is too old. */
export function checkNodeVersion(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major > LOWEST[0] || (major === LOWEST[0] && minor >= LOWEST[1])) return;
  throw new Error(
    `Hookswitch needs Node ${LOWEST.join('.')} or newer, and this is ${version}. Install one: https://nodejs.org`,
  );
}
