/** Scripts waiting for a thread, shared fairly by bot: whatever one bot queues, another bot's script is next but one. */
export interface ScriptQueue<T extends { botId: string }> {
  readonly size: number;
  /** False when the queue, or the bot's share of it, is full. */
  add(script: T): boolean;
  /**
   * Takes the next script: of the bots that wait, the one with the fewest scripts running, and among equals the one
   * served longest ago. `mayRun` leaves out bots that hold all the threads they may.
   */
  take(running: (botId: string) => number, mayRun: (botId: string) => boolean): T | undefined;
  /** Empties the queue. */
  drain(): T[];
}

/** One bot may fill a quarter of the queue; beyond it, its scripts are refused while those of others still wait. */
const BOT_SHARE = 4;

export function createScriptQueue<T extends { botId: string }>(capacity: number): ScriptQueue<T> {
  const perBot = Math.ceil(capacity / BOT_SHARE);
  /** Only bots with scripts waiting; the one served longest ago comes first. */
  const waiting = new Map<string, T[]>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(script) {
      const own = waiting.get(script.botId) ?? [];
      if (size >= capacity || own.length >= perBot) return false;
      own.push(script);
      waiting.set(script.botId, own);
      size += 1;
      return true;
    },
    take(running, mayRun) {
      let chosen: string | undefined;
      for (const botId of waiting.keys())
        if (mayRun(botId) && (chosen === undefined || running(botId) < running(chosen))) chosen = botId;
      const own = chosen === undefined ? undefined : waiting.get(chosen);
      if (chosen === undefined || !own) return undefined;
      const script = own.shift();
      waiting.delete(chosen);
      if (own.length > 0) waiting.set(chosen, own);
      size -= 1;
      return script;
    },
    drain() {
      const all = [...waiting.values()].flat();
      waiting.clear();
      size = 0;
      return all;
    },
  };
}
