import { openEngineSecrets } from '../domain/bots/engine-settings.js';
import { fillVariables } from '../domain/bots/fill-variables.js';
import { variableAssociatedData } from '../domain/bots/variables.js';
import { definitionText } from '../domain/definitions.js';
import type { BotWithParts } from '../store/tables/open-versions.js';
import type { Vault } from '../store/vault.js';
import type { EngineKind } from '../vocabulary.js';

/** A version as its engine needs it. Texts are JSON. */
export interface VersionSpec {
  versionId: string;
  botId: string;
  botName: string;
  accountId: string;
  engine: EngineKind;
  settings: Record<string, unknown>;
  /** The engine's keys and tokens, decrypted. */
  secrets: Record<string, string>;
  /** The bot file, or null for a bot made from nothing. */
  definition: string | null;
  /** What came along with the bot file. */
  files: readonly { name: string; content: string }[];
  defaultLanguage: string;
}

/** A stored version, unsealed, with the bot's variables: all of them, and the unsecured ones. */
export function specOf(vault: Vault, versionId: string, found: BotWithParts) {
  const { engineSecrets } = found;
  const spec: VersionSpec = {
    versionId,
    botId: found.botId,
    botName: found.botName,
    accountId: found.accountId,
    engine: found.engine,
    settings: found.engineSettings,
    secrets: openEngineSecrets(vault, engineSecrets.botId, engineSecrets.cipher),
    definition: found.definition && definitionText(vault, found.definition),
    files: found.definition?.companions?.files ?? [],
    defaultLanguage: found.defaultLanguage,
  };
  const env = found.variables.map(({ botId, key, value, valueCipher }): [string, string] => [
    key,
    valueCipher === null ? (value ?? '') : vault.open(valueCipher, variableAssociatedData(botId, key)),
  ]);
  const plainEnv = found.variables.flatMap(({ key, value, secured }): [string, string][] =>
    secured ? [] : [[key, value ?? '']],
  );
  return {
    spec,
    env: fillVariables(Object.fromEntries(env)),
    plainEnv: fillVariables(Object.fromEntries(plainEnv)),
  };
}
