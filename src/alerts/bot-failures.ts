import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { type Clock, MINUTE } from '../time.js';

/** Failures in a row after which a bot counts as failing. */
const IN_A_ROW = 5;
/** Milliseconds over which the share of failures is taken. */
const WINDOW_MS = 5 * MINUTE;
/** Turns within the window below which a share says nothing. */
const MIN_TURNS = 20;
/** Share of failures from which a bot counts as failing. */
const SHARE = 0.5;
/** Bots of which something is known; beyond it the one that spoke least recently is forgotten. */
const MAX_BOTS = 10_000;

interface Known {
  inARow: number;
  windowStart: number;
  turns: number;
  failed: number;
  /** FAILING: somebody has been told. */
  state: 'WELL' | 'FAILING';
}

/** Tells from the turns of this process which bots fail. */
export function createBotFailures(clock: Clock): {
  /** Takes note of a turn. Gives how many failures somebody is to be told of now; 0 while the bot does not count as failing. */
  turnEnded(botId: string, failed: boolean): number;
} {
  const bots = new LRUCache<string, Known>(atMost(MAX_BOTS));
  return {
    turnEnded(botId, failed) {
      const now = clock.monotonicNow();
      let bot = bots.get(botId);
      if (!bot) {
        if (!failed) return 0; // a bot that never failed costs no memory
        bot = { inARow: 0, windowStart: now, turns: 0, failed: 0, state: 'WELL' };
        bots.set(botId, bot);
      }
      if (now - bot.windowStart >= WINDOW_MS) Object.assign(bot, { windowStart: now, turns: 0, failed: 0 });
      bot.turns += 1;
      bot.inARow = failed ? bot.inARow + 1 : 0;
      if (failed) bot.failed += 1;
      if (!isFailing(bot)) bot.state = 'WELL';
      else if (failed) {
        const count = bot.state === 'WELL' ? Math.max(bot.inARow, bot.failed) : 1;
        bot.state = 'FAILING';
        return count;
      }
      return 0;
    },
  };
}

const isFailing = ({ inARow, turns, failed }: Known): boolean =>
  inARow >= IN_A_ROW || (turns >= MIN_TURNS && failed >= SHARE * turns);
