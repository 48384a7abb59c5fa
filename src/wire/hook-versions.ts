import type { HookVersionName } from '../vocabulary.js';
import type { HookVersion } from './hook-version.js';
import { hookV1 } from './v1.js';
import { hookV2 } from './v2.js';

/** Every version of the hook that is served. */
export const HOOK_VERSIONS: readonly HookVersion[] = [hookV1, hookV2];

/** The version by which a stored message came. */
export function hookVersionOf(name: HookVersionName): HookVersion {
  const version = HOOK_VERSIONS.find((one) => one.name === name);
  if (!version) throw new Error(`this server knows no hook version ${name}`);
  return version;
}
