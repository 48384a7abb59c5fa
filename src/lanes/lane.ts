/** One message waiting for its turn. */
export interface LaneItem {
  turnId: string;
  /**
   * Runs the turn to its end; rejects only when the lane must be given up (its lease is lost, nothing can be stored).
   * `take` hands over the messages that wait right behind, as long as they are wanted.
   */
  run(take: Take<this>): Promise<void>;
  /** Called instead of `run` when the lane is given up first. */
  drop(reason: Error): void;
}

export type Take<Item> = (wanted: (next: Item) => boolean) => Promise<Item[]>;

/** Where a stored message stands in its lane. */
export interface Place {
  seq: number;
  /** Open messages that were stored before it. */
  backlog: number;
}

/** Open messages of a lane, in lane order; `all` of them, or there are more. */
export interface Found<Item> {
  items: { item: Item; seq: number }[];
  all: boolean;
}

/**
 * The inbound lanes of this process: messages of one conversation run one after the other, in the order they came,
 * those of different conversations side by side. A stored message goes on in memory only when everything stored before
 * it has; else it is read from the database in its turn.
 */
export interface InboundLanes<Item extends LaneItem> {
  /** Puts a message at the end of its conversation's lane; `place` when it is stored. */
  enqueue(conversationId: string, item: Item, place?: Place): void;
  /** Works on what is stored of a lane that has come to this process. */
  load(conversationId: string): void;
  /** True while the conversation has a message running or waiting here. */
  active(conversationId: string): boolean;
  /** Messages running or waiting in memory. */
  depth(): number;
  /** Resolves when no message is left. */
  drained(): Promise<void>;
}

interface Lane<Item> {
  waiting: Item[];
  /** The number of the last stored message that went through memory. */
  lastSeq: number | null;
  reading: boolean;
  /** Something is stored that memory does not have; it is read once memory is empty. */
  behind: boolean;
}

export function createInboundLanes<Item extends LaneItem>(deps: {
  /** Asked when a lane has nothing left in memory; null: there is nothing stored either. */
  more(conversationId: string): Promise<Found<Item>> | null;
  /** Other processes put messages into the lanes of this one. */
  shared: boolean;
  /** A lane was given up: a turn of it could not be stored, or what is stored could not be read. */
  onFailure(conversationId: string, reason: Error): void;
}): InboundLanes<Item> {
  const lanes = new Map<string, Lane<Item>>();
  let depth = 0;
  const idle: (() => void)[] = [];

  function open(conversationId: string): Lane<Item> {
    const known = lanes.get(conversationId);
    if (known) return known;
    const lane: Lane<Item> = { waiting: [], lastSeq: null, reading: false, behind: false };
    lanes.set(conversationId, lane);
    queueMicrotask(() => void work(conversationId, lane)); // never rejects
    return lane;
  }

  function push(lane: Lane<Item>, item: Item): void {
    lane.waiting.push(item);
    depth += 1;
  }

  async function work(conversationId: string, lane: Lane<Item>): Promise<void> {
    let failure: Error | null = null;
    try {
      for (;;) {
        const item = lane.waiting.shift();
        if (item) {
          await run(conversationId, lane, item);
          continue;
        }
        const asked = deps.more(conversationId);
        if (asked) await receive(lane, asked);
        // Nothing is awaited between this look and the lane's removal: a message finds it at work, or gone.
        if (!asked || (lane.waiting.length === 0 && !lane.behind)) break;
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      depth -= lane.waiting.length;
      for (const item of lane.waiting.splice(0)) item.drop(failure);
    }
    lanes.delete(conversationId);
    if (failure) deps.onFailure(conversationId, failure);
    if (lanes.size === 0) for (const done of idle.splice(0)) done();
  }

  async function run(conversationId: string, lane: Lane<Item>, item: Item): Promise<void> {
    let taken = 1;
    try {
      await item.run(async (wanted) => {
        const asked = deps.shared ? deps.more(conversationId) : null;
        if (asked) await receive(lane, asked);
        const end = lane.waiting.findIndex((next) => !wanted(next));
        const more = lane.waiting.splice(0, end === -1 ? lane.waiting.length : end);
        taken += more.length;
        return more;
      });
    } finally {
      depth -= taken;
    }
  }

  async function receive(lane: Lane<Item>, asked: Promise<Found<Item>>): Promise<void> {
    lane.reading = true;
    lane.behind = false; // whatever is stored from here on says so again
    try {
      const { items, all } = await asked;
      for (const { item, seq } of items) {
        if (lane.lastSeq !== null && seq <= lane.lastSeq) continue; // it runs or waits here already
        push(lane, item);
        lane.lastSeq = seq;
      }
      if (!all) lane.behind = true;
    } finally {
      lane.reading = false;
    }
  }

  return {
    enqueue(conversationId, item, place) {
      const lane = open(conversationId);
      if (!place) return push(lane, item);
      const follows = place.backlog === 0 || place.seq - 1 === lane.lastSeq;
      if (lane.reading || lane.behind || !follows) {
        lane.behind = true;
        return;
      }
      lane.lastSeq = place.seq;
      push(lane, item);
    },
    load(conversationId) {
      open(conversationId).behind = true;
    },
    active: (conversationId) => lanes.has(conversationId),
    depth: () => depth,
    drained: () => (lanes.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => idle.push(resolve))),
  };
}
