import type { Knex } from 'knex';
import { codeOf } from '../database/failures.js';
import { inBatchTransaction, queryOnce } from '../database/statements.js';
import { type Appended, type LaneStore, laneId } from '../tables/lanes.js';
import { rowsOf } from './batch-rows.js';
import {
  commitFunction,
  type FunctionResult,
  type FunctionRows,
  GUARD_FAILED,
  type GuardFailure,
  guardFailure,
} from './commit-function.js';
import type { Unit, UnitOutcome, UnitTimes } from './unit.js';
import { countsOf, deal, laneWorkOf, lastBy, pick, type Refused } from './unit-rows.js';
import type { WriterMemory } from './unit-writer.js';

/** Writes units by one call of a function of the database. Null: they are to be written by statements. */
export type FunctionWriter = (units: readonly Unit[], times: UnitTimes) => Promise<UnitOutcome[] | null>;

/** undefined_function, insufficient_privilege (PostgreSQL, appendix A). */
const NOT_THERE = '42883';
const NOT_ALLOWED = '42501';
/** Calls of a batch, each without the units that a guard refused in the one before; there are four. Then it is written by statements. */
const MOST_CALLS = 5;
/** The number of the lock under which a process makes the function. */
const MAKING = 7_265_182;

/**
 * A batch in one way there and back, as PostgreSQL has it. The function writes a batch of which all guards pass, or nothing:
 * then it says which did, and is called again for those. What it does not know is written by statements, as is everything
 * where this process may make no function.
 */
export function functionWriter(db: Knex, lanes: LaneStore, memory: WriterMemory): FunctionWriter {
  let mayMake = true;

  async function call(bindings: ReturnType<typeof commitFunction.bind>): Promise<FunctionResult | GuardFailure | null> {
    try {
      const [row] = await queryOnce<{ result: FunctionResult }>(db, commitFunction.call, bindings);
      return row?.result ?? null;
    } catch (error) {
      if (codeOf(error) === GUARD_FAILED) return guardFailure(error);
      if (codeOf(error) !== NOT_THERE) throw error;
      mayMake = await make(db);
      return mayMake ? call(bindings) : null;
    }
  }

  return async (all, times) => {
    if (all.some(isUnusual)) return null;
    const refused: Refused = new Map();
    for (let calls = 0; calls < MOST_CALLS && mayMake; calls += 1) {
      const before = refused.size;
      const written = await write(all, refused, times);
      if (written) return written;
      if (refused.size === before) return null;
    }
    return null;
  };

  /** Null: nothing is written; units that guards have refused are noted. */
  async function write(all: readonly Unit[], refused: Refused, times: UnitTimes): Promise<UnitOutcome[] | null> {
    const work = laneWorkOf(all, refused);
    const units = refused.size === 0 ? all : all.filter((unit) => !refused.has(unit));
    const settles = pick(units, (unit) => unit.settle);
    const touched = lastBy(
      pick(units, (unit) => unit.conversation),
      (row) => row.id,
    );
    const due = touched.filter(memory.conversations.isDue);
    const numbered = deal(all, refused, { pending: new Map(), ...countedFromTheEnd(work) });
    const metrics = memory.metrics.rowsOf(units.flatMap(countsOf), times.now);
    const rows: FunctionRows = {
      keys: pick(units, (unit) => unit.key),
      jtis: pick(units, (unit) => unit.jti),
      locks: locksOf(settles, work),
      settles: lanes.cells.settle(settles, times),
      alone: lanes.cells.appendAlone(work.alone, times),
      appends: lanes.cells.append([...work.appends.values()], times),
      ...rowsOf(units, numbered, due, metrics),
    };
    const resumed = resumedLanes(touched, due, work);
    const result = await call(commitFunction.bind(lanes.cells.owner, times.keysForgottenBefore, resumed, rows));
    if (!result) return null;
    if ('guard' in result) {
      for (const unit of units) refuse(unit, result, refused);
      return null;
    }
    memory.conversations.written(due);
    memory.metrics.written(metrics);
    return deal(all, refused, resultsOf(result, work, lanes)).outcomes;
  }
}

/** Notes that a guard has refused a unit, if it has. */
function refuse(unit: Unit, { guard, passed }: GuardFailure, refused: Refused): void {
  const { key, jti, settle, turn, ranAlone } = unit;
  const check = (own: string | undefined, outcome: UnitOutcome) =>
    own !== undefined && !passed.has(own) && refused.set(unit, outcome);
  if (guard === 'keys') check(key?.turnId, { status: 'key-taken' });
  if (guard === 'jtis') check(jti?.turnId, { status: 'jti-used' });
  if (guard === 'settles') check(settle?.laneId, { status: 'lease-lost' });
  if (guard === 'alone' && turn && ranAlone) check(laneId(turn.conversationId, 'IN'), { status: 'overtaken' });
}

/** What the function does not know. */
const isUnusual = ({ occurrences, alertSent }: Unit): boolean => occurrences !== undefined || alertSent !== undefined;

/** Makes the function unless another process has meanwhile. False: this one may not. */
async function make(db: Knex): Promise<boolean> {
  try {
    await inBatchTransaction(db, async (trx) => {
      await trx.query('select pg_advisory_xact_lock(?::bigint)', [MAKING]);
      await trx.query(commitFunction.create, []);
    });
    return true;
  } catch (error) {
    if (codeOf(error) === NOT_ALLOWED) return false;
    throw error;
  }
}

type Work = ReturnType<typeof laneWorkOf>;

/** Numbers before the lanes have given any: minus one is the last. */
function countedFromTheEnd({ appends, alone }: Work) {
  const before = (advance: number): Appended => ({ firstSeq: -advance, lease: null, backlog: 0 });
  return {
    appended: new Map(Array.from(appends, ([id, { advance }]) => [id, before(advance)])),
    alone: new Map(alone.map(({ conversationId }) => [conversationId, before(1)])),
  };
}

/** Appends lock lanes in the order of their ids by themselves; with anything else beside them, or settles, all are locked before. */
function locksOf(settles: readonly { laneId: string }[], { appends, alone }: Work): string[][] {
  if (
    settles.length === 0 ? appends.size === 0 || alone.length === 0 : settles.length + appends.size + alone.length === 1
  )
    return [];
  const ids = [
    ...settles.map((settle) => settle.laneId),
    ...appends.keys(),
    ...alone.map(({ conversationId }) => laneId(conversationId, 'IN')),
  ];
  return [...new Set(ids)].sort().map((id) => [id]);
}

/** The lanes of conversations that need not be written, with the numbers they are to give. */
function resumedLanes(
  touched: readonly { id: string }[],
  due: readonly { id: string }[],
  { appends, alone }: Work,
): Record<string, number> {
  const written = new Set(due.map(({ id }) => id));
  const ranAlone = new Set(alone.map(({ conversationId }) => conversationId));
  const resumed: Record<string, number> = {};
  for (const { id } of touched) {
    if (written.has(id)) continue;
    for (const direction of ['IN', 'OUT'] as const) {
      const advance = appends.get(laneId(id, direction))?.advance;
      if (advance !== undefined) resumed[laneId(id, direction)] = advance;
    }
    if (ranAlone.has(id)) resumed[laneId(id, 'IN')] = 1;
  }
  return resumed;
}

function resultsOf({ settled, alone, appended }: FunctionResult, work: Work, { cells }: LaneStore) {
  return {
    pending: new Map((settled ?? []).map(({ id, pending }) => [id, pending])),
    appended: cells.appended(appended ?? [], [...work.appends.values()]),
    alone: cells.ranAlone(alone ?? [], work.alone),
  };
}
