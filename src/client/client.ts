import { randomUUID } from 'node:crypto';
import { exchange, type HookAnswer, type RetryPolicy, type Surroundings, surroundings } from './exchange.js';
import { HookError } from './hook-error.js';
import { createTokens, type TokenOptions } from './token.js';
import { type HookReply, readReply } from './wire.js';

// biome-ignore lint/performance/noBarrelFile: the entry point of the package; callers test for these classes
export { type CallbackVerifierOptions, createCallbackVerifier, verifyCallback } from './callback.js';
export { HookError } from './hook-error.js';
export { CallbackRefused } from './signature.js';
export type { EncryptionKey, TokenOptions } from './token.js';
export type { EndOfTask, HookCallback, HookMessage, HookReply } from './wire.js';

export interface HookClientOptions extends TokenOptions, Partial<RetryPolicy> {
  /** The webhook URL of the channel as it is shown, of the first version or the second (`webhookUrlV2`). */
  url: string;
  /** Milliseconds between two polls. Default 1000; a server that can wait answers sooner. */
  pollEveryMs?: number;
  surroundings?: Partial<Surroundings>;
}

/** The sender of a message, and options. */
export interface SendOptions {
  /** The user's id: the conversation it belongs to. */
  from: string;
  userInfo?: Record<string, unknown>;
  to?: string | Record<string, unknown>;
  customData?: unknown;
  /** Begins a new session. */
  newSession?: boolean;
  /** Second version only. */
  language?: string;
  preferredChannel?: string;
  metaTags?: Record<string, unknown>;
  /** Idempotency key: a message sent again with the same key is not run twice and gets the same answer. */
  idempotencyKey?: string;
  /** False: do not wait for the rest when there is a `pollId`. */
  poll?: boolean;
  signal?: AbortSignal;
}

export type OutgoingMessage = SendOptions &
  (
    | { text: string; attachments?: unknown[] }
    | { formData: { formId: string; data: unknown[]; meta?: Record<string, unknown> } }
    /** Second version only. */
    | { template: Record<string, unknown> }
    | { event: string }
  );

/** A client of one webhook channel. Every method rejects with HookError. */
export interface HookClient {
  /** Sends a message to the bot; resolves with its whole answer. */
  send(message: OutgoingMessage): Promise<HookReply>;
  /** A user has opened the conversation (ON_CONNECT, in a new session). Second version only. */
  connect(options: SendOptions): Promise<HookReply>;
  /** Ends the session (SESSION_CLOSURE). Second version only. */
  close(options: SendOptions): Promise<HookReply>;
  /** What has been said since; with a `pollId` there may be more. */
  poll(pollId: string, options?: { from?: string; signal?: AbortSignal }): Promise<HookReply>;
}

const POLL_WAIT_SECONDS = 10; // a server that honours `Prefer: wait` answers as soon as there is something

/** A client of one webhook channel that retries failed messages without running them twice. */
export function createHookClient(options: HookClientOptions): HookClient {
  const { clientId, pollEveryMs = 1000 } = options;
  const hook = hookAt(options.url);
  const policy: RetryPolicy = {
    retries: options.retries ?? 3,
    timeoutMs: options.timeoutMs ?? 40_000,
    maxWaitMs: options.maxWaitMs ?? 30_000,
  };
  const around = surroundings(options.surroundings);

  const tokenFor = createTokens(options, around.now);
  const authorization = async (from: string): Promise<string> => `Bearer ${await tokenFor(from)}`;

  async function post(message: OutgoingMessage): Promise<HookReply> {
    const idempotencyKey = message.idempotencyKey ?? randomUUID();
    const answer = await exchange(around, policy, {
      method: 'POST',
      url: options.url,
      body: JSON.stringify(bodyOf(message, hook.version)),
      headers: async () => ({
        'content-type': 'application/json',
        authorization: await authorization(message.from),
        'idempotency-key': idempotencyKey,
      }),
      signal: message.signal,
    });
    return replyOf(answer);
  }

  async function poll(
    pollId: string,
    { from = clientId, signal }: { from?: string; signal?: AbortSignal | undefined } = {},
  ): Promise<HookReply> {
    const answer = await exchange(around, policy, {
      method: 'GET',
      url: `${hook.base}/poll/${encodeURIComponent(pollId)}`,
      headers: async () => ({ authorization: await authorization(from), prefer: `wait=${POLL_WAIT_SECONDS}` }),
      signal,
    });
    return replyOf(answer);
  }

  async function send(message: OutgoingMessage): Promise<HookReply> {
    let reply = await post(message);
    if (message.poll === false) return reply;
    const { from, signal } = message;
    while (reply.pollId !== undefined) {
      const next = await poll(reply.pollId, { from, signal });
      const idle = next.pollId === reply.pollId && next.messages.length === 0;
      const { pollId: _, ...sofar } = reply;
      reply = { ...sofar, ...next, messages: [...reply.messages, ...next.messages] };
      if (idle) await around.wait(pollEveryMs, signal);
    }
    return reply;
  }

  return {
    send,
    poll,
    connect: (given) => send({ newSession: true, ...given, event: 'ON_CONNECT' }),
    close: (given) => send({ ...given, event: 'SESSION_CLOSURE' }),
  };
}

interface Hook {
  version: 'V1' | 'V2';
  /** Up to the bot's id: polls are found bot-wide. */
  base: string;
}

function hookAt(url: string): Hook {
  const found = /^(https?:\/\/.+\/chatbot\/(hooks|v2\/webhook)\/[^/?#]+)(\/hookInstance\/[^/?#]+)?\/?$/.exec(url);
  if (!found) {
    const message = `"${url}" is not the URL of a webhook channel. Copy it from the channel: …/chatbot/hooks/… or …/chatbot/v2/webhook/…`;
    throw new HookError(message, { reason: 'BAD_URL' });
  }
  return { base: found[1] ?? '', version: found[2] === 'hooks' ? 'V1' : 'V2' };
}

function bodyOf(message: OutgoingMessage, version: Hook['version']): object {
  const { from, userInfo, to, customData, newSession, language, preferredChannel, metaTags } = message;
  if (version === 'V1' && (language !== undefined || 'template' in message || 'event' in message)) {
    const needs = 'Templates, events and a language need the URL of the second version (webhookUrlV2).';
    throw new HookError(needs, { reason: 'NEEDS_V2' });
  }
  return {
    ...(newSession && { session: { new: true } }),
    message: version === 'V1' ? messageV1(message) : messageV2(message),
    from: { id: from, ...(userInfo && { userInfo }) },
    ...(to !== undefined && { to: typeof to === 'string' ? { id: to } : to }),
    ...(customData !== undefined && { customData }),
    ...(language !== undefined && { interactiveLanguage: language }),
    ...(preferredChannel !== undefined && { preferredChannelForResponse: preferredChannel }),
    ...(metaTags && { metaTags }),
  };
}

function messageV1(message: OutgoingMessage): object {
  if ('formData' in message) return { formData: message.formData };
  if (!('text' in message)) return {};
  return { text: message.text, ...(message.attachments && { attachments: message.attachments }) };
}

function messageV2(message: OutgoingMessage): object {
  if ('formData' in message) return { type: 'formData', val: message.formData };
  if ('template' in message) return { type: 'template', val: message.template };
  if ('event' in message) return { type: 'event', val: message.event };
  return { type: 'text', val: message.text, ...(message.attachments && { attachments: message.attachments }) };
}

const replyOf = ({ body, headers }: HookAnswer): HookReply => readReply(body, headers.get('x-trace-id'));
