import { badInput, notFound } from '../errors.js';
import { checkPattern, type MaskRule, REPLACEMENTS } from '../masks.js';
import { findBot } from '../store/tables/bots.js';
import { findChannels } from '../store/tables/channels.js';
import {
  lockPrivacyOf,
  OPEN_TO_ALL,
  type PrivacyOwner,
  type PrivacySettings,
  privacyOf,
  setPrivacyOf,
} from '../store/tables/privacy.js';
import type { MaskKind } from '../vocabulary.js';
import { assertMay, type Viewer } from './access.js';
import { type CommandDeps, differences, runCommand } from './command.js';

export interface MaskInput {
  kind: MaskKind;
  pattern?: string | null | undefined;
  replacement?: string | null | undefined;
}

/** What is left out stays as it is. */
export interface PrivacyChange {
  botId?: string | null | undefined;
  channelId?: string | null | undefined;
  masks?: readonly MaskInput[] | null | undefined;
  retentionDays?: number | null | undefined;
  sealCustomData?: boolean | null | undefined;
}

/** Rules of one bot or channel; more: BAD_USER_INPUT. */
const MAX_MASKS = 20;
/** Characters of a replacement; more: BAD_USER_INPUT. */
const MAX_REPLACEMENT = 100;
/** Days; out of them: BAD_USER_INPUT. */
const RETENTION_DAYS = { min: 1, max: 3_650 };

/** What bots and channels keep to themselves. */
export function createPrivacySettings(deps: CommandDeps) {
  const { read } = deps.database;
  return {
    /** The settings of these bots or channels. */
    async of(
      viewer: Viewer,
      owner: PrivacyOwner,
      ids: readonly string[],
    ): Promise<(PrivacySettings & { id: string })[]> {
      const known = await privacyOf(read, owner, viewer.accountId, ids);
      return ids.map((id) => ({ id, ...(known.get(id) ?? OPEN_TO_ALL) }));
    },

    /** Changes them; they hold at once. BAD_USER_INPUT, NOT_FOUND. */
    async set(viewer: Viewer, change: PrivacyChange): Promise<boolean> {
      assertMay(viewer, 'privacy.update');
      const { accountId } = viewer;
      const [owner, id] = ownerOf(change);
      const isThere =
        owner === 'bots'
          ? await findBot(read, accountId, id)
          : (await findChannels(read, accountId, [id])).some(({ deletedAt }) => deletedAt === null);
      if (!isThere) throw notFound(owner === 'bots' ? 'bot' : 'channel', id);
      const wanted = checked(change);
      await runCommand(deps, viewer, 'privacy.update', async ({ trx, audit, changed }) => {
        const before = await lockPrivacyOf(trx, owner, id);
        const after = { ...before, ...wanted };
        const isOpen = after.masks.length === 0 && after.retentionDays === null && !after.sealCustomData;
        await setPrivacyOf(trx, owner, id, isOpen ? null : after);
        audit(id, differences(before, after, ['masks', 'retentionDays', 'sealCustomData']));
        changed(owner === 'bots' ? 'bot' : 'channel', id);
      });
      return true;
    },
  };
}

function ownerOf({ botId, channelId }: PrivacyChange): [PrivacyOwner, string] {
  if (botId && !channelId) return ['bots', botId];
  if (channelId && !botId) return ['channels', channelId];
  throw badInput('botId', 'Name either a bot or a channel.');
}

function checked({ masks, retentionDays, sealCustomData }: PrivacyChange): Partial<PrivacySettings> {
  if (masks && masks.length > MAX_MASKS) throw badInput('masks', `There are at most ${MAX_MASKS} rules.`);
  const { min, max } = RETENTION_DAYS;
  if (typeof retentionDays === 'number' && !(retentionDays >= min && retentionDays <= max))
    throw badInput('retentionDays', `Keep it between ${min} and ${max} days, or null for as long as the account does.`);
  return {
    ...(masks && { masks: masks.map(toRule) }),
    ...(retentionDays !== undefined && { retentionDays }),
    ...(typeof sealCustomData === 'boolean' && { sealCustomData }),
  };
}

function toRule({ kind, pattern = null, replacement }: MaskInput, index: number): MaskRule {
  const field = `masks.${index}`;
  if (kind !== 'REGEX' && pattern !== null) throw badInput(`${field}.pattern`, 'Only a REGEX has a pattern.');
  const shown = replacement ?? REPLACEMENTS[kind];
  if (shown.length > MAX_REPLACEMENT)
    throw badInput(`${field}.replacement`, `A replacement has at most ${MAX_REPLACEMENT} characters.`);
  if (kind === 'REGEX') {
    try {
      checkPattern(pattern ?? '');
    } catch (error) {
      throw badInput(`${field}.pattern`, error instanceof Error ? error.message : 'The pattern cannot be read.');
    }
  }
  return { kind, pattern, replacement: shown };
}
