import type { JsonObject } from '../../conversation/engine.js';
import type { HookForm } from '../../conversation/message.js';
import type { TurnOutcome } from '../../conversation/outcome.js';
import type { Route } from '../../conversation/routes.js';
import type { ParsedMessage } from './inbound.js';

/** One version of the hook: its bodies, in and out. */
export interface HookVersion {
  form: HookForm;
  /** The start of its paths. */
  base: string;
  /** BAD_USER_INPUT names the field. */
  parse(body: Record<string, unknown>, route: Route): ParsedMessage;
  /** An answer; with a poll id when more can be fetched. */
  answer(outcome: TurnOutcome, pollId?: string): JsonObject;
  /** There is nothing to tell yet. */
  inProgress(pollId: string, traceId: string): JsonObject;
  /** The reply will be POSTed. */
  accepted(traceId: string): JsonObject | null;
}
