import type { Clock, Timer } from '../time.js';
import type { Exchange } from './exchange.js';

/**
 * Keeps the limits of all exchanges under way with one timer. A timer or an AbortSignal for each costs more than the
 * rest of the call; so do a Set or Map of them, whose dropped tables keep settled exchanges alive for the collector.
 */
export class Watch {
  readonly #clock: Clock;
  readonly #slots: (Exchange | null)[] = [];
  readonly #free: number[] = [];
  #timer: Timer | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Starts to watch; the result is the slot to give back to `remove`. */
  add(exchange: Exchange): number {
    const slot = this.#free.pop() ?? this.#slots.length;
    this.#slots[slot] = exchange;
    this.#timer ??= this.#clock.after(TICK_MS, () => this.#tick());
    return slot;
  }

  remove(slot: number): void {
    this.#slots[slot] = null;
    this.#free.push(slot);
  }

  /** Those under way; each may be removed while it is looked at. */
  *[Symbol.iterator](): Generator<Exchange> {
    for (const exchange of this.#slots) if (exchange) yield exchange;
  }

  #tick(): void {
    const now = this.#clock.monotonicNow();
    for (const exchange of this) exchange.expire(now);
    const idle = this.#free.length === this.#slots.length;
    this.#timer = idle ? null : this.#clock.after(TICK_MS, () => this.#tick());
  }
}

/** Milliseconds by which a limit may be noticed late; small compared with limits of seconds. */
const TICK_MS = 100;
