import type { Database } from '../store/database/database.js';
import { statementsOn } from '../store/database/statements.js';
import {
  type AlertFacts,
  gather,
  type IncidentKey,
  incidentId,
  incidentWrites,
  type Occurrence,
} from '../store/tables/alert-incidents.js';

/** The end of something that lasted; told of at `due` unless it has begun again by then. */
export type End = IncidentKey & { facts: AlertFacts; at: number; due: number };

/**
 * Gathers what happens outside of any transaction until the next flush, so that a burst is one row. Of a key the last
 * word counts: a beginning that has ended already is none.
 */
export interface Notes {
  happened(occurrence: Occurrence): void;
  ended(end: End): void;
  flush(): Promise<void>;
}

/** Keys gathered between two flushes. What comes beyond while the database is away is not told of. */
const MAX_GATHERED = 10_000;

export function createNotes(database: Pick<Database, 'write' | 'dialect'>): Notes {
  const writes = incidentWrites(database.dialect);
  let happened = new Map<string, Occurrence>();
  let ended = new Map<string, End>();

  function add(occurrence: Occurrence): void {
    const id = incidentId(occurrence);
    const known = happened.get(id);
    if (!known && happened.size >= MAX_GATHERED) return;
    ended.delete(id);
    const [both] = known ? gather([known, occurrence]) : [occurrence];
    if (both) happened.set(id, both);
  }

  function end(one: End): void {
    const id = incidentId(one);
    if (!ended.has(id) && ended.size >= MAX_GATHERED) return;
    happened.delete(id);
    ended.set(id, one);
  }

  return {
    happened: add,
    ended: end,
    async flush() {
      if (happened.size + ended.size === 0) return;
      const [begun, over] = [happened, ended];
      happened = new Map();
      ended = new Map();
      try {
        await database.write.transaction(async (trx) => {
          const statements = statementsOn(trx);
          if (begun.size > 0) await writes.note(statements, [...begun.values()]);
          if (over.size > 0) await writes.end(statements, [...over.values()]);
        });
      } catch (error) {
        // What has come meanwhile is the later word.
        const [laterBegun, laterOver] = [happened, ended];
        [happened, ended] = [begun, over];
        for (const one of laterBegun.values()) add(one);
        for (const one of laterOver.values()) end(one);
        throw error;
      }
    },
  };
}
