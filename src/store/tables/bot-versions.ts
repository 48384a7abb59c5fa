import type { EngineKind } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { groupBy } from '../database/group-by.js';
import { descending } from '../database/order.js';
import { findPages, type PageRequest } from '../database/page.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';
import type { BotVariableRecord } from './bot-variables.js';
import type { EngineSettings } from './bots.js';
import { type OverrideSnapshot, overrideKey } from './message-overrides.js';

export type VersionStatus = 'AWAITING_APPROVAL' | 'CANARY' | 'LIVE' | 'REJECTED' | 'ROLLED_BACK' | 'SUPERSEDED';

const botVersions = table('bot_versions', {
  id: text(),
  botId: text(),
  number,
  status: text<VersionStatus>(),
  comment: nullable(text()),
  /** Number of the version that this one was made of, by rolling back to it. */
  rollbackOf: nullable(number),
  definitionId: nullable(text()),
  engine: text<EngineKind>(),
  engineSettings: nullable(json<EngineSettings>()),
  defaultLanguage: text(),
  sessionTimeoutMinutes: number,
  botRevision: number,
  parentVersionId: nullable(text()),
  overrides: json<OverrideSnapshot[]>(),
  /** Variables that come into force with it. */
  variables: json<BotVariableRecord[]>(),
  createdBy: nullable(text()),
  createdAt: number,
  publishedAt: nullable(number),
});
export type BotVersionRecord = RecordOf<typeof botVersions>;

const NEWEST_FIRST = descending(botVersions, 'number', 'id');

export async function insertBotVersion(
  db: Db,
  version: BotVersionRecord,
  channelIds: readonly string[],
): Promise<void> {
  await botVersions.insert(db, [version]);
  await insertVersionChannels(
    db,
    channelIds.map((channelId) => ({ versionId: version.id, channelId })),
  );
}

const versionChannels = table('version_channels', { versionId: text(), channelId: text() });
const insertVersionChannels = versionChannels.insert;

export const findBotVersions = (db: Db, ids: readonly string[]) => botVersions.rowsIn(db, 'id', ids);

export const findVersionByNumber = (db: Db, botId: string, versionNumber: number) =>
  botVersions.row(db, (query) => query.where({ bot_id: botId, number: versionNumber }));

/** One page of versions of each of these bots, newest first. */
export const versionsOfBots = (db: Db, botIds: readonly string[], request: PageRequest) =>
  findPages(db, botVersions, NEWEST_FIRST, request, {
    column: 'bot_versions.bot_id',
    ids: botIds,
    idOf: (version) => version.botId,
  });

export const updateBotVersion = (db: Db, id: string, change: Partial<BotVersionRecord>) =>
  botVersions.update(db, (query) => query.where({ id }), change);

/**
 * What a version says instead: its own overrides and, of a smart bot, those of the parent's version it follows, where
 * it has none for the same. What the parent says on one channel, the child says on the channel that came from it.
 */
export async function overridesInForce(
  db: Db,
  version: Pick<BotVersionRecord, 'botId' | 'overrides' | 'parentVersionId'>,
): Promise<OverrideSnapshot[]> {
  const [parent] = version.parentVersionId === null ? [] : await findBotVersions(db, [version.parentVersionId]);
  if (!parent || parent.overrides.length === 0) return version.overrides;
  const rows = await db('channels')
    .where({ bot_id: version.botId })
    .whereNotNull('inherited_from_id')
    .select('id', 'inherited_from_id');
  const ownChannelOf = new Map<string, string>(rows.map((row) => [row.inherited_from_id, row.id]));
  const own = new Set(version.overrides.map(overrideKey));
  const inherited = mapOverrides(parent.overrides, ownChannelOf);
  return [...inherited.filter((override) => !own.has(overrideKey(override))), ...version.overrides];
}

/** A parent's overrides for the channels that came from its own, by the parent's channel. */
export function mapOverrides(
  overrides: readonly OverrideSnapshot[],
  ownChannelOf: ReadonlyMap<string, string>,
): OverrideSnapshot[] {
  return overrides.flatMap((override) => {
    const channelId = override.channelId === null ? null : ownChannelOf.get(override.channelId);
    return channelId === undefined ? [] : [{ ...override, channelId }];
  });
}

/** The channels each of these versions selected, deleted ones included. */
export async function channelIdsOfVersions(db: Db, versionIds: readonly string[]): Promise<Map<string, string[]>> {
  const selected = await versionChannels.rowsIn(db, 'versionId', versionIds, (query) =>
    query.orderBy('version_channels.channel_id'),
  );
  const byVersion = groupBy(selected, (row) => row.versionId);
  return new Map([...byVersion].map(([id, rows]) => [id, rows.map((row) => row.channelId)]));
}
