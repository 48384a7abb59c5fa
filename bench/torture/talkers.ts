import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { History, Kind, Send } from './history.js';

export interface TalkersDeps {
  history: History;
  tick(): number;
  random(): number;
  /** Where to send now; null while no server is up. */
  url(): string | null;
  path: Record<'async' | 'sync', string>;
  headers(): Record<string, string>;
}

/** Users who write, wait for their answers, and repeat whatever was not answered, under the same key. */
export interface Talkers {
  /** Nobody begins anything new; resolves when every message under way was accepted. */
  stop(): Promise<void>;
}

const MAX_BURST = 3;
const RETRY_MS = 20;

export function startTalkers(deps: TalkersDeps, users: Record<Kind, number>): Talkers {
  const agent = new Agent({ connections: 64, headersTimeout: 30_000, bodyTimeout: 30_000 });
  let stopped = false;

  async function talk(kind: Kind, user: string): Promise<void> {
    let next = 1;
    while (!stopped) {
      const burst = 1 + Math.floor(deps.random() * MAX_BURST);
      await Promise.all(Array.from({ length: burst }, () => say(kind, user, `m${next++}`)));
    }
  }

  async function say(kind: Kind, user: string, text: string): Promise<void> {
    const send: Send = { kind, user, text, sentAt: deps.tick(), acceptedAt: null, answers: [] };
    deps.history.sends.push(send);
    for (;;) {
      const answer = await tryOnce(kind, user, text);
      if (answer !== null) {
        send.acceptedAt ??= deps.tick();
        if (kind !== 'async') send.answers.push(answer);
        // A client that lost the answer on its way asks again, and must be told the same.
        if (kind !== 'sync-without-key' && deps.random() < 0.05) continue;
        return;
      }
      await wait(RETRY_MS);
      if (kind === 'sync-without-key') return;
    }
  }

  /** The answer's text, or null when there was none. */
  async function tryOnce(kind: Kind, user: string, text: string): Promise<string | null> {
    const url = deps.url();
    if (url === null) {
      await wait(RETRY_MS);
      return null;
    }
    try {
      const { statusCode, body } = await request(url + deps.path[kind === 'async' ? 'async' : 'sync'], {
        dispatcher: agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...deps.headers(),
          ...(kind !== 'sync-without-key' && { 'idempotency-key': `${user}-${text}` }),
        },
        body: JSON.stringify({ message: { text }, from: { id: user } }),
      });
      const answered = await body.text();
      if (statusCode === 200) return kind === 'async' ? '' : String((JSON.parse(answered) as { text: unknown }).text);
      if (statusCode !== 503 && statusCode !== 504) throw new Refused(`${statusCode} ${answered}`);
      return null;
    } catch (error) {
      if (error instanceof Refused) throw error;
      return null; // the server went away
    }
  }

  const running = (Object.entries(users) as [Kind, number][]).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, n) => talk(kind, `${kind}-${n}`)),
  );
  return {
    async stop() {
      stopped = true;
      await Promise.all(running);
      await agent.destroy();
    },
  };
}

/** An answer no crash explains. */
class Refused extends Error {
  override readonly name = 'Refused';
}
