import { type Clock, SECOND } from '../time.js';

/** Milliseconds between two reports of an endpoint whose state stays the same while it is called. */
const TELL_EVERY_MS = 10 * SECOND;

/** Whether an endpoint can be called, for those who watch it. */
export interface EndpointStatus {
  state: 'UNKNOWN' | 'HEALTHY' | 'FAILING' | 'BLOCKED';
  /** Time of day since when. */
  since: number;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  /** A short reason that is safe to show. */
  lastError: string | null;
  /** Time of day of the next test; null: it is not blocked, or is being tested. */
  blockedUntil: number | null;
}

/** What is told of an endpoint, and when. */
export class EndpointRecord {
  private toldAt = 0;
  private readonly known: EndpointStatus;

  /** `changed` is called when the state is another, and every ten seconds while only the times are. */
  constructor(
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {
    const nothing = { lastSuccessAt: null, lastFailureAt: null, lastError: null, blockedUntil: null };
    this.known = { state: 'UNKNOWN', since: clock.now(), ...nothing };
  }

  get state(): EndpointStatus['state'] {
    return this.known.state;
  }

  /** `restMs`: milliseconds until its next test; 0: none is awaited. */
  status(restMs: number): EndpointStatus {
    return { ...this.known, blockedUntil: restMs > 0 ? this.clock.now() + restMs : null };
  }

  /** Goes on from what another process has known. */
  takeOver(status: EndpointStatus): void {
    Object.assign(this.known, status);
  }

  succeeded(): void {
    this.known.lastSuccessAt = this.clock.now();
  }

  failed(error: string): void {
    this.known.lastFailureAt = this.clock.now();
    this.known.lastError = error;
  }

  become(state: EndpointStatus['state']): void {
    const now = this.clock.now();
    const isNew = this.known.state !== state;
    if (isNew) this.known.since = now;
    this.known.state = state;
    if (!isNew && Math.abs(now - this.toldAt) < TELL_EVERY_MS) return;
    this.toldAt = now;
    this.changed();
  }
}
