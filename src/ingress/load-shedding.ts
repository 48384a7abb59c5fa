import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Shortage } from '../errors.js';
import type { Events } from '../events.js';
import { traceId as newTraceId } from '../ids.js';
import { RETRY_AFTER_SECONDS } from '../load/limits.js';
import type { RequestQueue } from '../load/request-queue.js';
import { isShort } from '../request-body.js';
import type { HookError, HookVersion } from '../wire/hook-version.js';
import { BUSY } from './assert-room.js';
import type { HookDeps } from './hook-call.js';

export interface LoadSheddingDeps extends Pick<HookDeps, 'shortage'> {
  events: Pick<Events, 'messageRefused'>;
  queue: RequestQueue;
}

const QUEUE_FULL: Shortage = { reason: 'REQUEST_QUEUE_FULL', retryAfterSeconds: RETRY_AFTER_SECONDS.load };

/**
 * Queues messages to hooks, or refuses them while the server is short of something, before anything is made of their
 * requests: while the event loop refuses a thousand, those that were accepted wait. Gives false for any other request.
 */
export function createLoadShedding({ shortage, events, queue }: LoadSheddingDeps, versions: readonly HookVersion[]) {
  const hooks = versions.map((version) => ({
    version,
    path: new RegExp(`^${version.base}/([^/?]+)(?:/hookInstance/([^/?]+))?/?(?:\\?|$)`),
  }));

  return (request: IncomingMessage, response: ServerResponse, handle: () => void): boolean => {
    // Browsers are answered by those who know what they may read.
    if (request.method !== 'POST' || request.headers.origin !== undefined) return false;
    const lack = shortage() ?? (queue.isFull() ? QUEUE_FULL : null);
    for (const { version, path } of hooks) {
      const [hook, botId = '', channelId] = path.exec(request.url ?? '') ?? [];
      if (hook === undefined) continue;
      if (lack === null) {
        queue.put(handle);
        return true;
      }
      const traceId = newTraceId();
      const errors: HookError[] = [{ msg: BUSY, code: 503, reason: lack.reason }];
      const body = JSON.stringify(version.refusal(errors, traceId));
      response.writeHead(503, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
        'Retry-After': String(lack.retryAfterSeconds),
        'X-Trace-Id': traceId,
        ...(!isShort(request) && { Connection: 'close' }),
      });
      response.end(body);
      events.messageRefused({
        status: 503,
        reason: lack.reason,
        traceId,
        botId,
        ...(channelId !== undefined && { channelId }),
      });
      return true;
    }
    return false;
  };
}
