import type { Database } from '../store/database/database.js';
import { nextTurnRecords, type RecordPlace, type RecordSpan } from '../store/tables/turn-records.js';
import type { Vault } from '../store/vault.js';
import { type Clock, SECOND } from '../time.js';
import { turnRecordData } from '../turn/turn-record.js';
import type { PackedTurn, TurnVerdict } from './checker.js';

/** A recorded turn, and what the candidate makes of it. */
export interface CheckedTurn {
  place: RecordPlace;
  verdict: TurnVerdict;
}

export interface NextTurnsDeps {
  database: Pick<Database, 'read'>;
  vault: Pick<Vault, 'openBytes'>;
  clock: Pick<Clock, 'monotonicNow'>;
  /** Gives the verdicts on the first of these turns, one at least. */
  check(turns: PackedTurn[]): Promise<TurnVerdict[]>;
}

export interface TurnSource {
  botId: string;
  channelId: string;
  span: RecordSpan;
  after: RecordPlace | null;
  limit: number;
}

/** Turns handed to the thread in one request; the rest follows with the next. Unsealing 50 records takes the event loop about a millisecond. */
const TURNS_AT_ONCE = 50;
/**
 * Milliseconds of checking whose verdicts are stored in one transaction, since each keeps live turns from SQLite's one writer.
 * The request under way at the end is still waited for.
 */
const TOGETHER_MS = 1 * SECOND;
/** Turns whose verdicts are stored in one transaction; more are stored with the next. */
const MAX_TOGETHER = 2_000;

/** Checks the next recorded turns of a channel, as many as there is time for. None: all are done. */
export async function checkNextTurns(deps: NextTurnsDeps, source: TurnSource): Promise<CheckedTurn[]> {
  const { database, vault, clock, check } = deps;
  const { botId, channelId, span } = source;
  const limit = Math.min(source.limit, MAX_TOGETHER);
  const until = clock.monotonicNow() + TOGETHER_MS;
  const checked: CheckedTurn[] = [];
  do {
    const after = checked.at(-1)?.place ?? source.after;
    const room = Math.min(TURNS_AT_ONCE, limit - checked.length);
    const records = await nextTurnRecords(database.read, channelId, span, after, room);
    if (records.length === 0) break;
    const turns = records.map(({ record, at: _, ...turn }): PackedTurn => {
      return { ...turn, botId, packed: vault.openBytes(record, turnRecordData(turn.turnId)) };
    });
    const verdicts = await check(turns);
    for (const [index, verdict] of verdicts.entries()) {
      const place = records[index];
      if (place) checked.push({ place: placeOf(place), verdict });
    }
  } while (checked.length < limit && clock.monotonicNow() < until);
  return checked;
}

const placeOf = ({ conversationId, at, turnId }: RecordPlace): RecordPlace => ({ conversationId, at, turnId });
