import { type Clock, SECOND, type Timer } from '../time.js';

/** Failures in a row, over all its callers, after which an endpoint rests. */
const FAILURES_TO_REST = 10;
/** How long an endpoint rests after those; then one call tests it. */
const REST_MS = 30 * SECOND;
/** How long an endpoint rests that asks to wait without saying how long. */
const BUSY_MS = 5 * SECOND;
/** Calls under way at which a recovering endpoint counts as well again. */
const FULL_PACE = 32;

/**
 * What is known of an endpoint as a whole.
 *
 * | mode       | calls admitted                     | becomes                                                            |
 * |------------|------------------------------------|--------------------------------------------------------------------|
 * | WELL       | all                                | RESTING: ten failures in a row, or 503; LIMITED: 429               |
 * | RESTING    | none                               | RECOVERING: a call that was under way succeeds; TESTING: its time  |
 * | LIMITED    | none                               | TESTING: its time. What was under way before 429 refutes nothing   |
 * | TESTING    | one                                | RECOVERING: any success; RESTING or LIMITED: the test fails        |
 * | RECOVERING | one more for each success,         | WELL: at full pace; RESTING or LIMITED as from WELL                |
 * |            | half as many after a failure       |                                                                    |
 */
type Mode = 'WELL' | 'RESTING' | 'LIMITED' | 'TESTING' | 'RECOVERING';

/** The right to call an endpoint once; to be settled once with what came of it. */
export interface Permit {
  /** It answered; `waitMs` is how long it asks to wait, if it says. */
  answered(status: number, waitMs: number | null): void;
  /** It gave no answer. */
  failed(): void;
  /** The call was not made, or nothing is known of it. */
  cancelled(): void;
}

/** What an answer says of the endpoint: a 4xx is about the message, and the endpoint is well. */
function kindOf(status: number): 'well' | 'busy' | 'limited' | 'failed' {
  if (status === 429) return 'limited';
  if (status === 503) return 'busy';
  return status >= 500 ? 'failed' : 'well';
}

export class Endpoint {
  private mode: Mode = 'WELL';
  private failures = 0;
  /** Calls under way that were admitted since the endpoint last began to rest. */
  private underWay = 0;
  /** Calls that may be under way while it is tested or recovers. */
  private allowed = 1;
  /** Counts the rests, to tell calls admitted before one from those after it. */
  private rests = 0;
  /** By the monotonic clock. */
  private restsUntil = 0;
  private timer: Timer | null = null;
  private readonly line = new Set<(permit: Permit) => void>();

  constructor(
    private readonly clock: Clock,
    private readonly onRecovery: () => void,
  ) {}

  isRecovering(): boolean {
    return this.mode === 'RECOVERING';
  }

  /** Milliseconds until it is tested; 0 when it may be called or is being tested. */
  restMs(): number {
    return this.timer ? Math.max(0, this.restsUntil - this.clock.monotonicNow()) : 0;
  }

  waiting(): number {
    return this.line.size;
  }

  tryEnter(): Permit | null {
    if (this.mode === 'RESTING' || this.mode === 'LIMITED') return null;
    if (this.mode !== 'WELL' && this.underWay >= this.allowed) return null;
    return this.admit();
  }

  /** Joins the line of those who wait for the endpoint. The function given leaves it; false: its turn has come already. */
  wait(admitted: (permit: Permit) => void): () => boolean {
    this.line.add(admitted);
    return () => this.line.delete(admitted);
  }

  /** Admits everybody who waits: nothing is to be known of the endpoint any more. */
  forget(): void {
    this.timer?.cancel();
    this.becomeWell();
  }

  private admit(): Permit {
    const { rests } = this;
    this.underWay += 1;
    let settled = false;
    const settle = (learn: (current: boolean) => void) => {
      if (settled) return;
      settled = true;
      const current = rests === this.rests;
      if (current) this.underWay -= 1;
      learn(current);
      this.serve();
    };
    return {
      answered: (status, waitMs) =>
        settle((current) => {
          const kind = kindOf(status);
          if (kind === 'well') this.succeeded();
          else if (kind === 'failed') this.fail(current);
          else this.rest(kind === 'limited' ? 'LIMITED' : 'RESTING', waitMs ?? BUSY_MS);
        }),
      failed: () => settle((current) => this.fail(current)),
      cancelled: () => settle(() => {}),
    };
  }

  private succeeded(): void {
    if (this.mode === 'LIMITED') return; // it was under way before
    this.failures = 0;
    if (this.mode === 'RESTING' || this.mode === 'TESTING') this.recover();
    if (this.mode !== 'RECOVERING') return;
    this.allowed += 1;
    if (this.allowed >= FULL_PACE) this.becomeWell();
  }

  private fail(current: boolean): void {
    this.failures += 1;
    if (this.mode === 'RECOVERING') this.allowed = Math.max(1, Math.floor(this.allowed / 2));
    const restsNow = this.mode === 'TESTING' ? current : !this.timer && this.failures >= FAILURES_TO_REST;
    if (restsNow) this.rest('RESTING', REST_MS);
  }

  private rest(mode: 'RESTING' | 'LIMITED', ms: number): void {
    const restMs = Math.max(this.restMs(), ms); // what several calls ask for is one rest, the longest
    if (this.mode !== 'LIMITED') this.mode = mode;
    this.rests += 1;
    this.underWay = 0;
    this.restsUntil = this.clock.monotonicNow() + restMs;
    this.timer?.cancel();
    this.timer = this.clock.after(restMs, () => this.test());
  }

  private test(): void {
    this.timer = null;
    this.mode = 'TESTING';
    this.allowed = 1;
    this.serve();
  }

  private recover(): void {
    this.timer?.cancel();
    this.timer = null;
    this.mode = 'RECOVERING';
    this.allowed = 1;
    this.onRecovery();
  }

  private becomeWell(): void {
    this.timer = null;
    this.mode = 'WELL';
    this.serve();
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
