import type { Db, Dialect } from '../database/database.js';
import { groupBy } from '../database/group-by.js';
import { type RowWrite, recordSource, rowSource } from '../database/row-source.js';
import type { Cell } from '../database/statements.js';
import { bucketOf, RESPONSE_TIME_BOUNDS } from './channel-metrics.js';
import { type Counted, logOf, withLog } from './count-logs.js';

export type CanarySide = 'BASELINE' | 'CANDIDATE';

/** A turn of a conversation that a canary has assigned to a side. */
export interface CanaryTurn {
  canaryId: string;
  channelId: string;
  conversationId: string;
  side: CanarySide;
  /** The share by which it was assigned, in ten-thousandths. */
  share: number;
  at: number;
  failed: boolean;
  unidentified: boolean;
  slow: boolean;
  /** How its task ended, where one did. */
  ended: 'FULFILLED' | 'OTHERWISE' | null;
  responseTimeMs: number;
}

/** A conversation of a canary: when each thing first happened in it, on the side that it came to first. */
interface ConversationNote {
  canaryId: string;
  conversationId: string;
  channelId: string;
  side: CanarySide;
  share: number;
  at: number;
  failedAt: number | null;
  unidentifiedAt: number | null;
  slowAt: number | null;
}

const FIRSTS = ['failed_at', 'unidentified_at', 'slow_at'] as const;

export const CANARY_COUNTS = {
  table: 'canary_counts',
  keys: ['canary_id', 'channel_id', 'side', 'counter'],
  values: ['value'],
  order: 'canary_id, channel_id, side, counter',
} satisfies Counted;

export function canaryWrites(dialect: Dialect) {
  const counted = rowSource(dialect, {
    canary_id: 'text',
    channel_id: 'text',
    side: 'text',
    counter: 'text',
    value: 'int',
  });
  const countSql = `insert into ${logOf(CANARY_COUNTS.table)} (canary_id, channel_id, side, counter, value)
    select canary_id, channel_id, side, counter, value from ${counted.from} where true`;
  const noted = recordSource<ConversationNote>(dialect, {
    canaryId: 'text',
    conversationId: 'text',
    channelId: 'text',
    side: 'text',
    share: 'int',
    at: 'int',
    failedAt: 'int',
    unidentifiedAt: 'int',
    slowAt: 'int',
  });
  const names = noted.columns.join(', ');
  const news = FIRSTS.map((name) => `(canary_conversations.${name} is null and excluded.${name} is not null)`);
  const noteSql = `insert into canary_conversations (${names}) select ${names} from ${noted.from} where true
    on conflict (canary_id, conversation_id) do update set
      ${FIRSTS.map((name) => `${name} = coalesce(canary_conversations.${name}, excluded.${name})`).join(', ')}
    where canary_conversations.side = excluded.side and (${news.join(' or ')})`;
  return {
    counts: { sql: countSql, bind: counted.bind } satisfies RowWrite<Cell[]>,
    conversations: { sql: noteSql, bind: (rows) => noted.bind(noted.cells(rows)) } as RowWrite<ConversationNote>,
  };
}

/** The rows that turns add up to, for those statements; sorted, so that processes lock rows in one order. */
export function canaryRows(turns: readonly CanaryTurn[]): { counts: Cell[][]; conversations: ConversationNote[] } {
  const counts = new Map<string, Cell[]>();
  const notes = new Map<string, ConversationNote>();
  for (const turn of turns) {
    const { canaryId, channelId, conversationId, side, share, at } = turn;
    for (const counter of countersOf(turn)) {
      const key = `${canaryId} ${channelId} ${side} ${counter}`;
      const before = counts.get(key)?.[4] ?? 0;
      counts.set(key, [canaryId, channelId, side, counter, Number(before) + 1]);
    }
    const key = `${canaryId} ${conversationId}`;
    const known = notes.get(key);
    if (known && known.side !== side) continue; // it counts for the side it came to first
    notes.set(key, {
      canaryId,
      conversationId,
      channelId,
      side,
      share: known?.share ?? share,
      at: known?.at ?? at,
      failedAt: known?.failedAt ?? (turn.failed ? at : null),
      unidentifiedAt: known?.unidentifiedAt ?? (turn.unidentified ? at : null),
      slowAt: known?.slowAt ?? (turn.slow ? at : null),
    });
  }
  return { counts: sorted(counts), conversations: sorted(notes) };
}

