import type { MaskRule } from '../../masks.js';
import type { Db } from '../database/database.js';

/** What a bot or a channel keeps to itself. Those of a bot hold on all its channels, beside the channel's own. */
export interface PrivacySettings {
  masks: readonly MaskRule[];
  /** Days after which what was said is removed; null: as long as the account keeps it. */
  retentionDays: number | null;
  /** Whether `customData` is stored sealed only. */
  sealCustomData: boolean;
}

export type PrivacyOwner = 'bots' | 'channels';

export const OPEN_TO_ALL: PrivacySettings = { masks: [], retentionDays: null, sealCustomData: false };

/** The settings of each of these bots or channels; those that have none are left out. */
export async function privacyOf(
  db: Db,
  owner: PrivacyOwner,
  accountId: string,
  ids: readonly string[],
): Promise<Map<string, PrivacySettings>> {
  const rows: { id: string; privacy: string }[] = await db(owner)
    .where('account_id', accountId)
    .whereIn('id', [...ids])
    .whereNotNull('privacy')
    .select('id', 'privacy');
  return new Map(rows.map(({ id, privacy }) => [id, JSON.parse(privacy) as PrivacySettings]));
}

/** The settings of one, its row locked until the transaction ends. */
export async function lockPrivacyOf(trx: Db, owner: PrivacyOwner, id: string): Promise<PrivacySettings> {
  const row = await trx(owner).where({ id }).forUpdate().first<{ privacy: string | null } | undefined>('privacy');
  return row?.privacy ? (JSON.parse(row.privacy) as PrivacySettings) : OPEN_TO_ALL;
}

/** Null: nothing is kept back. */
export const setPrivacyOf = (db: Db, owner: PrivacyOwner, id: string, settings: PrivacySettings | null) =>
  db(owner)
    .where({ id })
    .update({ privacy: settings && JSON.stringify(settings) });

/** Channels of which less is kept than of their account, and how many days. */
export async function shorterRetention(db: Db, accountId: string): Promise<{ channelId: string; days: number }[]> {
  const rows: { id: string; of_bot: string | null; of_channel: string | null }[] = await db('channels')
    .join('bots', 'bots.id', 'channels.bot_id')
    .where('channels.account_id', accountId)
    .whereRaw('(bots.privacy is not null or channels.privacy is not null)')
    .select('channels.id', { of_bot: 'bots.privacy', of_channel: 'channels.privacy' });
  return rows.flatMap(({ id, of_bot, of_channel }) => {
    const days = [of_bot, of_channel].flatMap((text) => {
      const of = text === null ? null : (JSON.parse(text) as PrivacySettings).retentionDays;
      return of === null ? [] : [of];
    });
    return days.length === 0 ? [] : [{ channelId: id, days: Math.min(...days) }];
  });
}
