import { SECOND } from '../time.js';

/**
 * Every threshold of load between a hook and its reply, in the order a message meets them. A refused caller reads the
 * limit's name as `reason` of its 503, and the metric `hookswitch_messages_refused_total` counts by it.
 *
 * | `reason` | Limit | Beyond it |
 * |---|---|---|
 * | STOPPING | the server is about to stop | every message is refused |
 * | DISK_NEARLY_FULL | setting MIN_FREE_DISK_MB | every message is refused, before the disk is full |
 * | LOG_TOO_LARGE | DISK.maxLogBytes | likewise, until a checkpoint has made SQLite's log smaller |
 * | COMMITS_SLOW | COMMIT_QUEUE.maxWaitMs | every message is refused: it would only wait, and make those behind it wait |
 * | COMMIT_QUEUE_FULL | COMMIT_QUEUE.maxWaiting | likewise: what waits is in memory |
 * | TOO_MANY_MESSAGES | TURNS.maxOpen | likewise |
 * | REQUEST_QUEUE_FULL | REQUEST_QUEUE.maxWaitMs | every message is refused: it comes through sooner by being sent again |
 * | TURNS_BEHIND | TURNS.maxLagMs | asynchronous messages are refused: they would be answered too late |
 * | TOO_MANY_STREAMS | EVENT_STREAMS.max | event streams are refused; their callers poll instead |
 * | TOO_MANY_STREAMS (429) | EVENT_STREAMS.maxPerApp | likewise those of one app, so that it leaves room for others |
 *
 * What is not in this table only puts things in order: which goes first, and how many in a row.
 */

/** Seconds after which a refused caller may come again: load passes sooner than a lack of disk does. */
export const RETRY_AFTER_SECONDS = { load: 1, disk: 30 } as const;

export const DISK = {
  /** Milliseconds between two looks at the free bytes and the size of the log. */
  lookEveryMs: 1 * SECOND,
  /** Bytes of SQLite's write-ahead log. A reader that holds an old snapshot keeps it from shrinking. */
  maxLogBytes: 1024 * 1024 * 1024,
} as const;

/** Messages that have come and that the event loop has not begun. */
export const REQUEST_QUEUE = {
  /**
   * Messages begun in a tick of the event loop; more wait for the next. Few, for between two ticks those that are done
   * are answered, and Node accepts one new connection a tick.
   */
  perTick: 16,
  /** Messages that may wait however long they take: a short burst is no overload. */
  minLength: 100,
  /** Milliseconds that the last of more than `minLength` may wait. */
  maxWaitMs: 50,
  /** Ticks over which the time of one message is averaged. */
  ticksRemembered: 8,
} as const;

/** Units that wait for their transaction. */
export const COMMIT_QUEUE = {
  /** Units in one transaction; more wait for the next. */
  maxUnits: 256,
  /** Bytes in one transaction, by estimate; more wait for the next. */
  maxBytes: 1024 * 1024,
  /** Units of a full transaction that are kept for what nobody waits for, so that it does not starve. */
  backgroundUnits: 16,
  /** Transactions over which the time of one is averaged. */
  cyclesRemembered: 4,
  /** Units that may wait, in memory. */
  maxWaiting: 5_000,
  /** Milliseconds that a unit may wait for those before it. */
  maxWaitMs: 50,
} as const;

/** Messages that are accepted and not answered. */
export const TURNS = {
  /** Asynchronous messages under way below which one runs before it is stored; from there on it is stored first. */
  runFirstBelow: 8,
  /** Messages that may run or wait, in memory. */
  maxOpen: 50_000,
  /** Turns begun in a tick of the event loop; more wait for the next, so that messages come in between. */
  perTick: 16,
  /** Acceptances under way that make a burst: turns nobody waits for then yield to what comes. */
  burstFrom: 32,
  /** Milliseconds between two looks at a burst. It is over when there were always fewer between two looks. */
  burstLookMs: 50,
  /** Acceptances in a burst for which one turn begins all the same, so that nobody's answer stands still. */
  acceptancesPerTurn: 16,
  /** Milliseconds that a turn yields; then turns and messages share the event loop. */
  maxYieldMs: 10 * SECOND,
  /** Milliseconds that the oldest turn may have waited. */
  maxLagMs: 20 * SECOND,
} as const;

/** Work that nobody waits for: versions that are checked against recorded turns. */
export const BACKGROUND = {
  /**
   * Share of its time that it works while turns come. On two cores of which 300 turns a second took most, their p99 was as long as
   * without it at 0.2, and 1.3 times as long at 0.4 (docs/benchmarks.md).
   */
  share: 0.2,
  /** Milliseconds after the last turn from which on it works all of the time. */
  quietMs: 1 * SECOND,
} as const;

/** Answers that are told as server-sent events while a turn runs. */
export const EVENT_STREAMS = {
  /** Streams open at once in this process. */
  max: 10_000,
  /** Streams of one app, or of one person who tries bots: a quarter, so that one that leaves them open keeps out no other. */
  maxPerApp: 2_500,
} as const;
