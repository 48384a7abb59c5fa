import type { Receipt } from '../inbox/answer.js';
import { pollId } from '../inbox/polls.js';
import { pollPath } from '../wire/hook-url.js';
import type { HookCall } from './hook-call.js';

/** Answers a message that was taken in, in the form of the hook's version. */
export function respond({ ctx, deps, version, route, traceId }: HookCall, receipt: Receipt): void {
  const first = 'outcome' in receipt ? receipt.outcome.traceId : receipt.traceId;
  if (first !== traceId) ctx.set({ 'Idempotency-Replayed': 'true', 'X-Trace-Id': first });
  ctx.status = 200;
  switch (receipt.status) {
    case 'accepted':
      ctx.body = version.accepted(first) ?? Buffer.alloc(0);
      return;
    case 'answered':
      ctx.body = version.answer(receipt.outcome);
      return;
    case 'paused': {
      const { outcome } = receipt;
      ctx.body = version.answer(outcome, pollId(outcome.turnId, outcome.replies.length));
      return;
    }
    case 'pending': {
      const id = pollId(receipt.turnId, 0);
      const path = deps.pathPrefix + pollPath(version, route.botId, id);
      ctx.status = 202;
      ctx.set({ Location: path, Link: `<${path}/events>; rel="monitor"; type="text/event-stream"` });
      ctx.body = version.inProgress(id, first);
    }
  }
}
