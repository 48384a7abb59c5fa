import type { JsonObject } from '../json.js';
import type { Route } from '../routing/routes.js';
import type { HookVersionName } from '../vocabulary.js';
import type { Callback } from './callbacks.js';
import type { ParsedMessage } from './inbound.js';
import type { TurnOutcome } from './outcome.js';

/** Why a hook refuses a message: one entry of `{"errors":[{"msg","code","reason"}]}`. */
export interface HookError {
  msg: string;
  /** The HTTP status. */
  code: number;
  /** Stable: clients branch on it. */
  reason: string;
  /** The wrong field, as the caller wrote it. */
  field?: string;
}

/**
 * One version of the hook: where it is served, its bodies in and out, and how they are documented. A new version is one file
 * that exports such an object, and one line in hook-versions.ts: routes, errors, callbacks, addresses, samples and
 * /openapi.json follow.
 */
export interface HookVersion {
  name: HookVersionName;
  /** The start of its paths. */
  base: string;
  /** Whether an answer may come in parts, the rest of them by polling. */
  answersInParts: boolean;
  /** BAD_USER_INPUT names the field. */
  parse(body: Record<string, unknown>, route: Route): ParsedMessage;
  /** The answer to a synchronous message, or a part of it; with a poll id when more can be fetched. */
  answer(outcome: TurnOutcome, pollId?: string): JsonObject;
  /** There is nothing to tell yet. */
  inProgress(pollId: string, traceId: string): JsonObject;
  /** The reply will be POSTed; null: an empty body. */
  accepted(traceId: string): JsonObject | null;
  /** One bot message, or the end of a task, as it is POSTed; the dispatcher adds its sequence. */
  callback(callback: Callback): JsonObject;
  /** The body of an error. */
  refusal(errors: readonly HookError[], traceId: string): object;
  /** The request that admins are shown as a sample; its answers are made by the functions above. */
  sample(envelope: JsonObject): JsonObject;
  schemas: HookSchemas;
}

/** JSON Schemas of the bodies, for /openapi.json. */
export interface HookSchemas {
  /** Its definitions become schemas of the document. */
  request: object;
  answer: object;
  /** Null: an acknowledgement has no body. */
  accepted: object | null;
  /** Further schemas by name, to which the others refer. */
  parts: Readonly<Record<string, object>>;
}
