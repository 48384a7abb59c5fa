import type { Knex } from 'knex';
import type { DeliveryStatus } from '../../vocabulary.js';
import type { Db } from '../database/database.js';
import { descending, type Key } from '../database/order.js';
import { findPageIn, firstIn, type Page, type PageRequest } from '../database/page.js';
import { countSomeOf, searchPage } from '../database/search-page.js';
import { flag, nullable, number, type RecordOf, table, text } from '../database/table.js';
import type { Total } from '../database/totals.js';
import { withoutIndex } from '../database/using-index.js';
import { NO_ALERT } from './alert-subscriptions.js';
import { type DeliveryFilter, deliveryParts } from './delivery-filter.js';
import { OPEN_WORK } from './lanes.js';

/** Why a dead letter is not sent any more. */
export type DeadReason = 'REJECTED' | 'GONE' | 'EXPIRED' | 'CHANNEL_DELETED';

const deliveries = table('deliveries', {
  id: text(),
  accountId: text(),
  channelId: text(),
  conversationId: text(),
  turnId: nullable(text()),
  traceId: text(),
  /** Id of the proactive job it belongs to. */
  jobId: nullable(text()),
  seq: number,
  status: text<DeliveryStatus>(),
  /** The JSON text of the body, without the sequence. */
  payload: text(),
  replay: flag,
  /** POSTs made. */
  attempts: number,
  /** POSTs that count towards giving up: an endpoint that asks to wait costs none. */
  spent: number,
  firstAttemptAt: nullable(number),
  nextAttemptAt: nullable(number),
  createdAt: number,
  finishedAt: nullable(number),
  /** Why a dead letter is not sent any more; null for one that died before reasons were kept. */
  deadReason: nullable(text<DeadReason>()),
  /** The true payload, sealed, where what is stored is masked and it has not arrived. */
  sealed: nullable(text()),
});
/** One bot message on its way to a POST URL. */
export type DeliveryRow = RecordOf<typeof deliveries>;

export type NewDelivery = Pick<
  DeliveryRow,
  'id' | 'accountId' | 'channelId' | 'conversationId' | 'turnId' | 'traceId' | 'payload' | 'createdAt'
> &
  Partial<Pick<DeliveryRow, 'jobId' | 'sealed'>>;

export type DeliveryProgress = Pick<
  DeliveryRow,
  'id' | 'status' | 'attempts' | 'spent' | 'firstAttemptAt' | 'nextAttemptAt' | 'finishedAt' | 'deadReason'
>;

const NEWEST_FIRST = descending(deliveries, 'createdAt', 'id');

/** Deliveries looked at in one statement, where what is asked for stands in their rows. */
const CHUNK = 5_000;

export async function listDeliveries(
  db: Db,
  accountId: string,
  request: DeliveryFilter & PageRequest,
): Promise<Page<DeliveryRow>> {
  const parts = await deliveryParts(db, accountId, request);
  return parts.some(({ match }) => match)
    ? searchPage(db, deliveries, NEWEST_FIRST, request, parts, CHUNK)
    : findPageIn(db, deliveries, NEWEST_FIRST, request, parts);
}

/** What is sent again unless somebody asks for another state: what was discarded is to stay so. */
const FINISHED: readonly DeliveryStatus[] = ['DELIVERED', 'DEAD'];

/** As many of those that match as are counted in a moment. */
export const countFinished = async (db: Db, accountId: string, filter: DeliveryFilter): Promise<Total> =>
  countSomeOf(db, deliveries, NEWEST_FIRST, await deliveryParts(db, accountId, filter, FINISHED), CHUNK);

/** A delivery with its place in the list and in its lane. */
export type DeliveryPlace = Pick<DeliveryRow, 'id' | 'conversationId' | 'seq' | 'createdAt'>;
export type FinishedDelivery = Pick<DeliveryRow, 'id' | 'conversationId' | 'channelId' | 'seq'>;

/** Those that match behind a key, newest first. */
export async function findFinished(
  db: Db,
  accountId: string,
  filter: DeliveryFilter,
  page: { after: Key | null; limit: number },
): Promise<DeliveryPlace[]> {
  const parts = await deliveryParts(db, accountId, filter, FINISHED);
  if (parts.length === 0) return [];
  const selected = db('deliveries').select(
    'deliveries.id',
    'deliveries.conversation_id',
    'deliveries.seq',
    'deliveries.created_at',
  );
  const rows: { id: string; conversation_id: string; seq: number; created_at: number }[] = await firstIn(
    db,
    selected,
    deliveries,
    NEWEST_FIRST,
    page,
    parts,
  );
  return rows.map((row) => ({
    id: row.id,
    conversationId: row.conversation_id,
    seq: Number(row.seq),
    createdAt: Number(row.created_at),
  }));
}

export const findDelivery = (db: Db, accountId: string, id: string) =>
  deliveries.row(db, (query) => query.where({ account_id: accountId, id }).whereRaw(NO_ALERT));