const sorted = <T>(rows: ReadonlyMap<string, T>): T[] =>
  [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);

const countersOf = ({ failed, unidentified, slow, ended, responseTimeMs }: CanaryTurn): string[] => [
  'turns',
  `ms:${bucketOf(responseTimeMs)}`,
  ...(failed ? ['failed'] : []),
  ...(unidentified ? ['unidentified'] : []),
  ...(slow ? ['slow'] : []),
  ...(ended ? ['ended'] : []),
  ...(ended === 'FULFILLED' ? ['fulfilled'] : []),
];

/** Turns of one side on one channel. */
export interface CanaryTurnCounts {
  canaryId: string;
  channelId: string;
  side: CanarySide;
  turns: number;
  failed: number;
  unidentified: number;
  slow: number;
  ended: number;
  fulfilled: number;
  /** By bucket of RESPONSE_TIME_BOUNDS. */
  responseTimes: number[];
}

/** By canary. */
export async function canaryTurnCounts(db: Db, canaryIds: readonly string[]): Promise<Map<string, CanaryTurnCounts[]>> {
  const rows: { canary_id: string; channel_id: string; side: CanarySide; counter: string; value: number }[] = await db(
    db.raw(withLog(CANARY_COUNTS)),
  )
    .whereIn('canary_id', [...canaryIds])
    .select('canary_id', 'channel_id', 'side', 'counter', 'value');
  const found = new Map<string, CanaryTurnCounts>();
  for (const { canary_id: canaryId, channel_id: channelId, side, counter, value } of rows) {
    const key = `${canaryId} ${channelId} ${side}`;
    const counts = found.get(key) ?? noTurns(canaryId, channelId, side);
    found.set(key, counts);
    const bucket = Number(counter.slice('ms:'.length));
    if (counter.startsWith('ms:')) counts.responseTimes[bucket] = (counts.responseTimes[bucket] ?? 0) + Number(value);
    else counts[counter as 'turns'] += Number(value); // one of those above
  }
  return groupBy([...found.values()], ({ canaryId }) => canaryId);
}

const noTurns = (canaryId: string, channelId: string, side: CanarySide): CanaryTurnCounts => ({
  canaryId,
  channelId,
  side,
  turns: 0,
  failed: 0,
  unidentified: 0,
  slow: 0,
  ended: 0,
  fulfilled: 0,
  responseTimes: Array<number>(RESPONSE_TIME_BOUNDS.length + 1).fill(0),
});

/** Conversations of one side, channel and share, and in how many of them each thing happened. */
export interface CanaryConversationCounts {
  channelId: string;
  side: CanarySide;
  /** In ten-thousandths. */
  share: number;
  conversations: number;
  failed: number;
  unidentified: number;
  slow: number;
  /** Those that came to the canary before a given time, and what happened in them within a given time. */
  settled: number;
  settledFailed: number;
  settledUnidentified: number;
}

/** By canary. */
export async function canaryConversationCounts(
  db: Db,
  canaryIds: readonly string[],
  { cameBefore, within }: { cameBefore: number; within: number },
): Promise<Map<string, CanaryConversationCounts[]>> {
  const settled = (first: string) => `sum(case when at < ? and ${first} <= at + ? then 1 else 0 end)`;
  const rows = await db('canary_conversations')
    .whereIn('canary_id', [...canaryIds])
    .groupBy('canary_id', 'channel_id', 'side', 'share')
    .select('canary_id', 'channel_id', 'side', 'share')
    .select(
      db.raw(
        `count(*) as conversations, count(failed_at) as failed, count(unidentified_at) as unidentified,
          count(slow_at) as slow, sum(case when at < ? then 1 else 0 end) as settled,
          ${settled('failed_at')} as settled_failed, ${settled('unidentified_at')} as settled_unidentified`,
        [cameBefore, cameBefore, within, cameBefore, within],
      ),
    );
  const counts = rows.map((row) => ({
    canaryId: String(row.canary_id),
    channelId: String(row.channel_id),
    side: row.side,
    share: Number(row.share),
    conversations: Number(row.conversations),
    failed: Number(row.failed),
    unidentified: Number(row.unidentified),
    slow: Number(row.slow),
    settled: Number(row.settled),
    settledFailed: Number(row.settled_failed),
    settledUnidentified: Number(row.settled_unidentified),
  }));
  return groupBy(counts, ({ canaryId }) => canaryId);
}
