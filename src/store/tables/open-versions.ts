import type { Db } from '../database/database.js';
import { variablesInForce } from './bot-variables.js';
import { findBotVersions, overridesInForce } from './bot-versions.js';
import { findBotsById } from './bots.js';
import { findDefinitions } from './definitions.js';

/** A version with everything its engine needs, in a handful of reads; null when it is gone. */
export async function botOfVersion(db: Db, versionId: string) {
  const [version] = await findBotVersions(db, [versionId]);
  if (!version) return null;
  const [bot] = await findBotsById(db, [version.botId]);
  if (!bot) return null;
  const [definition] = version.definitionId === null ? [] : await findDefinitions(db, [version.definitionId]);
  // A smart bot uses its parent's engine with the parent's credentials until it sets its own.
  const engineOwnerId = bot.parentId === null || bot.ownEngine ? bot.id : bot.parentId;
  const [owner] = engineOwnerId === bot.id ? [bot] : await findBotsById(db, [engineOwnerId]);
  return {
    botId: version.botId,
    botName: bot.name,
    accountId: bot.accountId,
    engine: version.engine,
    engineSettings: version.engineSettings ?? {},
    engineSecrets: { botId: engineOwnerId, cipher: owner?.engineSecretsCipher ?? null },
    /** Without its credentials. */
    definition: definition ?? null,
    defaultLanguage: version.defaultLanguage,
    sessionTimeoutMinutes: version.sessionTimeoutMinutes,
    overrides: await overridesInForce(db, version),
    variables: await variablesInForce(db, bot),
  };
}
