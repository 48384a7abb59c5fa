import type { HookVersion } from './hook-version.js';

/** The URL of a channel's hook in one version: the default channel's has no instance id (docs/hooks.md). */
export function hookUrl(
  publicUrl: string,
  { id, botId, isDefault }: { id: string; botId: string; isDefault: boolean },
  { base }: Pick<HookVersion, 'base'>,
): string {
  const url = `${publicUrl}${base}/${botId}`;
  return isDefault ? url : `${url}/hookInstance/${id}`;
}

/** Where the rest of an answer is fetched. Without the instance: known clients leave it out on every channel. */
export const pollPath = ({ base }: Pick<HookVersion, 'base'>, botId: string, pollId: string): string =>
  `${base}/${botId}/poll/${pollId}`;
