import type { Lease } from '../store/tables/lanes.js';

/**
 * What memory has of a lane this process works on.
 *
 * | mode      | memory has                             | becomes                                                           |
 * |-----------|----------------------------------------|-------------------------------------------------------------------|
 * | FOLLOWING | all that is open; what follows joins   | BEHIND: a message is stored that memory cannot take               |
 * |           |                                        | READING: memory is empty, and the database counts open messages   |
 * | BEHIND    | the head; what is stored is left there | READING: memory is empty                                          |
 * | READING   | the head; what is stored is left there | FOLLOWING: all was read                                           |
 * |           |                                        | BEHIND: there is more, or a message was stored meanwhile          |
 * | RESTING   | nothing, but the lease                 | BEHIND: it is tried again                                         |
 *
 * Every mode becomes RESTING after a failure. A lane without a lease and without a message in memory is none: it is removed.
 */
export type LaneMode = 'FOLLOWING' | 'BEHIND' | 'READING' | 'RESTING';

const BECOMES: Record<LaneMode, readonly LaneMode[]> = {
  FOLLOWING: ['BEHIND', 'READING', 'RESTING'],
  BEHIND: ['READING', 'RESTING'],
  READING: ['FOLLOWING', 'BEHIND', 'RESTING'],
  RESTING: ['BEHIND'],
};

/** A lane in memory. Its messages are worked on head first; the head stays in the queue meanwhile. */
export class Lane<Item> {
  #mode: LaneMode = 'FOLLOWING';
  /** Null while nothing of it is stored and open: messages that run before they are stored need none. */
  lease: Lease | null = null;
  /** When the lease ends, by the monotonic clock. */
  leaseEnd = 0;
  /** Replaced when what it holds is void, so that work begun before then can tell. */
  queue: Item[] = [];
  /** The number of the last stored message that is or was in memory. Only the one after it may follow there. */
  lastSeq: number | null = null;

  constructor(readonly conversationId: string) {}

  get mode(): LaneMode {
    return this.#mode;
  }

  become(next: LaneMode): void {
    if (!BECOMES[this.#mode].includes(next)) throw new Error(`a lane is never ${next} after ${this.#mode}`);
    this.#mode = next;
  }

  /** Something is stored that memory does not have. */
  fallBehind(): void {
    if (this.#mode === 'FOLLOWING' || this.#mode === 'READING') this.become('BEHIND');
  }

  /** Whether messages that have just been stored, the first under this number, may go on in memory. */
  follows(firstSeq: number, backlog: number): boolean {
    return this.#mode === 'FOLLOWING' && (backlog === 0 || firstSeq - 1 === this.lastSeq);
  }

  /** Whether no other process can have held the lane between the known lease and this one. */
  continues({ epoch }: Lease): boolean {
    return !this.lease || epoch <= this.lease.epoch + 1;
  }

  /** The lease is no longer held, unless a newer one has come meanwhile. */
  letGo({ epoch }: Lease): void {
    if (this.lease?.epoch !== epoch) return;
    this.lease = null;
    this.lastSeq = null;
  }

  /** Forgets what memory has. Gives the messages that were not being worked on. */
  clear(): Item[] {
    const dropped = this.queue.slice(1);
    this.queue = [];
    this.lastSeq = null;
    return dropped;
  }
}
