import type { Knex } from 'knex';
import { MINUTE, SECOND } from '../../time.js';
import type { Dialect } from '../database/database.js';
import { writeAll } from '../database/row-source.js';
import { type Statements, statementsOn } from '../database/statements.js';
import { usingIndex } from '../database/using-index.js';
import {
  type Appended,
  type Direction,
  type LaneAppend,
  type LaneSettle,
  type Lease,
  type LeaseTimes,
  laneCells,
  laneId,
  laneWrites,
  type TurnRunAlone,
} from './lane-writes.js';

export { type Appended, type Direction, type LaneAppend, type LaneSettle, type Lease, type LeaseTimes, laneId };

/**
 * Which turns and deliveries somebody must still do: the very words of the indexes `turns_open` and `deliveries_open`,
 * for SQLite does not see that a bound value is one of theirs.
 */
export const OPEN_WORK: Record<Direction, string> = {
  IN: "status in ('QUEUED', 'PAUSED')",
  OUT: "status = 'PENDING'",
};

/** Which outbound lanes rest with open work: the very words of the index `lanes_resting`. */
const RESTING = "direction = 'OUT' and owner is null and due is not null";

/** Milliseconds of rest within which lanes woken together keep their order; those to rest longer come after them. */
const ORDERED_REST_MS = 60 * MINUTE;
/** Milliseconds of the past over which their due times are spread. */
const WOKEN_WITHIN_MS = 1 * SECOND;

export interface ClaimedLane extends Lease {
  conversationId: string;
  channelId: string;
}

/**
 * The state machine of lanes (delivery.md §5.4). The sequence comes from the lane's row, whose lock is held to commit:
 * commit order is lane order. A write that opens work on an idle lane also takes its lease, so the usual
 * message costs no claim; a lane that has open work is left to its owner, or to `claim` once `due` has passed. A process
 * that does not work on a direction (`directions`) takes no such lease: its lanes are due at once, for another to claim.
 */
