import { setTimeout as wait } from 'node:timers/promises';
import { isObject, objects, string } from '../../definition/json.js';
import { retryAfterMs } from '../../dispatcher/schedule.js';
import type { JsonObject } from '../../json.js';
import { excessOf } from '../../json-limits.js';
import type { OutboundResponse } from '../../outbound/exchange.js';
import type { Outbound } from '../../outbound/request.js';
import { SECOND } from '../../time.js';
import { traceparentOf } from '../../trace.js';
import type { LanguageModel, ModelPrompt } from './deps.js';

export interface LanguageModelSettings {
  /** The address of the API, e.g. `https://llm.example/v1`; the one of its chat completions will do. */
  baseUrl: string;
  /** Sent as a bearer token; empty: no credential is sent. */
  apiKey: string;
  /** Used where a node names none, or always when `force` is set: servers know other names than the bot's author did. */
  model: string;
  force?: boolean;
}

/** Bytes of an answer; beyond it the call fails. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Time for an answer where the node names none; beyond it the call fails. */
const TIMEOUT_MS = 30 * SECOND;
/** Further attempts after an answer that may pass; beyond it the call fails. */
const RETRIES = 2;
/** Wait before another attempt, where the server does not say how long; the longest one that a turn waits for it. */
const WAIT_MS = 500;
const MAX_WAIT_MS = 3 * SECOND;
/** Statuses of a server that is busy or just starting. */
const PASSING = new Set([429, 500, 502, 503, 504]);
/** Statuses of a server that may not know schemas. */
const REFUSING = new Set([400, 404, 422, 501]);

/** An answer of the server that is of no use. The message never holds its body. */
export class LanguageModelError extends Error {
  override readonly name = 'LanguageModelError';
  readonly status: number;

  constructor(status: number, what: string) {
    super(`the server answered ${status}${what}`);
    this.status = status;
  }
}

/** Any server that speaks the chat completions of the OpenAI API. Rejects with what it answered instead of a text. */
export function createLanguageModel(
  outbound: Pick<Outbound, 'request'>,
  settings: LanguageModelSettings,
): LanguageModel {
  const url = completionsOf(settings.baseUrl);
  let knowsSchemas = true;
  return {
    async complete({ schema, ...plain }, turn, signal) {
      let prompt: ModelPrompt = schema && knowsSchemas ? { ...plain, schema } : plain;
      for (let left = RETRIES; ; ) {
        const answer = await outbound.request({
          method: 'POST',
          url,
          headers: {
            'content-type': 'application/json',
            ...(settings.apiKey === '' ? {} : { authorization: `Bearer ${settings.apiKey}` }),
            traceparent: traceparentOf(turn.traceId),
          },
          body: JSON.stringify(bodyOf(prompt, settings)),
          span: { name: 'call language model', turnId: turn.turnId, attributes: { 'hookswitch.bot.id': turn.botId } },
          partition: `language-model:${turn.botId}`,
          signal,
          timeoutMs: prompt.timeoutMs ?? TIMEOUT_MS,
          // The head of an answer that does not stream comes when all of it is there.
          headersTimeoutMs: prompt.timeoutMs ?? TIMEOUT_MS,
          maxResponseBytes: MAX_ANSWER_BYTES,
          oversize: 'FAIL',
        });
        const { status } = answer;
        if (status === 200) {
          if (schema && !prompt.schema) knowsSchemas = false;
          return textOf(answer);
        }
        if (prompt.schema && REFUSING.has(status)) {
          prompt = plain;
          continue;
        }
        if (left === 0 || !PASSING.has(status)) throw new LanguageModelError(status, '');
        left -= 1;
        await wait(waitMs(answer), undefined, { signal });
      }
    },
  };
}

const completionsOf = (baseUrl: string): string =>
  /\/chat\/completions\/?(\?|$)/.test(baseUrl) ? baseUrl : `${baseUrl.replace(/\/+$/, '')}/chat/completions`;

function bodyOf(prompt: ModelPrompt, settings: LanguageModelSettings): JsonObject {
  const { system, messages, model, temperature, maxTokens, schema } = prompt;
  return {
    model: settings.force || model === '' ? settings.model : model,
    messages: [...(system === '' ? [] : [{ role: 'system', content: system }]), ...messages.map((one) => ({ ...one }))],
    ...(temperature === null ? {} : { temperature }),
    ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
    ...(schema ? { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } } : {}),
  };
}

const waitMs = ({ headers }: OutboundResponse): number =>
  Math.min(retryAfterMs(headers['retry-after'], Date.now()) ?? WAIT_MS, MAX_WAIT_MS);

function textOf({ body, status }: OutboundResponse): string {
  const text = body.toString('utf8');
  const parsed = excessOf(text) ? null : parse(text);
  const first = isObject(parsed) ? objects(parsed.choices)[0] : undefined;
  const message = isObject(first?.message) ? first.message : null;
  if (!message) throw new LanguageModelError(status, ' without a completion');
  const { content } = message;
  // Some servers give the text in parts.
  return typeof content === 'string'
    ? content
    : objects(content)
        .map((part) => string(part.text))
        .join('');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
