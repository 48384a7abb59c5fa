/**
 * `npm pack` runs it before and after itself: `node src/setup/published-manifest.mjs write`, then `restore`. The package
 * asks for nothing that is in its bundle already, nor for what a checkout is built with: 157 MB are installed otherwise.
 */
import { copyFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isLeftOut } from './bundle-server.mjs';

/** Asked for by the client, which is not bundled. */
const OF_CLIENT = ['jsonwebtoken'];
/** Fields that are useless or misleading to whoever installs the package. */
const OF_CHECKOUT = ['scripts', 'workspaces', 'devDependencies', 'overrides'];

const manifest = fileURLToPath(new URL('../../package.json', import.meta.url));
const kept = fileURLToPath(new URL('../../dist/.package.json', import.meta.url));

const [verb] = process.argv.slice(2);
if (existsSync(kept)) renameSync(kept, manifest); // also after a pack that was broken off
if (verb === 'write') {
  copyFileSync(manifest, kept);
  writeFileSync(manifest, `${JSON.stringify(published(JSON.parse(readFileSync(manifest, 'utf8'))), null, 2)}\n`);
}

function published(checkout) {
  const needed = Object.entries(checkout.dependencies).filter(([name]) => isLeftOut(name) || OF_CLIENT.includes(name));
  const entries = Object.entries(checkout).filter(([key]) => !OF_CHECKOUT.includes(key));
  return { ...Object.fromEntries(entries), dependencies: Object.fromEntries(needed) };
}
