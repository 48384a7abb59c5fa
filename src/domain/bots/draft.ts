import type { Db } from '../../store/database/database.js';
import { type BotVersionRecord, findBotVersions } from '../../store/tables/bot-versions.js';
import { type BotRecord, findBotsById } from '../../store/tables/bots.js';
import { type BotWithParts, botOfDraft } from '../../store/tables/open-versions.js';

/**
 * Which secrets a draft may use. ALL: every one of the bot. APPROVED: those that what an admin has approved uses, too; a bot file
 * or an engine's address that nobody has approved could carry the others away.
 */
export type DraftSecrets = 'ALL' | 'APPROVED';

const DRAFT_ID = /^draft:(ALL|APPROVED):(.+)$/;

/** What the saved bot goes by where versions have ids. */
export const draftId = (botId: string, secrets: DraftSecrets): string => `draft:${secrets}:${botId}`;

export const isDraft = (versionId: string): boolean => DRAFT_ID.test(versionId);

/** What the engine of a draft needs; null when its bot is gone. */
export async function draftParts(db: Db, id: string): Promise<BotWithParts | null> {
  const [, secrets, botId = ''] = DRAFT_ID.exec(id) ?? [];
  const parts = await botOfDraft(db, botId);
  if (!parts || secrets === 'ALL') return parts;
  const [bot] = await findBotsById(db, [botId]);
  if (!bot) return null;
  const kept = await keptBack(db, bot);
  const { definition, engineSecrets, variables } = parts;
  return {
    ...parts,
    definition: definition && kept.file ? { ...definition, secretsCipher: null } : definition,
    engineSecrets: kept.engine ? { ...engineSecrets, cipher: null } : engineSecrets,
    variables: kept.file
      ? variables.map((variable) => (variable.secured ? { ...variable, value: null, valueCipher: null } : variable))
      : variables,
  };
}

/** Which secrets a draft may not use unless it may use all: it differs from what serves where they could be carried away. */
export async function keptBack(db: Db, draft: BotRecord): Promise<{ file: boolean; engine: boolean }> {
  const [live] = draft.liveVersionId === null ? [] : await findBotVersions(db, [draft.liveVersionId]);
  return {
    file: draft.definitionId !== null && draft.definitionId !== live?.definitionId,
    engine: live === undefined || engineOf(draft) !== engineOf(live),
  };
}

const engineOf = ({ engine, engineSettings }: Pick<BotVersionRecord, 'engine' | 'engineSettings'>): string =>
  JSON.stringify([engine, engineSettings]);