export const deliveriesByIds = (db: Db, accountId: string, ids: readonly string[]): Promise<DeliveryRow[]> =>
  deliveries.rowsIn(db, 'id', ids, (query) =>
    query.whereRaw(`${withoutIndex(db, 'deliveries.account_id')} = ?`, [accountId]).whereRaw(NO_ALERT),
  );

/** The deliveries of a conversation, oldest first. */
export const deliveriesOfConversation = (db: Db, conversationId: string, limit: number): Promise<DeliveryRow[]> =>
  deliveries.rows(db, (query) =>
    query
      .where('deliveries.conversation_id', conversationId)
      .orderBy(['deliveries.created_at', 'deliveries.id'])
      .limit(limit),
  );

/** How far an alert has got; null when it is gone. */
export const alertStatusOf = async (db: Db, id: string): Promise<Pick<DeliveryRow, 'status' | 'attempts'> | null> =>
  (await db('deliveries')
    .where({ id })
    .first<Pick<DeliveryRow, 'status' | 'attempts'> | undefined>('status', 'attempts')) ?? null;

/** The deliveries of a proactive job, in the order they were written. */
export const deliveriesOfJob = (db: Db, accountId: string, jobId: string): Promise<DeliveryRow[]> =>
  deliveries.rows(db, (query) =>
    query.where({ account_id: accountId, job_id: jobId }).orderBy(['conversation_id', 'seq']),
  );

/** How many deliveries of a proactive job of a bot stand where. */
export async function countOfJob(
  db: Db,
  accountId: string,
  botId: string,
  jobId: string,
): Promise<Map<DeliveryStatus, number>> {
  const rows: { status: DeliveryStatus; count: number }[] = await db('deliveries')
    .join('channels', 'channels.id', 'deliveries.channel_id')
    .where({ 'deliveries.account_id': accountId, 'deliveries.job_id': jobId, 'channels.bot_id': botId })
    .groupBy('deliveries.status')
    .select('deliveries.status', db.raw('count(*) as count'));
  return new Map(rows.map(({ status, count }) => [status, Number(count)]));
}

/** The channel of each of these deliveries that is of the account. */
export async function channelsOfDeliveries(
  db: Db,
  accountId: string,
  deliveryIds: readonly string[],
): Promise<Map<string, string>> {
  const rows: { id: string; account_id: string; channel_id: string }[] = await db('deliveries')
    .select('id', 'account_id', 'channel_id')
    .whereIn('id', [...deliveryIds]);
  return new Map(rows.filter((row) => row.account_id === accountId).map((row) => [row.id, row.channel_id]));
}

/** Dead letters that were refused go back to their places. Gives the conversations of those that were still dead. */
export async function reviveDeliveries(db: Db, ids: readonly string[]): Promise<string[]> {
  const revived: { conversation_id: string }[] = await db('deliveries')
    .whereIn('id', [...ids])
    .where({ status: 'DEAD', dead_reason: 'REJECTED' })
    .update({ status: 'PENDING', finished_at: null, dead_reason: null })
    .returning('conversation_id');
  return revived.map((row) => row.conversation_id);
}

/** Those of these that have not arrived are wanted no more. Gives each with whether it was still on its way. */
export async function discardDeliveries(
  trx: Knex.Transaction,
  ids: readonly string[],
  now: number,
): Promise<(FinishedDelivery & { wasPending: boolean })[]> {
  const rows = await deliveries.rows(trx, (query) =>
    query.whereIn('deliveries.id', [...ids]).whereIn('deliveries.status', ['PENDING', 'DEAD']),
  );
  const change = { status: 'DISCARDED' as const, nextAttemptAt: null, finishedAt: now };
  const changed = rows.map(({ id }) => id);
  await deliveries.update(trx, (query) => query.whereIn('id', changed).whereIn('status', ['PENDING', 'DEAD']), change);
  return rows.map(({ id, conversationId, channelId, seq, status }) => ({
    ...{ id, conversationId, channelId, seq },
    wasPending: status === 'PENDING',
  }));
}

/** Everything still open of channels goes to the dead letters; their lanes come to rest. */
export async function buryDeliveries(db: Db, channelIds: readonly string[], now: number): Promise<number> {
  const buried = await deliveries.update(
    db,
    (query) => query.whereIn('channel_id', [...channelIds]).where({ status: 'PENDING' }),
    { status: 'DEAD', nextAttemptAt: null, finishedAt: now, deadReason: 'CHANNEL_DELETED' },
  );
  await db('lanes')
    .whereIn('channel_id', [...channelIds])
    .where({ direction: 'OUT' })
    .whereNotNull('due') // those with open work, which have an index
    .update({ pending: 0, due: null, owner: null });
  return buried;
}

/** The open deliveries at the head of a conversation's outbound lane, in lane order. */
export const openDeliveries = (db: Db, conversationId: string, limit: number): Promise<DeliveryRow[]> =>
  deliveries.rows(db, (query) =>
    query
      .where('deliveries.conversation_id', conversationId)
      .whereRaw(`deliveries.${OPEN_WORK.OUT}`)
      .orderBy('deliveries.seq')
      .limit(limit),
  );
