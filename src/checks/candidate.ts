import { specOf } from '../bots/version-spec.js';
import type { BotWithParts } from '../store/tables/open-versions.js';
import type { Vault } from '../store/vault.js';
import { MINUTE } from '../time.js';
import type { Candidate } from './checker.js';

/** A stored version as the thread of checks opens it: its engine's credentials stay here. */
export function candidateOf(vault: Vault, versionId: string, found: BotWithParts): Candidate {
  const { spec, env, plainEnv } = specOf(vault, versionId, found);
  const secrets = Object.fromEntries(Object.keys(spec.secrets).map((name) => [name, 'none']));
  return {
    spec: { ...spec, secrets },
    overrides: found.overrides,
    env,
    plainEnv,
    sessionTimeoutMs: found.sessionTimeoutMinutes * MINUTE,
  };
}
