import type { Knex } from 'knex';
import type {
  BurstMode,
  IntegrationMode,
  OnRejected,
  SignatureScheme,
  TemplateEncoding,
  TextForm,
} from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { groupBy } from '../database/group-by.js';
import { descending } from '../database/order.js';
import { ownedBy } from '../database/owned-by.js';
import { findPage, type Page, type PageRequest } from '../database/page.js';
import { findPageByPlace } from '../database/page-by-place.js';
import { flag, json, nullable, number, type RecordOf, table, text } from '../database/table.js';
import type { ListOrder } from './bot-list.js';
import { type ChannelFilter, narrowChannels } from './channel-list.js';

/** How the callbacks of a channel are sent, without what of it is secret. */
export interface DeliverySettings {
  timeoutSeconds: number;
  retryWindowMinutes: number;
  /** Null: the server's share. */
  maxConcurrency: number | null;
  maxPerSecond: number | null;
  onRejected: OnRejected;
  /** Null: by the access token, if the channel has one. */
  auth: DeliveryAuth | null;
  /** In lower case and alphabetical order. */
  headerNames: readonly string[];
  /** When the certificate, or the first of the authorities, is no longer valid; null: there is none. */
  clientCertificateEndsAt: number | null;
  certificateAuthorityEndsAt: number | null;
  signatures: readonly SignatureScheme[];
}

/** How callbacks authenticate themselves. A text is empty where it is still to be given. */
export type DeliveryAuth =
  | { kind: 'NONE' }
  | { kind: 'BASIC'; username: string }
  | { kind: 'HEADER'; header: string }
  | { kind: 'OAUTH2'; tokenUrl: string; clientId: string; scope: string; audience: string };

/** A key pair of ed25519 signatures. */
export interface StoredKeyPair {
  kid: string;
  /** `whpk_` and base64. */
  publicKey: string;
  privateKeyCipher: string;
  /** Null: the current one. */
  validUntil: number | null;
}

const channels = table('channels', {
  id: text(),
  accountId: text(),
  botId: text(),
  name: text(),
  isDefault: flag,
  clientId: nullable(text()),
  mode: text<IntegrationMode>(),
  postUrl: nullable(text()),
  accessTokenCipher: nullable(text()),
  enabled: flag,
  enablePolling: flag,
  templateEncoding: text<TemplateEncoding>(),
  textForm: text<TextForm>(),
  burst: text<BurstMode>(),
  signingSecretCipher: nullable(text()),
  previousSigningSecretCipher: nullable(text()),
  previousSigningSecretValidUntil: nullable(number),
  signingKeyPairs: nullable(json<StoredKeyPair[]>()),
  deliverySettings: nullable(json<DeliverySettings>()),
  deliverySecretsCipher: nullable(text()),
  revision: number,
  rejectedRevision: nullable(number),
  approvedRevision: nullable(number),
  approvedClientId: nullable(text()),
  approvedMode: nullable(text<IntegrationMode>()),
  approvedPostUrl: nullable(text()),
  approvedAccessTokenCipher: nullable(text()),
  approvedDeliverySettings: nullable(json<DeliverySettings>()),
  approvedDeliverySecretsCipher: nullable(text()),
  approvedCertificateEndsAt: nullable(number),
  approvedAt: nullable(number),
  suspendedAt: nullable(number),
  suspendedReason: nullable(text()),
  inheritedFromId: nullable(text()),
  fileEntry: nullable(json<Record<string, unknown>>()),
  createdAt: number,
  updatedAt: number,
  deletedAt: nullable(number),
});
export type ChannelRecord = RecordOf<typeof channels>;

const NEWEST_FIRST = descending(channels, 'createdAt', 'id');
const LAST_CHANGED_FIRST = descending(channels, 'updatedAt', 'id');
const OLDEST_FIRST = ['channels.created_at', 'channels.id'];

export const insertChannels = (db: Db, records: readonly ChannelRecord[]) => channels.insert(db, records);

export const findChannel = (db: Db, accountId: string, id: string) =>
  channels.row(db, (query) => query.where({ account_id: accountId, id }).whereNull('deleted_at'));

/** Deleted ones too: what happened on a channel is still shown with its name. */
export const findChannels = (db: Db, accountId: string, ids: readonly string[]) =>
  channels.rowsIn(db, 'id', ids).then(ownedBy(accountId));

export async function listChannels(
  db: Db,
  accountId: string,
  request: PageRequest & ChannelFilter & { botIds: readonly string[] | null; order?: ListOrder | null | undefined },
): Promise<Page<ChannelRecord>> {
  const narrow = (query: Knex.QueryBuilder) => narrowChannels(db, query, accountId, request);
  if (request.order !== 'NAME')
    return findPage(db, channels, request.order === 'CHANGED' ? LAST_CHANGED_FIRST : NEWEST_FIRST, request, narrow);
  return findPageByPlace(db, request, {
    table: 'channels',
    id: 'channels.id',
    orderBy: 'lower(channels.name), channels.id',
    narrow,
    find: (ids) => findChannels(db, accountId, ids),
    idOf: ({ id }) => id,
  });
}

export async function channelsOfBots(db: Db, botIds: readonly string[]): Promise<Map<string, ChannelRecord[]>> {
  const found = await channels.rows(db, (query) =>
    query
      .whereIn('channels.bot_id', botIds as string[])
      .whereNull('channels.deleted_at')
      .orderBy(OLDEST_FIRST),
  );
  return groupBy(found, (channel) => channel.botId);
}

/** Deleted channels count: the plain URL of a bot must not pass to another channel unasked. */
export async function botsThatEverHadChannels(db: Db, botIds: readonly string[]): Promise<Set<string>> {
  const rows = await db('channels')
    .distinct('bot_id')
    .whereIn('bot_id', botIds as string[]);
  return new Set(rows.map((row) => row.bot_id));
}

/** The channels of smart bots that came from this one. */
export const inheritedChannelsOf = (db: Db, id: string) =>
  channels.rows(db, (query) => query.where('channels.inherited_from_id', id).whereNull('channels.deleted_at'));

/** The channels that use these apps, as saved or as approved. */
export async function channelsOfApps(db: Db, clientIds: readonly string[]): Promise<Map<string, ChannelRecord[]>> {
  const using = (column: string) =>
    db('channels')
      .select('id')
      .whereIn(column, clientIds as string[]);
  const found = await channels.rows(db, (query) =>
    query
      .whereIn('channels.id', using('client_id').union(using('approved_client_id')))
      .whereNull('channels.deleted_at')
      .orderBy(OLDEST_FIRST),
  );
  const users = found.flatMap((channel) =>
    [...new Set([channel.clientId, channel.approvedClientId])].map((clientId) => ({ clientId, channel })),
  );
  const byApp = groupBy(users, (user) => user.clientId ?? '');
  return new Map([...byApp].map(([clientId, group]) => [clientId, group.map(({ channel }) => channel)]));
}

/** Channels in whose callbacks a certificate takes part that ends before then, the first to end first. */
export const channelsWithCertificatesEndingBefore = (db: Db, at: number) =>
  channels.rows(db, (query) =>
    query
      .where('channels.approved_certificate_ends_at', '<', at)
      .whereNull('channels.deleted_at')
      .orderBy(['channels.approved_certificate_ends_at', 'channels.id']),
  );

export const updateChannel = (db: Db, id: string, change: Partial<ChannelRecord>) =>
  channels.update(db, (query) => query.where({ id }), change);
