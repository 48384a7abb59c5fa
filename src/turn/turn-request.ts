import type { OpenBot } from '../bots/bots.js';
import type { TurnRequest } from '../bots/engine.js';
import type { TurnJob } from './turn-job.js';

/** What an engine is told of the message it answers. */
export function requestOf(
  { turnId, traceId, conversationId, route, input, resume }: TurnJob,
  bot: OpenBot,
  session: Pick<TurnRequest, 'sessionId' | 'newSession' | 'language' | 'session'>,
  means: Pick<TurnRequest, 'now' | 'random' | 'trace' | 'tape' | 'watch'>,
): TurnRequest {
  return {
    turnId,
    traceId,
    conversationId,
    ...session,
    botId: route.botId,
    botName: route.botName,
    channel: { id: route.channelId, name: route.channelName },
    user: input.user,
    message: input.message,
    env: bot.env,
    plainEnv: bot.plainEnv,
    resume,
    ...means,
  };
}
