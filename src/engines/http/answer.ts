import { z } from 'zod';
import type { TurnRequest } from '../../bots/engine.js';
import { badInput } from '../../errors.js';
import type { Json, JsonObject } from '../../json.js';
import type { RemoteAnswer } from '../remote/remote-engine.js';

/** What came out of `JSON.parse` is JSON: looking at each value again would cost more than parsing it did. */
const anyJson = z.custom<Json>((value) => value !== undefined);
const jsonObject = z.custom<JsonObject>((value) => isObject(value), 'must be an object');

/**
 * What a bot answers a turn (docs/engines.md): at once, or later at its callback address. `{}` says nothing and
 * changes nothing.
 */
const message = z.union([
  z.string(),
  z
    .strictObject({
      key: z.string().min(1).max(250).optional(),
      text: z.string().optional(),
      template: jsonObject.optional(),
      values: jsonObject.optional(),
    })
    .refine((given) => given.key !== undefined || given.text !== undefined || given.template !== undefined, {
      message: 'a message needs a "text", a "template" or a "key"',
    }),
]);

const answer = z.strictObject({
  messages: z.array(message).max(100).default([]),
  session: z
    .strictObject({
      /** Merged into the context (RFC 7396). */
      context: jsonObject.optional(),
      /** The bot's own state, in place of what was there. */
      state: anyJson.optional(),
    })
    .default({}),
  endOfTask: z
    .strictObject({ taskId: z.string(), taskName: z.string(), reason: z.string().default('Fulfilled') })
    .optional(),
  closeSession: z.boolean().default(false),
  agentTransfer: z.boolean().default(false),
});

/** BAD_USER_INPUT naming the member that is wrong. */
export function checkAnswer(body: unknown): z.output<typeof answer> {
  const result = answer.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') || 'body';
  throw badInput(field, `${field}: ${issue?.message ?? 'it cannot be read'}.`);
}

/** What the answer means for this turn. BAD_USER_INPUT as `checkAnswer`. */
export function readAnswer(body: unknown, turn: TurnRequest): RemoteAnswer {
  const { messages, session, endOfTask, closeSession, agentTransfer } = checkAnswer(body);
  return {
    messages: messages.map((one) => (typeof one === 'string' ? { text: one } : withoutGaps(one))),
    session: {
      context: session.context ? merge(turn.session.context, session.context) : turn.session.context,
      engine: session.state === undefined ? turn.session.engine : { state: session.state },
    },
    ...(endOfTask && { endOfTask }),
    closeSession,
    agentTransfer,
  };
}

/** What the bot kept in the session the last time. */
export const stateOf = (turn: TurnRequest): Json => turn.session.engine.state ?? null;

/** JSON Merge Patch (RFC 7396): null removes, objects merge, anything else replaces. */
function merge(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (key === '__proto__') continue;
    if (value === null) delete merged[key];
    else if (isObject(value)) {
      const before = merged[key];
      merged[key] = merge(isObject(before) ? before : {}, value);
    } else merged[key] = value;
  }
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without the members that are undefined. */
function withoutGaps<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Every undefined member has been filtered out.
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}
