import { hash } from 'node:crypto';
import type { RowWrite } from '../database/row-source.js';
import type { Cell } from '../database/statements.js';
import { jtiClaims, keyClaims } from '../tables/idempotency.js';
import { type AppendedLane, laneWrites } from '../tables/lane-writes.js';
import { boundTo, type RowsFor, rowWrites } from './batch-rows.js';

/** SQLSTATE of a batch in which a guard has failed: nothing of it is written. */
export const GUARD_FAILED = 'HS001';

const lanes = laneWrites('postgres', '$1');

/** The number that a row of a lane gets. What is bound counts from the end of what the batch takes there, and is negative. */
const numbered = (conversation: number, direction: 'in' | 'out') => ({
  seq: (cell: string) => `${cell} + (lane_ends->>(value->>${conversation} || ':${direction}'))::bigint`,
});

/** The statements of a batch, in the order they run; each has its rows as a parameter of the function. */
const STATEMENTS = {
  keys: keyClaims('postgres'),
  jtis: jtiClaims('postgres'),
  locks: lanes.lock,
  settles: lanes.settle,
  alone: lanes.appendAlone,
  appends: lanes.append,
  ...rowWrites('postgres', { turns: numbered(1, 'in'), deliveries: numbered(3, 'out') }),
} satisfies Record<string, RowWrite<never>>;
type Statement = keyof typeof STATEMENTS;

/** What the function is called with: the rows of a batch, and the claims and lanes of its units. */
export type FunctionRows = RowsFor<typeof STATEMENTS>;

/** What lanes say to a batch. */
export interface FunctionResult {
  settled: { id: string; pending: number }[] | null;
  alone: AppendedLane[] | null;
  appended: AppendedLane[] | null;
}

/** Parameters before the rows: the process, the time before which keys are forgotten, and how much known lanes give. */
const FIXED = 3;
const NAMES = Object.keys(STATEMENTS) as Statement[]; // its own keys
const parameterOf = (name: Statement): string => `$${FIXED + 1 + NAMES.indexOf(name)}`;

/** Statements that refuse units: each gives the ids of those it passed. */
const GUARDS = ['keys', 'jtis', 'settles', 'alone'] as const;

/** Why a batch was not written. */
export interface GuardFailure {
  guard: (typeof GUARDS)[number];
  /** Turns whose claims were won, or lanes; all others are refused. */
  passed: ReadonlySet<string>;
}

/** What an error of the function says of its guards. Null: nothing that names the units. */
export function guardFailure(error: unknown): GuardFailure | null {
  const { constraint, detail } = error as { constraint?: string; detail?: string }; // as PostgreSQL's driver has it
  const guard = GUARDS.find((name) => name === constraint);
  return guard && detail !== undefined ? { guard, passed: new Set(JSON.parse(detail) as string[]) } : null;
}

const fails = (guard: string, passed: string): string =>
  `raise exception using errcode = '${GUARD_FAILED}', message = 'a guard of the batch has failed',
      constraint = '${guard}', detail = ${passed};`;
/** The whole batch fails when not all of its rows pass; `passed` is an expression for the JSON array of those that do. */
const allPass = (guard: (typeof GUARDS)[number], passed: string, rows: string): string =>
  `if jsonb_array_length(coalesce(${passed}, '[]')) < jsonb_array_length(${rows}) then
      ${fails(guard, `coalesce(${passed}, '[]')::text`)} end if;`;
const idsOf = (lanes: string): string => `jsonb_path_query_array(${lanes}, '$[*].id')`;
/** How a statement runs that gives something; `sql` is complete. */
const GIVES: Partial<Record<Statement, (sql: string, rows: string) => string>> = {
  keys: (sql, rows) => claimed('keys', sql, rows),
  jtis: (sql, rows) => claimed('jtis', sql, rows),
  locks: (sql) => `${sql.replace('select', 'perform')};`,
  settles: (sql, rows) => `with w as (${sql}) select jsonb_agg(to_jsonb(w)) into settled from w;
    ${allPass('settles', idsOf('settled'), rows)}`,
  alone: (sql, rows) => `${taken(sql, 'run_alone')}
    ${allPass('alone', idsOf('run_alone'), rows)}`,
  appends: (sql) => taken(sql, 'appended'),
};

function claimed(guard: 'keys' | 'jtis', sql: string, rows: string): string {
  return `with w as (${sql}) select jsonb_agg(turn_id) into claims from w;
    ${allPass(guard, 'claims', rows)}`;
}

/** A lane that begins has a conversation to be written, even if it was written just now: it has been erased since. */
function taken(sql: string, into: string): string {
  return `with w as (${sql}) select jsonb_agg(to_jsonb(w)), lane_ends || jsonb_object_agg(w.id, w.next_seq),
      coalesce(bool_or(w.next_seq - ($3->>w.id)::bigint = 1), false) into ${into}, lane_ends, begins from w;
    if begins then ${fails('begins', "''")} end if;`;
}

function bodyOf(name: Statement): string {
  const rows = parameterOf(name);
  const sql = STATEMENTS[name].sql.replace('?', rows).replace('?', '$2');
  return `if ${rows} is not null then ${GIVES[name]?.(sql, rows) ?? `${sql};`} end if;`;
}

/**
 * A connection plans each statement of the function once, and again only when the statistics of a table change: what reads all of
 * a table that was empty then would read all of it for each batch, however large it has become since.
 */
const BY_INDEX = 'set enable_seqscan = off set plan_cache_mode = force_generic_plan';

const TEXT = `(text, bigint, jsonb${', jsonb'.repeat(NAMES.length)}) returns jsonb language plpgsql ${BY_INDEX} as $body$
declare
  claims jsonb; settled jsonb; run_alone jsonb; appended jsonb; lane_ends jsonb := '{}'; begins boolean;
begin
  ${NAMES.map(bodyOf).join('\n  ')}
  return jsonb_build_object('settled', settled, 'alone', run_alone, 'appended', appended);
end $body$`;

/** By its text: processes of several versions on one database each have their own. */
const NAME = `hookswitch_commit_${hash('sha256', TEXT).slice(0, 12)}`;

/** The function that writes a batch in one way there and back. */
export const commitFunction = {
  name: NAME,
  create: `create or replace function ${NAME}${TEXT}`,
  call: `select ${NAME}(?::text, ?::bigint, ?::jsonb${NAMES.map(() => ', ?::jsonb').join('')}) as result`,

  /** `resumed`: how many numbers are taken in lanes that are taken for known. */
  bind(owner: string, forgottenBefore: number, resumed: Readonly<Record<string, number>>, rows: FunctionRows): Cell[] {
    const bound = NAMES.map((name) => boundTo(STATEMENTS[name], rows[name]));
    return [owner, forgottenBefore, JSON.stringify(resumed), ...bound];
  },
};
