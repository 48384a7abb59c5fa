import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { IntegrationMode, TokenFault } from './vocabulary.js';

/** One function per kind of event, for its log line and its metric. Never a secret, never a message's text. */
export type Events = ReturnType<typeof createEvents>;

export interface Refusal {
  status: number;
  reason: string;
  /** The failing check, for the operator only. */
  check?: string;
  /** The kind of that check, where it was one of a token. */
  fault?: TokenFault;
  botId?: string;
  channelId?: string;
  clientId?: string;
  traceId: string;
  /** Somebody of the account tried a bot: it is no refusal of the channel. */
  test?: boolean;
}

/** A request to a hook, a poll, an upload: answered or refused. */
export interface AnsweredRequest {
  traceId: string;
  /** The turn that the request starts. */
  turnId: string | null;
  /** Taken from the caller's `traceparent`. */
  callerSpanId: string | null;
  method: string;
  /** The path with parameter names in place of values. */
  route: string;
  status: number;
  /** Reason of a refusal. */
  reason: string | null;
  durationMs: number;
  botId: string;
  channelId?: string;
}

export function createEvents(log: Log, metrics: Metrics) {
  return {
    messageReceived(mode: IntegrationMode | 'TEST'): void {
      metrics.received.inc({ mode });
    },
    messageRefused(refusal: Refusal): void {
      metrics.refused.inc({ reason: refusal.reason });
      log.info(refusal, 'message refused');
    },
    /** The keys that an app's caller publishes were fetched, or could not be: then those known before are used. */
    keySetRead(set: { clientId: string; keys: number }, error?: unknown): void {
      metrics.keySets.inc({ outcome: error === undefined ? 'read' : 'failed' });
      if (error !== undefined) log.warn({ ...set, err: error }, 'key set of an app could not be read');
      else if (set.keys === 0) log.warn(set, 'key set of an app has no key for its algorithm');
      else log.debug(set, 'key set of an app read');
    },
    requestAnswered(request: AnsweredRequest): void {
      log.debug(request, 'request answered');
    },
    turnEnded(turn: {
      turnId: string;
      traceId: string;
      botId: string;
      channelId: string;
      conversationId: string;
      mode: IntegrationMode;
      durationMs: number;
      failure: unknown;
      /** Somebody of the account tried the bot: it is no failure of what serves. */
      test: boolean;
    }): void {
      if (turn.test) {
        metrics.turns.inc({ outcome: 'test' });
        return;
      }
      metrics.turns.inc({ outcome: turn.failure === null ? 'answered' : 'failed' });
      metrics.turnSeconds.observe({ mode: turn.mode }, turn.durationMs / 1000);
      if (turn.failure !== null) {
        const { mode: _, durationMs: __, test: ___, failure, ...ids } = turn;
        log.warn({ ...ids, err: failure }, 'turn failed; the bot said its failure response');
      }
    },
    turnExpired(turn: { turnId: string; traceId: string }): void {
      metrics.turns.inc({ outcome: 'expired' });
      log.info(turn, 'turn dropped: its caller was gone before it could begin');
    },
    turnNotStored(turn: { turnId: string; traceId: string }, error: unknown): void {
      log.error({ ...turn, err: error }, 'turn could not be stored');
    },
    attemptMade(attempt: { outcome: 'ok' | 'retry' | 'gone'; durationMs: number }): void {
      metrics.attempts.inc({ outcome: attempt.outcome });
      metrics.attemptSeconds.observe(attempt.durationMs / 1000);
    },
    deliveryEnded(delivery: {
      deliveryId: string;
      channelId: string;
      outcome: 'DELIVERED' | 'DEAD';
      error: string | null;
    }): void {
      metrics.deliveries.inc({ outcome: delivery.outcome });
      metrics.channels?.ended(delivery.channelId, delivery.outcome);
      if (delivery.outcome === 'DEAD') log.warn(delivery, 'delivery given up; replayDelivery sends it again');
    },
    alertEnded(alert: {
      deliveryId: string;
      subscriptionId: string;
      outcome: 'DELIVERED' | 'DEAD';
      error: string | null;
    }): void {
      metrics.alerts.inc({ outcome: alert.outcome });
      if (alert.outcome === 'DEAD') log.warn(alert, 'alert given up; alertSubscriptions shows the error');
    },
    /** Long work is over; the numbers beside `total` say what it did. */
    jobFinished(job: {
      jobId: string;
      accountId: string;
      kind: string;
      status: 'DONE' | 'CANCELED' | 'FAILED';
      total: number;
      [count: string]: string | number;
    }): void {
      log[job.status === 'FAILED' ? 'error' : 'info'](job, 'job finished');
    },
    batchCommitted(units: number, durationMs: number): void {
      metrics.batchUnits.observe(units);
      metrics.batchSeconds.observe(durationMs / 1000);
    },
    spansExported(count: number, failure: Error | null): void {
      metrics.spans.inc({ outcome: failure === null ? 'exported' : 'failed' }, count);
      if (failure !== null) log.warn({ spans: count, err: failure.message }, 'the collector did not take traces');
    },
    spanDropped(): void {
      metrics.spans.inc({ outcome: 'dropped' });
    },
    storeFailed(error: unknown): void {
      log.fatal({ err: error }, 'the database cannot be written: stopping, nothing accepted is lost');
    },
    started(facts: Record<string, unknown>): void {
      log.info(facts, 'started');
    },
    stopping(reason: string): void {
      log.info({ reason }, 'stopping');
    },
    unexpected(where: string, error: unknown, facts: Record<string, unknown> = {}): void {
      log.error({ where, err: error, ...facts }, 'unexpected error');
    },
  };
}
