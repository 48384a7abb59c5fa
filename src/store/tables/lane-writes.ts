import type { Dialect } from '../database/database.js';
import { type ColumnKind, type RowSource, type RowWrite, rowSource } from '../database/row-source.js';
import type { Cell } from '../database/statements.js';

/** IN: turns of a conversation. OUT: its deliveries. Each has its own sequence, lease and epoch. */
export type Direction = 'IN' | 'OUT';

export const laneId = (conversationId: string, direction: Direction): string =>
  `${conversationId}:${direction === 'IN' ? 'in' : 'out'}`;

/** The right to work on a lane; every write that follows from the work is fenced by `epoch`. */
export interface Lease {
  laneId: string;
  epoch: number;
}

export interface LaneAppend {
  conversationId: string;
  channelId: string;
  direction: Direction;
  /** How many sequence numbers are taken. */
  advance: number;
  /** How many of them are open work that somebody must still do. */
  open: number;
}

/** A turn that ran without the lane's lease: it is stored only if the lane rests, and nobody has had it since this epoch. */
export interface TurnRunAlone extends Omit<LaneAppend, 'direction' | 'advance'> {
  epoch: number;
}

export interface Appended {
  /** The first of the numbers taken. */
  firstSeq: number;
  /** Set when this process holds the lane, newly or still. */
  lease: Lease | null;
  /** Open work that was there before this. */
  backlog: number;
}

export interface LaneSettle extends Lease {
  /** How much open work is done with; 0 only renews the lease. */
  done: number;
  /** Null: go on at once, the lease is kept while work is left. Else the lane is free and rests until then. */
  dueAt: number | null;
}

export interface LeaseTimes {
  now: number;
  leaseEnd: number;
}

/** A lane as an append has left it. */
export interface AppendedLane {
  id: string;
  next_seq: number;
  epoch: number;
  owner: string | null;
  pending: number;
}

const RETURNED = 'returning id, next_seq, epoch, owner, pending';

/** The statements that move lanes. `owner`: an SQL expression of the process's id. */
export function laneWrites(dialect: Dialect, owner: string) {
  const write = (columns: Record<string, ColumnKind>, sqlOf: (v: RowSource) => string): RowWrite<Cell[]> => {
    const source = rowSource(dialect, columns);
    return { sql: sqlOf(source), bind: source.bind };
  };
  const idle = 'lanes.pending = 0 and excluded.pending > 0';
  const opened = {
    id: 'text',
    direction: 'text',
    conversation_id: 'text',
    channel_id: 'text',
    advance: 'int',
    opened: 'int',
    owner: 'text',
    due: 'int',
  } as const;
  return {
    lock: write(
      { id: 'text' },
      (v) =>
        `select lanes.id from lanes join ${v.from} on ${v.by('lanes.id', 'id')} order by lanes.id for update of lanes`,
    ),

    append: write(
      opened,
      (v) => `insert into lanes (id, direction, conversation_id, channel_id, next_seq, pending, epoch, owner, due)
        select id, direction, conversation_id, channel_id, advance + 1, opened, 1,
          case when opened > 0 then owner end, case when opened > 0 then due end
        from ${v.from} where true
        on conflict (id) do update set
          next_seq = lanes.next_seq + excluded.next_seq - 1,
          pending = lanes.pending + excluded.pending,
          epoch = case when ${idle} then lanes.epoch + 1 else lanes.epoch end,
          owner = case when ${idle} then excluded.owner else lanes.owner end,
          due = case when ${idle} then excluded.due else lanes.due end
        ${RETURNED}`,
    ),

    // As if the lease had been taken before, and given back here: whoever had the lane until then learns so by its epoch.
    appendAlone: write(
      { ...opened, epoch: 'int' },
      (v) => `insert into lanes (id, direction, conversation_id, channel_id, next_seq, pending, epoch, owner, due)
        select id, direction, conversation_id, channel_id, advance + 1, opened, epoch + 1,
          case when opened > 0 then owner end, case when opened > 0 then due end
        from ${v.from} where epoch = 0 or (select true from lanes where lanes.id = v.id)
        on conflict (id) do update set
          next_seq = lanes.next_seq + excluded.next_seq - 1, pending = excluded.pending, epoch = excluded.epoch,
          owner = excluded.owner, due = excluded.due
        where lanes.pending = 0 and lanes.epoch = excluded.epoch - 1
        ${RETURNED}`,
    ),

    settle: write(
      { id: 'text', epoch: 'int', done: 'int', rest: 'int', lease_end: 'int' },
      (v) => `update lanes set
          pending = lanes.pending - v.done,
          owner = case when lanes.pending > v.done and v.rest is null then lanes.owner end,
          due = case when lanes.pending > v.done then coalesce(v.rest, v.lease_end) end
        from ${v.from} where ${v.by('lanes.id', 'id', `lanes.epoch = v.epoch and lanes.owner = ${owner}`)}
        returning lanes.id as id, lanes.pending as pending`,
    ),
  };
}

/** The rows of those statements, for a process that works on these directions; in the order in which rows are locked. */
export function laneCells(owner: string, directions: readonly Direction[]) {
  const inOrder = (rows: Cell[][]): Cell[][] => rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const append = (row: LaneAppend, { leaseEnd, now }: LeaseTimes): Cell[] => {
    const { conversationId, channelId, direction, advance, open } = row;
    const works = directions.includes(direction);
    const id = laneId(conversationId, direction);
    return [id, direction, conversationId, channelId, advance, open, works ? owner : null, works ? leaseEnd : now];
  };
  const told = (lane: AppendedLane, { advance, open }: Pick<LaneAppend, 'advance' | 'open'>): Appended => ({
    firstSeq: lane.next_seq - advance,
    lease: lane.owner === owner ? { laneId: lane.id, epoch: lane.epoch } : null,
    backlog: lane.pending - open,
  });
  return {
    append: (rows: readonly LaneAppend[], times: LeaseTimes) => inOrder(rows.map((row) => append(row, times))),
    appendAlone: (rows: readonly TurnRunAlone[], times: LeaseTimes) =>
      inOrder(rows.map((row) => [...append({ direction: 'IN', advance: 1, ...row }, times), row.epoch])),
    settle: (rows: readonly LaneSettle[], { leaseEnd }: Pick<LeaseTimes, 'leaseEnd'>) =>
      rows.map((row): Cell[] => [row.laneId, row.epoch, row.done, row.dueAt, leaseEnd]),
    owner,
    /** What appends took, by lane. */
    appended(lanes: readonly AppendedLane[], rows: readonly LaneAppend[]): Map<string, Appended> {
      const byId = new Map(lanes.map((lane) => [lane.id, lane]));
      return new Map(
        rows.map((row) => {
          const id = laneId(row.conversationId, row.direction);
          const lane = byId.get(id);
          if (!lane) throw new Error(`the lane of ${row.conversationId} was neither inserted nor updated`);
          return [id, told(lane, row)];
        }),
      );
    },
    /** What turns that ran alone took, by conversation; one that is absent has been overtaken. */
    ranAlone(lanes: readonly AppendedLane[], rows: readonly TurnRunAlone[]): Map<string, Appended> {
      const byId = new Map(lanes.map((lane) => [lane.id, lane]));
      return new Map(
        rows.flatMap(({ conversationId, open }) => {
          const lane = byId.get(laneId(conversationId, 'IN'));
          return lane ? [[conversationId, told(lane, { advance: 1, open })] as const] : [];
        }),
      );
    },
  };
}
