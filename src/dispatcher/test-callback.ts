import type { DeliveryRow } from '../store/tables/deliveries.js';
import { type AttemptDeps, attempt } from './attempt.js';
import { type ShownExchange, shownExchange } from './exchange-headers.js';
import { freshDelivery } from './progress.js';
import type { Slots } from './slots.js';
import { endpointOf, type FindTarget } from './target.js';

/** What a test sends: the body of a callback, without its sequence, under an id of its own. */
export type TestMessage = Pick<DeliveryRow, 'id' | 'conversationId' | 'traceId' | 'payload' | 'createdAt'>;

/** How a test went, in full. */
export interface TestedCallback extends ShownExchange {
  id: string;
  requestBody: string;
  startedAt: number;
  durationMs: number;
  statusCode: number | null;
  error: string | null;
  responseBody: string | null;
}

export interface TestCallbackDeps extends AttemptDeps {
  target: FindTarget;
  slots: Slots;
}

/**
 * POSTs once like a callback: the same way out, authentication, headers and signatures. It is of no conversation, waits for no
 * lane, is sent also while the endpoint rests, and says nothing of its health. Null: nothing may be sent for the channel now.
 */
export async function testCallback(
  deps: TestCallbackDeps,
  channelId: string,
  message: TestMessage,
): Promise<TestedCallback | null> {
  const before = deps.target(channelId);
  const release = before && (await deps.slots.acquire(before.accountId, endpointOf(before)));
  if (!release) return null;
  try {
    const target = deps.target(channelId); // as it is once the slot is given
    if (!target) return null;
    const delivery = freshDelivery({ ...message, accountId: target.accountId, channelId, turnId: null }, 0);
    const { row, sent, answered } = await attempt(deps, delivery, target, 1);
    const { startedAt, durationMs, statusCode, error, responseBody } = row;
    return {
      ...shownExchange(target, sent.headers, answered, { signed: true }),
      id: message.id,
      requestBody: sent.body,
      ...{ startedAt, durationMs, statusCode, error, responseBody },
    };
  } finally {
    release();
  }
}
