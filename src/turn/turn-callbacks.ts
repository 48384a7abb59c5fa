import type { EndOfTask } from '../bots/engine.js';
import type { NewDelivery } from '../store/tables/deliveries.js';
import { type Callback, messageId, type SaidReply } from '../wire/callbacks.js';
import { hookVersionOf } from '../wire/hook-versions.js';
import { settingsOf, type TurnJob } from './turn-job.js';

/** The callbacks of what an asynchronous turn has said since its last commit; the end of a task travels alone. */
export function callbacksOf(
  job: TurnJob,
  news: { replies: readonly SaidReply[]; position: number; endOfTask: EndOfTask | null; last: boolean },
  more: { sessionId: string; at: number },
): NewDelivery[] {
  const contents: { id: string; content: Callback['content'] }[] = news.replies.map((reply) => ({
    id: reply.id,
    content: { reply },
  }));
  if (news.last && news.endOfTask) {
    const id = messageId(job.turnId, news.position + news.replies.length);
    contents.push({ id, content: { endOfTask: news.endOfTask } });
  }
  return contents.map(({ id, content }, index) => ({
    id,
    accountId: job.route.accountId,
    channelId: job.route.channelId,
    conversationId: job.conversationId,
    turnId: job.turnId,
    traceId: job.traceId,
    createdAt: more.at,
    payload: JSON.stringify(
      hookVersionOf(job.input.form).callback({
        content,
        messageId: id,
        conversationId: job.conversationId,
        sessionId: more.sessionId,
        to: job.input.user.id,
        from: job.input.replyFrom,
        traceId: job.traceId,
        lastInTurn: news.last && index === contents.length - 1,
        ...(job.burst && { answers: job.burst.answers }),
        at: more.at,
        settings: settingsOf(job.route),
      }),
    ),
  }));
}
