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

export type Take<Item> = (wanted: (next: Item) => boolean) => Item[];

/**
 * The inbound lanes of this process: messages of one conversation run one after the other, in the order they came,
 * those of different conversations side by side.
 */
export interface InboundLanes<Item extends LaneItem> {
  /** Puts messages at the end of their conversation's lane, in this order. A turn that is there already is not put twice. */
  enqueue(conversationId: string, ...items: Item[]): void;
  /** True while the conversation has a message running or waiting here. */
  active(conversationId: string): boolean;
  /** Messages running or waiting. */
  depth(): number;
  /** Resolves when no message is left. */
  drained(): Promise<void>;
}

interface Lane<Item> {
  waiting: Item[];
  known: Set<string>;
}

export function createInboundLanes<Item extends LaneItem>(deps: {
  /** Asked when a lane has nothing left in memory: further messages of it that only the database knows. */
  more(conversationId: string): Promise<Item[]>;
}): InboundLanes<Item> {
  const lanes = new Map<string, Lane<Item>>();
  let depth = 0;
  const idle: (() => void)[] = [];

  function push(lane: Lane<Item>, item: Item): void {
    if (lane.known.has(item.turnId)) return;
    lane.known.add(item.turnId);
    lane.waiting.push(item);
    depth += 1;
  }

  async function work(conversationId: string, lane: Lane<Item>): Promise<void> {
    try {
      for (;;) {
        const item = lane.waiting.shift();
        if (!item) {
          for (const found of await deps.more(conversationId)) push(lane, found);
          if (lane.waiting.length > 0) continue;
          break;
        }
        const taken = [item];
        try {
          await item.run((wanted) => {
            const end = lane.waiting.findIndex((next) => !wanted(next));
            const more = lane.waiting.splice(0, end === -1 ? lane.waiting.length : end);
            taken.push(...more);
            return more;
          });
        } finally {
          depth -= taken.length;
          for (const { turnId } of taken) lane.known.delete(turnId);
        }
      }
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      depth -= lane.waiting.length;
      for (const item of lane.waiting.splice(0)) item.drop(reason);
    }
    lanes.delete(conversationId);
    if (lanes.size === 0) for (const done of idle.splice(0)) done();
  }

  return {
    enqueue(conversationId, ...items) {
      if (items.length === 0) return;
      const known = lanes.get(conversationId);
      const lane = known ?? { waiting: [], known: new Set() };
      for (const item of items) push(lane, item); // all of them before the first one looks who waits behind it
      if (known) return;
      lanes.set(conversationId, lane);
      void work(conversationId, lane); // never rejects
    },
    active: (conversationId) => lanes.has(conversationId),
    depth: () => depth,
    drained: () => (lanes.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => idle.push(resolve))),
  };
}
