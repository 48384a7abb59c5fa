import type { Engine, TurnRequest } from '../../bots/engine.js';
import { isObject, objects, string } from '../../definition/json.js';
import type { SettingsOf } from '../../domain/bots/engine-kinds.js';
import type { JsonObject } from '../../json.js';
import { interpolate } from '../../turn/interpolate.js';
import { callRemote, hostOf, jsonOf, type Remote, type RemoteDeps } from '../remote/call.js';
import { createRemoteEngine } from '../remote/remote-engine.js';
import { RemoteError } from '../remote/remote-error.js';
import { attachmentsOf, customDataOf, textOf } from '../remote/user-message.js';
import { type ChatMessage, readHistory, withinBudget } from './history.js';
import { readMessages } from './messages.js';

/**
 * A language model behind any server of OpenAI's chat completions: `POST …/chat/completions` `{model, messages}`. The
 * conversation is kept in the session, as much of it goes along as the token budget allows.
 */
export function createOpenAiEngine(
  settings: SettingsOf<'OPENAI'>,
  secrets: Readonly<Record<string, string>>,
  deps: RemoteDeps,
): Engine {
  const remote: Remote = { ...settings, url: completionsOf(settings.url), secrets: Object.values(secrets) };
  const headers: Record<string, string> =
    secrets.apiKey === undefined ? {} : { authorization: `Bearer ${secrets.apiKey}` };
  return createRemoteEngine(async (turn, signal) => {
    const text = userText(turn, settings);
    const history = withinBudget(readHistory(turn.session.engine.history), settings.historyTokens);
    const body = JSON.stringify({
      ...settings.body,
      model: settings.model,
      messages: [
        ...(await systemMessage(turn, settings)),
        ...history,
        { role: 'user', content: userContent(turn, text, settings) },
      ],
      ...(settings.temperature !== undefined && { temperature: settings.temperature }),
      ...(settings.maxTokens !== undefined && { max_tokens: settings.maxTokens }),
    });
    const response = await callRemote(deps, remote, turn, { headers, body }, signal);
    const answer = completionOf(jsonOf(response, remote, turn), remote);
    const latest: ChatMessage[] = [
      { role: 'user', content: text === '' ? '(image)' : text },
      { role: 'assistant', content: answer },
    ];
    const kept = withinBudget([...history, ...latest], settings.historyTokens);
    return {
      messages: readMessages(answer),
      session: {
        context: turn.session.context,
        engine: { history: kept.map(({ role, content }): JsonObject => ({ role, content })) },
      },
    };
  });
}

/** The address of the API, like `https://api.openai.com/v1`; the one of the operation will do. */
function completionsOf(url: string): string {
  return /\/chat\/completions\/?(\?|$)/.test(url) ? url : `${url.replace(/\/+$/, '')}/chat/completions`;
}

async function systemMessage(turn: TurnRequest, { systemPrompt }: SettingsOf<'OPENAI'>): Promise<JsonObject[]> {
  if (systemPrompt === '') return [];
  const scope: JsonObject = { context: turn.session.context, env: { ...turn.plainEnv } }; // users talk models into repeating
  const content = await interpolate(systemPrompt, scope, () => Promise.resolve(''));
  return [{ role: 'system', content }];
}

/** The user's turn in words. Attachments the model cannot look at are named. */
function userText(turn: TurnRequest, settings: SettingsOf<'OPENAI'>): string {
  const { message } = turn;
  const customData = settings.customData ? customDataOf(turn) : undefined;
  const lines = [
    message.type === 'event' ? `(event: ${message.event})` : textOf(turn),
    ...attachmentsOf(turn)
      .filter(({ type }) => !(settings.images && type.startsWith('image/')))
      .map(({ url, name }) => `(attachment: ${name === '' ? url : `${name}, ${url}`})`),
    ...(customData === undefined ? [] : [`(data: ${JSON.stringify(customData)})`]),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function userContent(turn: TurnRequest, text: string, { images }: SettingsOf<'OPENAI'>): string | JsonObject[] {
  const shown = images ? attachmentsOf(turn).filter(({ type }) => type.startsWith('image/')) : [];
  if (shown.length === 0) return text;
  return [
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...shown.map(({ url }) => ({ type: 'image_url', image_url: { url } })),
  ];
}

/** The text of the first choice; a refusal is an answer too. */
function completionOf(body: unknown, remote: Remote): string {
  const [choice] = isObject(body) ? objects(body.choices) : [];
  const message = choice && isObject(choice.message) ? choice.message : null;
  if (!message) throw new RemoteError('BAD_ANSWER', `The server at ${hostOf(remote.url)} sent no completion.`);
  const { content } = message;
  const text =
    typeof content === 'string'
      ? content
      : objects(content)
          .map((part) => string(part.text))
          .join('');
  const said = text.trim() === '' ? string(message.refusal) : text.trim();
  if (said !== '') return said;
  const reason = string(choice?.finish_reason) || 'none given';
  throw new RemoteError(
    'BAD_ANSWER',
    `The model said nothing (finish_reason: ${reason}). Tools are not supported; a small maxTokens may be used up by thinking.`,
  );
}
