import { variablesOf } from './bot-variables.js';
import { findBotVersions } from './bot-versions.js';
import type { Db } from './database.js';
import { findDefinitions } from './definitions.js';

/** A version with everything its engine needs, in a handful of reads; null when it is gone. */
export async function botOfVersion(db: Db, versionId: string) {
  const [version] = await findBotVersions(db, [versionId]);
  if (!version) return null;
  const bot = await db('bots')
    .where({ id: version.botId })
    .first<{ account_id: string; name: string; engine_secrets_cipher: string | null } | undefined>(
      'account_id',
      'name',
      'engine_secrets_cipher',
    );
  if (!bot) return null;
  const [definition] = version.definitionId === null ? [] : await findDefinitions(db, [version.definitionId]);
  return {
    botId: version.botId,
    botName: bot.name,
    accountId: bot.account_id,
    engine: version.engine,
    engineSettings: version.engineSettings ?? {},
    engineSecretsCipher: bot.engine_secrets_cipher,
    definition: definition?.body ?? null,
    defaultLanguage: version.defaultLanguage,
    sessionTimeoutMinutes: version.sessionTimeoutMinutes,
    overrides: version.overrides,
    variables: await variablesOf(db, [version.botId]),
  };
}
