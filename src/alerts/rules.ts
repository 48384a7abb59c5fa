import type { IncidentRecord } from '../store/tables/alert-incidents.js';
import { DAY, HOUR, MINUTE } from '../time.js';
import type { AlertTopic } from '../vocabulary.js';

/**
 * How often somebody is told of an incident.
 *
 * | kind    | told                                                | over                                         |
 * |---------|-----------------------------------------------------|----------------------------------------------|
 * | ONCE    | once                                                | as soon as it is told                        |
 * | COUNTED | at once, then what has come since, after each wait  | when nothing has come for one wait           |
 * | LASTING | at once, then as a reminder, after each wait        | when it ends, or is not heard of any more    |
 */
export type IncidentRule =
  | { kind: 'ONCE' }
  | { kind: 'COUNTED'; againMs: number }
  /** `againMs` null: by the setting ALERT_REMINDER_HOURS. */
  | { kind: 'LASTING'; againMs: number | null; forgottenAfterMs: number };

/** Topics that open incidents; an endpoint that recovers ends one. */
export type IncidentTopic = Exclude<AlertTopic, 'ENDPOINT_RECOVERED'>;

export const RULES: Record<IncidentTopic, IncidentRule> = {
  DELIVERY_DEAD: { kind: 'COUNTED', againMs: 15 * MINUTE },
  ENDPOINT_FAILING: { kind: 'LASTING', againMs: null, forgottenAfterMs: 25 * HOUR },
  BOT_FAILING: { kind: 'LASTING', againMs: null, forgottenAfterMs: 30 * MINUTE },
  DISK_LOW: { kind: 'LASTING', againMs: null, forgottenAfterMs: 15 * MINUTE },
  SECRET_EXPIRING: { kind: 'LASTING', againMs: 7 * DAY, forgottenAfterMs: 1 * DAY },
  APPROVAL_REQUESTED: { kind: 'ONCE' },
  APPROVAL_DECIDED: { kind: 'ONCE' },
  JOB_FINISHED: { kind: 'ONCE' },
  CANARY_ENDED: { kind: 'ONCE' },
  AUDIT_ENTRY: { kind: 'ONCE' },
};

/** OPENED: it has begun. CONTINUES: a reminder. ENDED: it is over. */
export type AlertState = 'OPENED' | 'CONTINUES' | 'ENDED';

/** What is to be done about an incident now. */
export interface Step {
  /** Null: nobody is told. */
  tell: AlertState | null;
  /** What becomes of its row; null: it goes. */
  becomes: Pick<IncidentRecord, 'toldAt' | 'untold' | 'due'> | null;
}

/** Decides about an incident that is due. Each is told to have begun, and to have ended, at most once. */
export function stepOf(incident: IncidentRecord, now: number, reminderMs: number): Step {
  const { toldAt, endedAt, lastAt, untold } = incident;
  const rule = RULES[incident.topic as IncidentTopic]; // no other topic opens one
  if (endedAt !== null) return { tell: toldAt === null ? null : 'ENDED', becomes: null };
  if (rule.kind === 'ONCE') return { tell: 'OPENED', becomes: null };
  const againMs = rule.againMs ?? reminderMs;
  const nextLook = (told: number) =>
    rule.kind === 'COUNTED' ? told + againMs : Math.min(told + againMs, lastAt + rule.forgottenAfterMs);
  const told = { toldAt: now, untold: 0, due: Math.max(nextLook(now), now + 1) };
  if (rule.kind === 'COUNTED') {
    if (toldAt === null) return { tell: 'OPENED', becomes: told };
    if (now - toldAt < againMs) return { tell: null, becomes: { toldAt, untold, due: nextLook(toldAt) } };
    return untold > 0 ? { tell: 'CONTINUES', becomes: told } : { tell: null, becomes: null };
  }
  if (now - lastAt >= rule.forgottenAfterMs) return { tell: null, becomes: null };
  if (toldAt === null) return { tell: 'OPENED', becomes: told };
  if (now - toldAt < againMs) return { tell: null, becomes: { toldAt, untold, due: nextLook(toldAt) } };
  return { tell: 'CONTINUES', becomes: told };
}
