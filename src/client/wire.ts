/** The answers of hooks, in one form for both versions (kore-webhook.md §1.5 to §1.8). */

export type HookMessage =
  | { type: 'text'; text: string; messageId?: string; createdOn?: string }
  | { type: 'template'; template: Record<string, unknown>; messageId?: string; createdOn?: string }
  | { type: 'event'; event: string; outcome?: string; messageId?: string; createdOn?: string };

export interface EndOfTask {
  reason: string;
  taskId: string;
  taskName: string;
}

export interface HookReply {
  /** True when the channel is asynchronous: the bot's messages are POSTed to its POST_URL. */
  accepted: boolean;
  messages: HookMessage[];
  endOfTask?: EndOfTask;
  /** The caller should hand the conversation to a person. */
  agentTransfer: boolean;
  /** The form of a form message, for callers that render it themselves. */
  form?: unknown;
  sessionId?: string;
  traceId?: string;
  /** The bot has more to say: hand it to `poll`. */
  pollId?: string;
  /** Set when this message was answered along with another one. */
  answeredBy?: string;
}

/** One POST to a POST_URL. */
export interface HookCallback {
  messages: HookMessage[];
  endOfTask?: EndOfTask;
  form?: unknown;
  /** The user's id. */
  to: string;
  from: string;
  conversationId: string;
  messageId: string;
  /** Gap-free within the conversation: sort by it. */
  sequence: number;
  lastInTurn: boolean;
  sessionId?: string;
  traceId?: string;
}

type Body = Readonly<Record<string, unknown>>;

/** The body of an answer or of a poll. */
export function readReply(body: unknown, traceId: string | null): HookReply {
  const given = isObject(body) ? body : {};
  const still = isInProgress(given);
  return {
    accepted: body === null || (given.status === 'ok' && !('data' in given)),
    messages: still ? [] : messagesOf(given),
    ...taskOf(given),
    agentTransfer: given.agentTransfer === true,
    ...(given.form !== undefined && { form: given.form }),
    ...optional('sessionId', given.sessionId),
    ...optional('traceId', given.traceId ?? traceId),
    ...optional('pollId', given.pollId),
    ...optional('answeredBy', given.answeredBy),
  };
}

export function readCallback(body: unknown): HookCallback {
  const given = isObject(body) ? body : {};
  return {
    messages: messagesOf(given),
    ...taskOf(given),
    ...(given.form !== undefined && { form: given.form }),
    to: text(given.to),
    from: text(given.from),
    conversationId: text(given.conversationId),
    messageId: text(given.messageId),
    sequence: typeof given.sequence === 'number' ? given.sequence : 0,
    lastInTurn: given.lastInTurn === true,
    ...optional('sessionId', given.sessionId),
    ...optional('traceId', given.traceId),
  };
}

export const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isInProgress = ({ status }: Body): boolean => typeof status === 'string' && /^in\s*progress$/i.test(status);

function messagesOf(body: Body): HookMessage[] {
  if (Array.isArray(body.data)) return body.data.filter(isObject).flatMap(itemOf);
  const said = Array.isArray(body.text) ? body.text : [body.text];
  return said.flatMap((value) => (value === undefined || value === '' ? [] : [messageOf(value)]));
}

/** One item of V2's `data`. */
function itemOf(item: Body): HookMessage[] {
  const common = { ...optional('messageId', item.messageId), ...optional('createdOn', item.createdOn) };
  if (item.type === 'event') {
    return [{ type: 'event', event: text(item.val), ...optional('outcome', item.eventType), ...common }];
  }
  if (item.val === undefined || item.val === '') return [];
  return [{ ...messageOf(item.val, item.type === 'template'), ...common }];
}

/** A template travels as an object, or as the JSON text of one. */
function messageOf(value: unknown, isTemplate = false): HookMessage {
  if (isObject(value)) return { type: 'template', template: value };
  const said = text(value);
  const parsed = said.trimStart().startsWith('{') ? parse(said) : null;
  return isObject(parsed) && (isTemplate || typeof parsed.type === 'string')
    ? { type: 'template', template: parsed }
    : { type: 'text', text: said };
}

function taskOf(body: Body): { endOfTask?: EndOfTask } {
  if (body.endOfTask !== true) return {};
  const { endReason, completedTaskId, completedTaskName } = body;
  return { endOfTask: { reason: text(endReason), taskId: text(completedTaskId), taskName: text(completedTaskName) } };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : value == null ? '' : String(value));

function optional<K extends string>(key: K, value: unknown): { [key in K]?: string } {
  // The only key it can hold is K.
  return (value === undefined || value === null || value === '' ? {} : { [key]: text(value) }) as never;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
