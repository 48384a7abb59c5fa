import type { End, Engine, Pause, Said, TurnRequest } from '../bots/engine.js';
import { LeaseLost, Overtaken } from '../lanes/held-lane.js';
import { isInfrastructure } from '../store/database/failures.js';
import type { Clock } from '../time.js';

export interface EngineRun {
  clock: Clock;
  limitMs: number;
  /** Gives what went wrong, for the engine to decide what follows. */
  said(item: Said): Promise<Error | null>;
  paused(item: Pause): Promise<void>;
}

/** What came of it: the engine's end, or why there is none. */
export type EngineOutcome = { end: End } | { failure: unknown };

/** Lets an engine answer within its time. Throws only what ends the turn as a whole: LeaseLost, Overtaken, trouble of this server. */
export async function runEngine(engine: Engine, request: TurnRequest, run: EngineRun): Promise<EngineOutcome> {
  const controller = new AbortController();
  let late: (error: Error) => void = () => {};
  const limit = new Promise<never>((_, reject) => {
    late = reject;
  });
  limit.catch(() => {}); // it may reject when nobody waits any more
  const timer = run.clock.after(run.limitMs, () => {
    late(new EngineTimeout(`the engine was not done after ${run.limitMs} ms`));
    controller.abort();
  });
  let saying: Saying | null = null;
  try {
    saying = engine.reply(request, controller.signal)[Symbol.asyncIterator]();
    let step = saying.next();
    for (;;) {
      const next = await Promise.race([step, limit]);
      if (next.done) throw new Error('the engine stopped without an end');
      const item = next.value;
      if (item.type === 'end') return { end: item };
      if (item.type === 'pause') {
        await run.paused(item);
        step = saying.next();
      } else {
        const failure = await Promise.race([run.said(item), limit]);
        step = failure === null ? saying.next() : throwInto(saying, failure);
      }
    }
  } catch (failure) {
    controller.abort();
    if (failure instanceof LeaseLost || failure instanceof Overtaken || isInfrastructure(failure)) throw failure;
    return { failure };
  } finally {
    timer.cancel();
    // It is told that nobody listens any more; its clean-up is its own affair.
    void Promise.resolve(saying?.return?.()).catch(() => {});
  }
}

type Saying = AsyncIterator<Said | Pause | End>;

class EngineTimeout extends Error {
  override readonly name = 'EngineTimeout';
  readonly reason = 'TIMEOUT';
}

/** Whether the bot was too slow, by our clock or by that of its engine. */
export const isTimeout = (failure: unknown): boolean =>
  failure instanceof Error && 'reason' in failure && failure.reason === 'TIMEOUT';

function throwInto(saying: Saying, error: Error): ReturnType<Saying['next']> {
  return saying.throw ? saying.throw(error) : Promise.reject(error);
}
