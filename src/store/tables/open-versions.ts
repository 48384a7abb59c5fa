import type { Db } from '../database/database.js';
import { type BotVariableRecord, variablesInForce, waitingVariablesOf } from './bot-variables.js';
import { type BotVersionRecord, findBotVersions, overridesInForce } from './bot-versions.js';
import { type BotRecord, findBotsById } from './bots.js';
import { findDefinitions } from './definitions.js';
import { overridesOfBots } from './message-overrides.js';

/** A version that serves, with everything its engine needs, in a handful of reads; null when it is gone. */
export async function botOfVersion(db: Db, versionId: string) {
  const [version] = await findBotVersions(db, [versionId]);
  if (!version) return null;
  const [bot] = await findBotsById(db, [version.botId]);
  return bot ? withParts(db, version, bot, version.status === 'CANARY' ? version.variables : []) : null;
}

/** The same of a version that does not serve yet, with the variables that would come into force with it. */
export async function botOfCandidate(db: Db, versionId: string) {
  const [version] = await findBotVersions(db, [versionId]);
  if (!version) return null;
  const [bot] = await findBotsById(db, [version.botId]);
  const coming = version.status === 'AWAITING_APPROVAL' || version.status === 'CANARY' ? version.variables : [];
  return bot ? withParts(db, version, bot, coming) : null;
}

/** The same of what a publish would make a version of now. */
export async function botOfDraft(db: Db, botId: string) {
  const [bot] = await findBotsById(db, [botId]);
  if (!bot) return null;
  const [parent] = bot.parentId === null ? [] : await findBotsById(db, [bot.parentId]);
  const overrides = await overridesOfBots(db, [botId]);
  const draft = { ...bot, botId, overrides, parentVersionId: parent?.liveVersionId ?? null };
  return withParts(db, draft, bot, await waitingVariablesOf(db, [botId]));
}

type Parts = Pick<
  BotVersionRecord,
  | 'botId'
  | 'definitionId'
  | 'engine'
  | 'engineSettings'
  | 'defaultLanguage'
  | 'sessionTimeoutMinutes'
  | 'overrides'
  | 'parentVersionId'
>;

async function withParts(db: Db, version: Parts, bot: BotRecord, coming: readonly BotVariableRecord[]) {
  const [definition] = version.definitionId === null ? [] : await findDefinitions(db, [version.definitionId]);
  // A smart bot uses its parent's engine with the parent's credentials until it sets its own.
  const engineOwnerId = bot.parentId === null || bot.ownEngine ? bot.id : bot.parentId;
  const [owner] = engineOwnerId === bot.id ? [bot] : await findBotsById(db, [engineOwnerId]);
  const arriving = new Set(coming.map(({ key }) => key));
  const inForce = (await variablesInForce(db, bot)).filter(({ key }) => !arriving.has(key));
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
    variables: [...inForce, ...coming],
  };
}

export type BotWithParts = NonNullable<Awaited<ReturnType<typeof botOfVersion>>>;
