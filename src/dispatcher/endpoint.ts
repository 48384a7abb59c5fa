import { type Clock, MINUTE, SECOND, type Timer } from '../time.js';
import { type Answered, isOverload, saidBy } from './answered.js';
import { EndpointRecord, type EndpointStatus } from './endpoint-status.js';

/** Failures in a row, over all its callers, after which an endpoint is blocked. */
const FAILURES_TO_BLOCK = 10;
/** The same of failures that say nothing of a message (429, 503, no answer): an outage is known as one soon. */
const OVERLOADS_TO_BLOCK = 3;
/** Failures in a row from which on an endpoint counts as failing. */
const FAILURES_TO_FAIL = 2;
/** Milliseconds between two tests of a blocked endpoint. After a long outage it is a share of that, up to the longest. */
const TEST_EVERY_MS = 1 * SECOND;
const TEST_AFTER_SHARE = 1 / 300;
const LONGEST_TEST_MS = 30 * SECOND;
/** Tests that may be under way at once: one that hangs must not hide a recovery. */
const MAX_TESTS = 4;
/** Calls under way at once to an endpoint nothing is known of; each success admits one more. */
const FIRST_LIMIT = 8;
/** Calls under way at once to any endpoint. */
const MAX_LIMIT = 256;
/** Milliseconds for which every message must be refused, none taken, until that is a fault of the endpoint. */
const REFUSES_ALL_MS = 1 * MINUTE;
/** Messages that must be refused at least until that is a fault of the endpoint. */
const REFUSES_ALL_FROM = 3;

/**
 * What is known of an endpoint as a whole.
 *
 * | mode     | calls admitted                     | becomes                                                               |
 * |----------|------------------------------------|-----------------------------------------------------------------------|
 * | OPEN     | up to a limit: one more for each   | BLOCKED: ten failures in a row, three of overload or silence, or every |
 * |          | success, half for each overload    | message refused for a minute; RESTING: 503 says how long; LIMITED: 429 |
 * | BLOCKED  | none                               | OPEN: a call that was under way succeeds; TESTING: its time           |
 * | RESTING  | none                               | likewise                                                              |
 * | LIMITED  | none                               | TESTING: its time. What was under way before 429 refutes nothing      |
 * | TESTING  | one, another each interval         | OPEN: any success, from a limit of one; BLOCKED: a test fails;        |
 * |          |                                    | RESTING, LIMITED as from OPEN                                         |
 */
type Mode = 'OPEN' | 'BLOCKED' | 'RESTING' | 'LIMITED' | 'TESTING';

/** Whether what a call came to says something of its message, or only of the endpoint. */
export type Blame = 'MESSAGE' | 'ENDPOINT';

/** The right to call an endpoint once; to be settled once with what came of it. */
export interface Permit {
  /** It answered; `waitMs` is how long it asks to wait, if it says. */
  answered(status: number, waitMs: number | null): Blame;
  /** It gave no answer; `error` is a short reason that is safe to show. */
  failed(error: string): Blame;
  /** The call was not made, or nothing is known of it. */
  cancelled(): void;
}

export interface EndpointDeps {
  clock: Clock;
  /** Whether calls under way are limited by what it bears; callers that cannot wait limit them by themselves. */
  limited: boolean;
  /** Somebody wants nothing to be sent to it for now. */
  isPaused(): boolean;
  /** It works again, or for the first time since the start. */
  recovered(): void;
  /** It has refused every message since that time of day, for a minute: none of them was to blame. */
  refusesAll(): void;
  /** Its status has changed; its times are told of every ten seconds. */
  changed(): void;
}

export class Endpoint {
  private mode: Mode = 'OPEN';
  private limit: number;
  private failures = 0;
  private overloads = 0;
  /** Calls under way that were admitted since the endpoint was last closed. */
  private underWay = 0;
  /** Counts the times it was closed, to tell calls admitted before one from those after it. */
  private closings = 0;
  /** By the monotonic clock. */
  private closedUntil = 0;
  private troubleSince: number | null = null;
  private refusals: { since: number; count: number } | null = null;
  private timer: Timer | null = null;
  /** How often it has come back: whoever goes to rest for it can tell whether it did so meanwhile. */
  recoveries = 0;
  private readonly line = new Set<(permit: Permit) => void>();
  private readonly record: EndpointRecord;

  constructor(private readonly deps: EndpointDeps) {
    this.record = new EndpointRecord(deps.clock, () => deps.changed());
    this.limit = deps.limited ? FIRST_LIMIT : Number.POSITIVE_INFINITY;
  }

  isOpen(): boolean {
    return this.mode === 'OPEN';
  }

  /** Milliseconds until it is tested; 0 when it may be called or is being tested. */
  restMs(): number {
    return this.mode === 'TESTING' || !this.timer ? 0 : Math.max(0, this.closedUntil - this.deps.clock.monotonicNow());
  }

  waiting(): number {
    return this.line.size;
  }

  status(): EndpointStatus {
    return this.record.status(this.restMs());
  }

  tryEnter(): Permit | null {
    const isAdmitting = (this.mode === 'OPEN' || this.mode === 'TESTING') && !this.deps.isPaused();
    return isAdmitting && this.underWay < this.limit ? this.admit() : null;
  }

  /** Joins the line of those who wait for the endpoint. The function given leaves it; false: its turn has come already. */
  wait(admitted: (permit: Permit) => void): () => boolean {
    this.line.add(admitted);
    return () => this.line.delete(admitted);
  }

  /** Is tested at once, whatever it asked for. */
  tryNow(): void {
    if (this.mode === 'BLOCKED' || this.mode === 'RESTING' || this.mode === 'LIMITED') this.test();
  }

