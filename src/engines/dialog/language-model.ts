import { isObject, objects, string } from '../../definition/json.js';
import { excessOf } from '../../json-limits.js';
import type { Outbound } from '../../outbound/request.js';
import { traceparentOf } from '../../trace.js';
import type { LanguageModel } from './deps.js';

export interface LanguageModelSettings {
  /** The address of the API, e.g. `https://llm.example/v1`. */
  baseUrl: string;
  apiKey: string;
  /** Used where a node names none, or always when `force` is set: servers know other names than the bot's author did. */
  model: string;
  force?: boolean;
  timeoutMs?: number;
}

/** Bytes of an answer; beyond it the call fails. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Any server that speaks the chat completions of the OpenAI API. Rejects with what it answered instead of a text. */
export function createLanguageModel(
  outbound: Pick<Outbound, 'request'>,
  settings: LanguageModelSettings,
): LanguageModel {
  const url = `${settings.baseUrl.replace(/\/+$/, '')}/chat/completions`;
  return {
    async complete({ system, messages, model, temperature, maxTokens }, turn, signal) {
      const body = {
        model: settings.force || model === '' ? settings.model : model,
        messages: system === '' ? messages : [{ role: 'system', content: system }, ...messages],
        ...(temperature === null ? {} : { temperature }),
        ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
      };
      const answer = await outbound.request({
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${settings.apiKey}`,
          traceparent: traceparentOf(turn.traceId),
        },
        body: JSON.stringify(body),
        span: { name: 'call language model', turnId: turn.turnId, attributes: { 'hookswitch.bot.id': turn.botId } },
        partition: 'language-model',
        signal,
        timeoutMs: settings.timeoutMs ?? 30_000,
        maxResponseBytes: MAX_ANSWER_BYTES,
        oversize: 'FAIL',
      });
      const text = textOf(answer.body.toString('utf8'));
      if (answer.status !== 200 || text === null)
        throw new Error(`the server answered ${answer.status} without a text`);
      return text;
    },
  };
}

function textOf(body: string): string | null {
  try {
    if (excessOf(body)) return null;
    const parsed: unknown = JSON.parse(body);
    const first = isObject(parsed) ? objects(parsed.choices)[0] : undefined;
    return isObject(first?.message) ? string(first.message.content) : null;
  } catch {
    return null;
  }
}
