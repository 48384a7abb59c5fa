import { GraphQLError } from 'graphql';

/** Expensive queries that run at once: while they do, hooks wait for the event loop. Further ones wait. */
const MAX_RUNNING = 2;
/** Expensive queries of one user that wait or run; beyond: TOO_MANY_REQUESTS. */
const MAX_OF_USER = 8;
/** Expensive queries of everybody that wait or run; beyond: TOO_MANY_REQUESTS. */
const MAX_OF_ALL = 64;

export interface ExpensiveQueries {
  /** Resolves when the query may run, with what to call when it is answered. */
  enter(userId: string): Promise<() => void>;
}

/** A queue for queries with big answers, first come, first served. */
export function createExpensiveQueries(): ExpensiveQueries {
  const ofUser = new Map<string, number>();
  const waiting: (() => void)[] = [];
  let running = 0;

  function leave(userId: string): void {
    const left = (ofUser.get(userId) ?? 1) - 1;
    if (left > 0) ofUser.set(userId, left);
    else ofUser.delete(userId);
    running -= 1;
    waiting.shift()?.();
  }

  return {
    async enter(userId) {
      const own = ofUser.get(userId) ?? 0;
      if (own >= MAX_OF_USER || waiting.length + running >= MAX_OF_ALL) {
        throw new GraphQLError(
          'Too many large queries wait for their answers. Ask for smaller pages, or again later.',
          {
            extensions: { code: 'TOO_MANY_REQUESTS', http: { status: 429 } },
          },
        );
      }
      ofUser.set(userId, own + 1);
      if (running >= MAX_RUNNING) await new Promise<void>((resolve) => waiting.push(resolve));
      running += 1;
      let left = false;
      return () => {
        if (!left) leave(userId);
        left = true;
      };
    },
  };
}
