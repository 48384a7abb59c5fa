import type { OpenBots } from '../bots/bots.js';
import { traceId as newTraceId, rowId } from '../ids.js';
import type { JsonObject } from '../json.js';
import type { Route } from '../routing/routes.js';
import { conversationId as toConversationId } from '../store/tables/conversations.js';
import type { NewDelivery } from '../store/tables/deliveries.js';
import type { Clock } from '../time.js';
import { render } from '../turn/render.js';
import { settingsOf } from '../turn/turn-job.js';
import type { Content, HookVersionName } from '../vocabulary.js';
import { messageId } from '../wire/callbacks.js';
import { hookVersionOf } from '../wire/hook-versions.js';
import type { Scripts } from '../wire/reply.js';

export interface RenderDeps {
  bots: OpenBots;
  scripts: Scripts;
  clock: Clock;
  random(): number;
}

/** The messages to one user. */
export interface ProactiveMessage {
  to: string;
  contents: readonly Content[];
  /** What `{{…}}` in the contents sees beside the bot's variables. */
  parameters?: JsonObject;
}

/** One delivery for each content, in order. Secured variables fill in nothing here. */
export async function renderMessage(
  deps: RenderDeps,
  route: Route,
  version: HookVersionName,
  { to, contents, parameters = {} }: ProactiveMessage,
  jobId: string,
): Promise<NewDelivery[]> {
  const conversationId = toConversationId(route.channelId, to, '');
  const turnId = rowId('tn'); // names the messages; there is no turn
  const traceId = newTraceId();
  const at = deps.clock.now();
  const env = route.versionId ? (await deps.bots.open(route.versionId)).plainEnv : {};
  const tools = {
    random: deps.random,
    scripts: deps.scripts.runner({ botId: route.botId, now: at, random: deps.random }),
  };
  const deliveries: NewDelivery[] = [];
  for (const [index, content] of contents.entries()) {
    const seen = { context: {}, env, scope: parameters };
    const reply = await render([content], seen, tools);
    const id = messageId(turnId, index);
    const payload = hookVersionOf(version).callback({
      content: { reply: { id, at, ...reply } },
      messageId: id,
      conversationId,
      sessionId: '',
      to,
      from: route.botId,
      traceId,
      lastInTurn: index === contents.length - 1,
      at,
      settings: settingsOf(route),
    });
    const { accountId, channelId } = route;
    const body = JSON.stringify(payload);
    deliveries.push({
      id,
      accountId,
      channelId,
      conversationId,
      turnId: null,
      traceId,
      jobId,
      payload: body,
      createdAt: at,
    });
  }
  return deliveries;
}
