import type { Mail, Mailer } from '../outbound/mail.js';
import type { DeliveryRow } from '../store/tables/deliveries.js';
import type { Clock } from '../time.js';
import type { Attempt, Verdict } from './attempt.js';

/** Sends an alert by e-mail once. Never rejects: a failure is an outcome. `mailer` null: the server has no mail server. */
export async function sendMail(
  mailer: Mailer | null,
  clock: Clock,
  { id, payload }: DeliveryRow,
  mailOf: (payload: string) => Omit<Mail, 'id'>,
  number: number,
): Promise<Pick<Attempt, 'verdict' | 'row'>> {
  const startedAt = clock.now();
  const began = clock.monotonicNow();
  const outcome = mailer
    ? await mailer.send({ id, ...mailOf(payload) })
    : { kind: 'failed' as const, reply: null, error: 'MAIL_OFF: This server sends no e-mail: SMTP_URL is not set.' };
  return {
    verdict: VERDICTS[outcome.kind],
    row: {
      deliveryId: id,
      number,
      startedAt,
      durationMs: Math.round(clock.monotonicNow() - began),
      statusCode: outcome.reply,
      error: outcome.kind === 'accepted' ? null : outcome.error,
      responseBody: null,
      exchange: null,
    },
  };
}

const VERDICTS: Record<'accepted' | 'failed' | 'refused', Verdict> = {
  accepted: { kind: 'delivered' },
  failed: { kind: 'failed', waitMs: null },
  refused: { kind: 'dead', reason: 'REJECTED' },
};
