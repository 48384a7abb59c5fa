import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Events } from '../events.js';
import { traceId as newTraceId } from '../ids.js';
import type { Line } from '../load/line.js';
import type { HookError, HookVersion } from '../wire/hook-version.js';
import { BUSY, type HookDeps } from './hook.js';
import { isShort } from './render-error.js';

export interface ShedDeps extends Pick<HookDeps, 'overloaded'> {
  events: Pick<Events, 'messageRefused'>;
  line: Line;
}

const COME_AGAIN_SECONDS = 1;

/**
 * Puts messages to hooks into a line, and refuses them while nothing more can be taken in, before anything is made of
 * their requests: in the event loop's turn in which a thousand are refused, those that were accepted wait. False: it is
 * none of those.
 */
export function createShed({ overloaded, events, line }: ShedDeps, versions: readonly HookVersion[]) {
  const hooks = versions.map((version) => ({
    version,
    path: new RegExp(`^${version.base}/([^/?]+)(?:/hookInstance/([^/?]+))?/?(?:\\?|$)`),
  }));

  return (request: IncomingMessage, response: ServerResponse, handle: () => void): boolean => {
    // Browsers are answered by those who know what they may read.
    if (request.method !== 'POST' || request.headers.origin !== undefined) return false;
    const retryAfterSeconds = overloaded() ?? (line.isFull() ? COME_AGAIN_SECONDS : null);
    for (const { version, path } of hooks) {
      const [hook, botId = '', channelId] = path.exec(request.url ?? '') ?? [];
      if (hook === undefined) continue;
      if (retryAfterSeconds === null) {
        line.put(handle);
        return true;
      }
      const traceId = newTraceId();
      const errors: HookError[] = [{ msg: BUSY, code: 503, reason: 'UNAVAILABLE' }];
      const body = JSON.stringify(version.refusal(errors, traceId));
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
