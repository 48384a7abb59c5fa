import type { Appended } from '../store/tables/lanes.js';

/**
 * Whether a message is stored. It decides what its turn writes, and when its caller may be told that it is accepted.
 *
 *     NEW ──▶ STORING ──▶ STORED
 *      │         │
 *      └─────────┴──────▶ REFUSED
 *
 * - NEW: it is in memory alone, and may be refused.
 * - STORING: its row is on its way into the database, by itself or along with what its turn has come to.
 * - STORED: it survives a crash, and will be answered.
 * - REFUSED: nothing of it is stored or will be; its caller is told why.
 */
export type AcceptanceState = 'NEW' | 'STORING' | 'STORED' | 'REFUSED';

const FOLLOWS: Record<AcceptanceState, readonly AcceptanceState[]> = {
  NEW: ['STORING', 'REFUSED'],
  STORING: ['STORED', 'REFUSED'],
  STORED: [],
  REFUSED: [],
};

/** INSERT: the message has no row, the turn writes it. UPDATE: it has one. */
export type TurnWrite = 'INSERT' | 'UPDATE';

export class Acceptance {
  #state: AcceptanceState = 'NEW';
  readonly #insert: () => Promise<Appended>;
  #accept: () => void = () => {};
  #reject: (reason: Error) => void = () => {};
  /** Resolves when the message is stored; rejects with the reason when it is refused. */
  readonly settled: Promise<void>;

  /** `insert` stores the message by itself. */
  constructor(insert: () => Promise<Appended>) {
    this.#insert = insert;
    this.settled = new Promise((resolve, reject) => {
      this.#accept = resolve;
      this.#reject = reject;
    });
    this.settled.catch(() => {}); // a caller who waits for the answer alone does not ask
  }

  /** The acceptance of a message that was read from its row. */
  static stored(): Acceptance {
    const acceptance = new Acceptance(() => Promise.reject(new Error('a stored message is not inserted again')));
    acceptance.#become('STORING');
    acceptance.#become('STORED');
    acceptance.#accept();
    return acceptance;
  }

  get state(): AcceptanceState {
    return this.#state;
  }

  /** Stores a NEW message by itself. Gives its place in its lane; rejects when it is refused. */
  store(): Promise<Appended> {
    return this.#storeWith(this.#insert);
  }

  /**
   * Stores the message by itself unless its turn does within a tick of the event loop: a quick turn costs one
   * transaction, and a slow one keeps nobody waiting for the acknowledgement. Call it before something that may be slow;
   * the function it gives takes it back.
   */
  storeSoon(): () => void {
    if (this.#state !== 'NEW') return () => {};
    const soon = setImmediate(() => {
      if (this.#state === 'NEW') this.store().catch(() => {}); // `settled` tells
    });
    return () => clearImmediate(soon);
  }

  /** Commits what the turn has come to, and with it the message when it is NEW. Rejects when the message is refused. */
  async commit<T>(write: (kind: TurnWrite) => Promise<T>): Promise<T> {
    if (this.#state === 'NEW') return this.#storeWith(() => write('INSERT'));
    await this.settled;
    return write('UPDATE');
  }

  /** Refuses the message unless it is stored, or is just being stored. Gives whether it is refused in the end. */
  async refuse(reason: Error): Promise<boolean> {
    if (this.#state === 'NEW') this.#refuse(reason);
    await this.settled.catch(() => {});
    return this.#state === 'REFUSED';
  }

  async #storeWith<T>(write: () => Promise<T>): Promise<T> {
    this.#become('STORING');
    try {
      const written = await write();
      this.#become('STORED');
      this.#accept();
      return written;
    } catch (error) {
      this.#refuse(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  #refuse(reason: Error): void {
    this.#become('REFUSED');
    this.#reject(reason);
  }

  #become(next: AcceptanceState): void {
    if (!FOLLOWS[this.#state].includes(next)) throw new Error(`a message is never ${next} after ${this.#state}`);
    this.#state = next;
  }
}
