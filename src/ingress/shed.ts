import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Events } from '../events.js';
import { traceId as newTraceId } from '../ids.js';
import { BUSY, type HookDeps } from './hook.js';
import { type HookError, isShort } from './render-error.js';
import type { HookVersion } from './webhook/hook-version.js';

export interface ShedDeps extends Pick<HookDeps, 'overloaded'> {
  events: Pick<Events, 'messageRefused'>;
  /** Milliseconds of a clock that only goes forward; the default is the process's own. */
  monotonicNow?(): number;
}

/**
 * How long, and how many messages at least, one round of the event loop takes in. All of them have to be through before
 * any of them is answered, so beyond this a message comes through sooner by being sent again.
 */
const ROUND_MS = 50;
const ROUND_MESSAGES = 100;
const COME_AGAIN_SECONDS = 1;

/**
 * Refuses messages to hooks while nothing more can be taken in, before anything is made of their requests: in the event
 * loop's turn in which a thousand are refused, those that were accepted wait. True when it has answered.
 */
export function createShed(deps: ShedDeps, versions: readonly HookVersion[]) {
  const { overloaded, events, monotonicNow = () => performance.now() } = deps;
  const hooks = versions.map(({ base, form }) => ({
    form,
    path: new RegExp(`^${base}/([^/?]+)(?:/hookInstance/([^/?]+))?/?(?:\\?|$)`),
  }));

  let takenIn = 0;
  let begunAt = 0;
  const roundIsFull = (): boolean => takenIn >= ROUND_MESSAGES && monotonicNow() - begunAt > ROUND_MS;
  const endRound = (): void => {
    takenIn = 0;
  };
  function takeIn(): void {
    if (takenIn === 0) {
      begunAt = monotonicNow();
      setImmediate(endRound);
    }
    takenIn += 1;
  }

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    // Browsers are answered by those who know what they may read.
    if (request.method !== 'POST' || request.headers.origin !== undefined) return false;
    const retryAfterSeconds = overloaded() ?? (roundIsFull() ? COME_AGAIN_SECONDS : null);
    if (retryAfterSeconds === null) {
      takeIn();
      return false;
    }
    for (const { form, path } of hooks) {
      const [hook, botId = '', channelId] = path.exec(request.url ?? '') ?? [];
      if (hook === undefined) continue;
      const traceId = newTraceId();
      const errors: HookError[] = [{ msg: BUSY, code: 503, reason: 'UNAVAILABLE' }];
      const body = JSON.stringify(form === 'V2' ? { errors, _v: 'v2', _t: traceId } : { errors });
      response.writeHead(503, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
        'Retry-After': String(retryAfterSeconds),
        'X-Trace-Id': traceId,
        ...(!isShort(request) && { Connection: 'close' }),
      });
      response.end(body);
      events.messageRefused({
        status: 503,
        reason: 'UNAVAILABLE',
        traceId,
        botId,
        ...(channelId !== undefined && { channelId }),
      });
      return true;
    }
    return false;
  };
}
