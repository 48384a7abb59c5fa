import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The packages of package-lock.json by their folders. */
export const readLock = (root) => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;

/** A locked package and all that it needs to be there; what is optional is left out. */
export function closureOf(packages, path) {
  const closure = {};
  add(path);
  return closure;

  function add(folder) {
    if (folder === null || closure[folder]) return;
    const { optionalDependencies, peerDependencies, peerDependenciesMeta, ...needed } = packages[folder];
    closure[folder] = needed;
    for (const name of Object.keys(needed.dependencies ?? {})) add(found(folder, name));
  }

  /** As Node looks: in the folder's own node_modules, then in those above. */
  function found(from, name) {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
      const folder = `${at}${at && '/'}node_modules/${name}`;
      if (packages[folder]) return folder;
      if (at === '') return null;
    }
  }
}
