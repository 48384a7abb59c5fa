import type { JsonObject } from '../json.js';
import type { Route } from '../routing/routes.js';
import type { HookVersionName } from '../vocabulary.js';
import type { ParsedMessage } from './inbound.js';
import type { TurnOutcome } from './outcome.js';

/** One version of the hook: its bodies, in and out. */
export interface HookVersion {
  form: HookVersionName;
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
