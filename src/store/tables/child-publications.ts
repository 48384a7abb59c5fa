import type { Db } from '../database/database.js';
import { flag, json, nullable, number, type RecordOf, table, text } from '../database/table.js';
import type { DeliverySettings } from './channels.js';

/** That a child takes part in a publish of its parent. */
const publications = table('child_publications', {
  versionId: text(),
  childBotId: text(),
  childVersionId: text(),
  auditId: text(),
  createdAt: number,
});
export type ChildPublication = RecordOf<typeof publications>;

/** A channel of the parent that will appear in a child. */
const childChannels = table('child_channels', {
  versionId: text(),
  childBotId: text(),
  parentChannelId: text(),
  channelId: text(),
  name: text(),
  isDefault: flag,
  deliverySettings: nullable(json<DeliverySettings>()),
});
export type ChildChannel = RecordOf<typeof childChannels>;

export async function stageChildren(
  db: Db,
  children: readonly ChildPublication[],
  channels: readonly ChildChannel[],
): Promise<void> {
  await publications.insert(db, children);
  await childChannels.insert(db, channels);
}

/** Removes what was written down for this publish, and what others left behind when they were cut off. */
export async function unstageChildren(db: Db, versionId: string, olderThan: number): Promise<void> {
  const left = db('child_publications').select('version_id').where('created_at', '<', olderThan);
  await db('child_channels').where('version_id', versionId).orWhereIn('version_id', left).delete();
  await db('child_publications').where('version_id', versionId).orWhere('created_at', '<', olderThan).delete();
}

/**
 * Whether what was written down still holds: the same children, no channel of such a name in them, none of these
 * channels there already. Holds the children until the transaction ends.
 */
export async function childrenAreStaged(db: Db, parentId: string, versionId: string): Promise<boolean> {
  const children = await db('bots')
    .where({ parent_id: parentId })
    .whereNull('deleted_at')
    .orderBy('id')
    .forUpdate()
    .select('id');
  const staged = await db('child_publications')
    .where({ version_id: versionId })
    .orderBy('child_bot_id')
    .select('child_bot_id');
  if (children.length !== staged.length) return false;
  if (children.some((child, index) => child.id !== staged[index].child_bot_id)) return false;
  const clash = await db('child_channels')
    .join('channels', 'channels.bot_id', 'child_channels.child_bot_id')
    .where('child_channels.version_id', versionId)
    .whereNull('channels.deleted_at')
    .whereRaw('(channels.name = child_channels.name or (channels.is_default and child_channels.is_default))')
    .first('channels.id');
  const known = await db('child_channels')
    .join('channel_inheritances', (on) =>
      on
        .on('channel_inheritances.child_bot_id', 'child_channels.child_bot_id')
        .on('channel_inheritances.parent_channel_id', 'child_channels.parent_channel_id'),
    )
    .where('child_channels.version_id', versionId)
    .first('child_channels.channel_id');
  return clash === undefined && known === undefined;
}

export interface ChildSwitch {
  parentId: string;
  /** The parent's version that goes live. */
  versionId: string;
  comment: string;
  audit: { actor: string; actorId: string | null; action: string; details: Record<string, unknown> };
  now: number;
}

/**
 * Lets every child follow: live ones get a version of their own, with what they set themselves and the rest from the
 * parent; new channels appear as placeholders. A handful of statements, however many children. Gives the children's ids.
 */
export async function switchChildren(
  db: Db,
  { parentId, versionId, comment, audit, now }: ChildSwitch,
): Promise<string[]> {
  const staged = await db('child_publications').where({ version_id: versionId }).select('child_bot_id');
  await db.raw(NEW_VERSIONS, [comment, audit.actorId, now, now, versionId, versionId]);
  await db.raw(SAME_SELECTION, [versionId]);
  await db.raw(SUPERSEDE, [versionId]);
  await db.raw(FOLLOW, [versionId, versionId, now, versionId, parentId]);
  await db.raw(NEW_CHANNELS, [now, now, versionId]);
  await db.raw(REMEMBER, [now, versionId]);
  await db.raw(TELL, [now, audit.actor, audit.actorId, audit.action, JSON.stringify(audit.details), versionId]);
  return staged.map((row) => row.child_bot_id);
}