  /** Somebody wants it to be called again. */
  resume(): void {
    this.tryNow();
    this.serve();
  }

  /** Calls that it bears at once, as far as is known, and those under way. */
  load(): { limit: number; underWay: number } {
    return { limit: this.limit, underWay: this.underWay };
  }

  /** Begins with a test: it was in trouble when the process before this one ended, or when another last called it. */
  beginTested(status: EndpointStatus): void {
    if (this.record.state !== 'UNKNOWN') return;
    this.record.takeOver(status);
    this.troubleSince = status.since;
    this.test();
  }

  /** Admits everybody who waits: nothing is to be known of the endpoint any more. */
  forget(): void {
    this.open(Number.POSITIVE_INFINITY);
    this.serve();
  }

  private admit(): Permit {
    const { closings } = this;
    this.underWay += 1;
    let settled = false;
    const settle = (learn: (current: boolean) => void): Blame => {
      if (settled) return 'MESSAGE';
      settled = true;
      const current = closings === this.closings;
      if (current) this.underWay -= 1;
      learn(current);
      this.serve();
      return this.mode === 'OPEN' ? 'MESSAGE' : 'ENDPOINT';
    };
    return {
      answered: (status, waitMs) => settle((current) => this.learn(saidBy(status), current, waitMs, String(status))),
      failed: (error) => settle((current) => this.learn('unanswered', current, null, error)),
      cancelled: () => void settle(() => {}),
    };
  }

  private learn(kind: Answered, current: boolean, waitMs: number | null, error: string): void {
    if (kind === 'taken' || kind === 'well') this.succeeded(kind);
    else if (kind === 'refused' && this.mode === 'OPEN') this.refused(error);
    else this.failed(kind, current, waitMs, error);
  }

  private failed(kind: Answered, current: boolean, waitMs: number | null, error: string): void {
    if (isOverload(kind) && this.deps.limited) {
      this.limit = Math.max(1, Math.floor(this.limit / 2));
      this.overloads += 1;
    }
    this.failures += 1;
    this.record.failed(error);
    if (waitMs !== null && (kind === 'busy' || kind === 'limited')) {
      this.close(kind === 'limited' ? 'LIMITED' : 'RESTING', waitMs);
    } else if (this.mode === 'TESTING' ? current : this.mode === 'OPEN' && this.isOut()) {
      this.close('BLOCKED', this.testWaitMs());
    }
    if (this.mode === 'OPEN') this.record.become(this.failures >= FAILURES_TO_FAIL ? 'FAILING' : this.record.state);
  }

  private succeeded(kind: 'taken' | 'well'): void {
    const { mode } = this;
    if (mode === 'LIMITED') return; // it was under way before
    if (kind === 'taken') this.refusals = null;
    this.failures = 0;
    this.overloads = 0;
    this.record.succeeded();
    const wasWell = mode === 'OPEN' && this.record.state === 'HEALTHY';
    if (mode !== 'OPEN') this.open(this.deps.limited ? 1 : Number.POSITIVE_INFINITY);
    if (this.limit < MAX_LIMIT) this.limit += 1;
    this.record.become('HEALTHY');
    if (wasWell) return;
    this.recoveries += 1;
    this.deps.recovered();
  }

  private refused(error: string): void {
    this.refusals ??= { since: this.deps.clock.monotonicNow(), count: 0 };
    this.refusals.count += 1;
    this.record.failed(error);
    const forMs = this.deps.clock.monotonicNow() - this.refusals.since;
    if (this.refusals.count >= REFUSES_ALL_FROM && forMs >= REFUSES_ALL_MS) {
      this.refusals = null;
      this.close('BLOCKED', this.testWaitMs());
      this.deps.refusesAll();
    } else this.record.become(this.refusals.count >= FAILURES_TO_BLOCK ? 'FAILING' : this.record.state);
  }

  private isOut(): boolean {
    return this.failures >= FAILURES_TO_BLOCK || this.overloads >= OVERLOADS_TO_BLOCK;
  }

  private testWaitMs(): number {
    const outage = this.troubleSince === null ? 0 : this.deps.clock.now() - this.troubleSince;
    return Math.min(LONGEST_TEST_MS, Math.max(TEST_EVERY_MS, outage * TEST_AFTER_SHARE));
  }

  private close(mode: 'BLOCKED' | 'RESTING' | 'LIMITED', ms: number): void {
    const wasTesting = this.mode === 'TESTING';
    const restMs = Math.max(wasTesting ? 0 : this.restMs(), ms); // what several calls ask for is one rest, the longest
    if (this.mode !== 'LIMITED') this.mode = mode;
    this.troubleSince ??= this.deps.clock.now();
    this.closings += 1;
    this.underWay = 0;
    this.closedUntil = this.deps.clock.monotonicNow() + restMs;
    this.timer?.cancel();
    this.timer = this.deps.clock.after(restMs, () => this.test());
    this.record.become('BLOCKED');
  }

  private test(): void {
    const isAnother = this.mode === 'TESTING';
    this.mode = 'TESTING';
    this.limit = isAnother ? Math.min(MAX_TESTS, this.limit + 1) : 1;
    this.timer?.cancel();
    this.timer = this.deps.clock.after(this.testWaitMs(), () => this.test());
    this.serve();
  }

  private open(limit: number): void {
    this.timer?.cancel();
    this.timer = null;
    this.mode = 'OPEN';
    this.limit = limit;
    this.troubleSince = null;
  }

  private serve(): void {
    for (const admitted of this.line) {
      const permit = this.tryEnter();
      if (!permit) return;
      this.line.delete(admitted);
      admitted(permit);
    }
  }
}