export function laneStore(dialect: Dialect, owner: string, directions: readonly Direction[] = ['IN', 'OUT']) {
  const writes = laneWrites(dialect, `'${owner}'`);
  const cells = laneCells(owner, directions);
  const skipLocked = dialect === 'postgres' ? 'for update skip locked' : '';
  const claimSql = `update lanes set epoch = epoch + 1, owner = '${owner}', due = ? where id in (
      select id from lanes where direction = ? and due <= ? order by due limit ? ${skipLocked})
    returning id, epoch, conversation_id, channel_id`;

  return {
    /**
     * Locks lanes in id order before a transaction that writes several, so that processes cannot deadlock. SQLite has
     * one writer and needs none of it.
     */
    async lock(trx: Statements, laneIds: Iterable<string>): Promise<void> {
      if (dialect === 'postgres')
        await writeAll(
          trx,
          writes.lock,
          Array.from(laneIds, (id) => [id]),
        );
    },

    /** Takes sequence numbers; at most one append per lane and call. Gives the outcome by lane id. */
    async append(trx: Statements, rows: readonly LaneAppend[], times: LeaseTimes): Promise<Map<string, Appended>> {
      const { sql, bind } = writes.append;
      return cells.appended(await trx.query(sql, [bind(cells.append(rows, times))]), rows);
    },

    /** The same for turns that ran without the lease, by conversation; one that is absent has been overtaken. */
    async appendAlone(
      trx: Statements,
      rows: readonly TurnRunAlone[],
      times: LeaseTimes,
    ): Promise<Map<string, Appended>> {
      const { sql, bind } = writes.appendAlone;
      return cells.ranAlone(await trx.query(sql, [bind(cells.appendAlone(rows, times))]), rows);
    },

    /** Records work done and renews the leases kept. Gives the open work left, by lane; a lane that is absent was lost. */
    async settle(trx: Statements, rows: readonly LaneSettle[], leaseEnd: number): Promise<Map<string, number>> {
      const { sql, bind } = writes.settle;
      const kept = await trx.query<{ id: string; pending: number }>(sql, [bind(cells.settle(rows, { leaseEnd }))]);
      return new Map(kept.map((row) => [row.id, row.pending]));
    },

    /** For those who run these statements elsewhere. */
    cells,

    /** Leases lanes whose time has come, longest due first. */
    async claim(db: Knex, direction: Direction, limit: number, now: number, leaseEnd: number): Promise<ClaimedLane[]> {
      const rows = await statementsOn(db).query<{
        id: string;
        epoch: number;
        conversation_id: string;
        channel_id: string;
      }>(claimSql, [leaseEnd, direction, now, limit]);
      return rows.map((row) => ({
        laneId: row.id,
        epoch: row.epoch,
        conversationId: row.conversation_id,
        channelId: row.channel_id,
      }));
    },

    /**
     * A lane whose open work turned out to be gone (purged, buried) comes to rest. Counted under the lane's lock, so that
     * work that has just come in stands. Gives the open work there is.
     */
    async rest(db: Knex, lease: Lease): Promise<number> {
      return db.transaction(async (trx) => {
        const lane = await trx('lanes')
          .where({ id: lease.laneId, epoch: lease.epoch, owner })
          .forUpdate()
          .first<{ conversation_id: string; direction: Direction } | undefined>('conversation_id', 'direction');
        if (!lane) return 0;
        const table = lane.direction === 'IN' ? 'turns' : 'deliveries';
        const work = trx(usingIndex(trx, table, `${table}_open`))
          .where('conversation_id', lane.conversation_id)
          .whereRaw(OPEN_WORK[lane.direction]);
        const [counted] = await work.count<{ open: number | string }[]>({ open: '*' });
        const pending = Number(counted?.open ?? 0);
        await trx('lanes')
          .where('id', lease.laneId)
          .update(pending === 0 ? { pending, due: null, owner: null } : { pending });
        return pending;
      });
    },

    /**
     * After the time of day was set back by `byMs`: outbound lanes rest no longer than they were to. With several processes
     * each does it, and some lanes come early. A lane that would rest longer than `longestMs` is due now.
     */
    async setBack(db: Knex, byMs: number, longestMs: number, now: number): Promise<void> {
      const latest = now + longestMs;
      await db('lanes')
        .where('direction', 'OUT')
        .whereNull('owner')
        .where('due', '>', byMs > 0 ? now : latest)
        .update({ due: db.raw('case when due - ? > ? then ? else due - ? end', [byMs, latest, now, byMs]) });
    },

    /** When the next lane falls due, or null. */
    async nextDue(db: Knex, direction: Direction): Promise<number | null> {
      const row = await db('lanes')
        .where({ direction })
        .whereNotNull('due')
        .orderBy('due')
        .first<{ due: number } | undefined>('due');
      return row?.due ?? null;
    },

    /** One process owns a SQLite file: whatever a former one had leased is due at once. */
    async releaseAll(db: Knex, now: number): Promise<void> {
      await db('lanes').whereNotNull('owner').update({ owner: null, due: now });
    },

    /**
     * Open work of an outbound lane is wanted no more. Whoever holds the lane loses it, and with it what memory has of the lane:
     * two epochs on, so that no lease that follows seems to continue the one before.
     */
    async takeOut(trx: Knex.Transaction, conversationId: string, count: number, now: number): Promise<void> {
      await trx('lanes')
        .where('id', laneId(conversationId, 'OUT'))
        .update({
          pending: trx.raw('pending - ?', [count]),
          epoch: trx.raw('epoch + 2'),
          owner: null,
          due: trx.raw('case when pending > ? then cast(? as bigint) end', [count, now]),
        });
    },

    /** Makes resting outbound lanes of channels due at once, e.g. when a channel works again, those to rest least first. */
    async wake(db: Knex, channelIds: string[], now: number): Promise<void> {
      await db('lanes')
        .whereIn('channel_id', channelIds)
        .whereRaw(RESTING)
        .where('due', '>', now)
        .update({
          due: db.raw('case when due - ? < ? then ? + (due - ?) * ? / ? else ? end', [
            now,
            ORDERED_REST_MS,
            now - WOKEN_WITHIN_MS,
            now,
            WOKEN_WITHIN_MS,
            ORDERED_REST_MS,
            now,
          ]),
        });
    },
  };
}

export type LaneStore = ReturnType<typeof laneStore>;