const NEW_VERSIONS = `
  insert into bot_versions (id, bot_id, number, status, comment, definition_id, engine, engine_settings, default_language,
    session_timeout_minutes, bot_revision, parent_version_id, overrides, created_by, created_at, published_at)
  select staged.child_version_id, child.id, child.next_version_number, 'LIVE', ?,
    case when child.own_definition then live.definition_id else parent.definition_id end,
    case when child.own_engine then live.engine else parent.engine end,
    case when child.own_engine then live.engine_settings else parent.engine_settings end,
    case when child.own_settings then live.default_language else parent.default_language end,
    case when child.own_settings then live.session_timeout_minutes else parent.session_timeout_minutes end,
    live.bot_revision, parent.id, live.overrides, ?, cast(? as bigint), cast(? as bigint)
  from child_publications as staged
  join bots as child on child.id = staged.child_bot_id
  join bot_versions as live on live.id = child.live_version_id
  join bot_versions as parent on parent.id = ?
  where staged.version_id = ?`;

const SAME_SELECTION = `
  insert into version_channels (version_id, channel_id)
  select staged.child_version_id, selected.channel_id
  from child_publications as staged
  join bots as child on child.id = staged.child_bot_id
  join version_channels as selected on selected.version_id = child.live_version_id
  where staged.version_id = ?`;

const SUPERSEDE = `
  update bot_versions set status = 'SUPERSEDED' where id in (
    select child.live_version_id from bots as child
    join child_publications as staged on staged.child_bot_id = child.id
    where staged.version_id = ? and child.live_version_id is not null)`;

const FOLLOW = `
  update bots set
    definition_id = case when bots.own_definition then bots.definition_id else parent.definition_id end,
    engine = case when bots.own_engine then bots.engine else parent.engine end,
    engine_settings = case when bots.own_engine then bots.engine_settings else parent.engine_settings end,
    default_language = case when bots.own_settings then bots.default_language else parent.default_language end,
    session_timeout_minutes =
      case when bots.own_settings then bots.session_timeout_minutes else parent.session_timeout_minutes end,
    next_version_number = bots.next_version_number + case when bots.live_version_id is null then 0 else 1 end,
    live_version_id = case when bots.live_version_id is null then null else (
      select staged.child_version_id from child_publications as staged
      where staged.version_id = ? and staged.child_bot_id = bots.id) end,
    revision = bots.revision + case when exists (
      select 1 from child_channels as staged
      where staged.version_id = ? and staged.child_bot_id = bots.id) then 1 else 0 end,
    updated_at = ?
  from bot_versions as parent
  where parent.id = ? and bots.parent_id = ? and bots.deleted_at is null`;

const NEW_CHANNELS = `
  insert into channels (id, account_id, bot_id, name, is_default, mode, enabled, enable_polling, template_encoding,
    text_form, burst, delivery_settings, revision, inherited_from_id, created_at, updated_at)
  select staged.channel_id, child.account_id, child.id, staged.name, staged.is_default, origin.mode, origin.enabled,
    origin.enable_polling, origin.template_encoding, origin.text_form, origin.burst, staged.delivery_settings, 1, origin.id,
    cast(? as bigint), cast(? as bigint)
  from child_channels as staged
  join bots as child on child.id = staged.child_bot_id
  join channels as origin on origin.id = staged.parent_channel_id
  where staged.version_id = ?`;

const REMEMBER = `
  insert into channel_inheritances (child_bot_id, parent_channel_id, created_at)
  select child_bot_id, parent_channel_id, cast(? as bigint) from child_channels where version_id = ?`;

const TELL = `
  insert into audit_entries (id, account_id, at, actor, actor_id, action, subject, details)
  select staged.audit_id, child.account_id, cast(? as bigint), ?, ?, ?, child.id, ?
  from child_publications as staged
  join bots as child on child.id = staged.child_bot_id
  where staged.version_id = ?`;
