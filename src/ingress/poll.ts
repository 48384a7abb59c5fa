import type { Context, Middleware } from 'koa';
import { badInput, notFound } from '../errors.js';
import type { Events } from '../events.js';
import { type Poll, type Polls, pollId } from '../inbox/polls.js';
import type { HookVersion } from '../wire/hook-version.js';
import { type AdmissionDeps, assertMayPoll, assertSpeaksFor, callerOrTester, consumeToken } from './admission.js';
import type { Caller } from './authenticate.js';
import { endpoint, paramsOf } from './endpoint.js';
import type { EventStreams } from './event-streams.js';
import { preferencesOf } from './prefer.js';

export interface PollDeps extends AdmissionDeps {
  polls: Polls;
  streams: EventStreams;
  events: Events;
  /** The longest a poll waits when its caller asks it to. */
  maxWaitMs: number;
}

/** `GET {base}/{botId}/poll/{pollId}`: what has been said since; `Prefer: wait=N` waits for something (kore-webhook.md §1.7). */
export function poll(deps: PollDeps, version: HookVersion): Middleware {
  return endpoint(deps, version, async (ctx) => {
    const { poll: found } = await admitPoll(deps, ctx);
    const { waitMs = 0 } = preferencesOf(ctx.get('prefer'));
    const slice = await deps.polls.answer(found, Math.min(waitMs, deps.maxWaitMs));
    if (!slice) throw noData();
    ctx.set({ 'X-Trace-Id': found.traceId, 'Cache-Control': 'no-store' });
    const { outcome, upto, final } = slice;
    ctx.body =
      outcome && (upto > found.from || final)
        ? version.answer(outcome, final ? undefined : pollId(found.turnId, upto))
        : version.inProgress(found.pollId, found.traceId);
  });
}

/** `GET {base}/{botId}/poll/{pollId}/events`: the same as server-sent events. */
export function pollEvents(deps: PollDeps, version: HookVersion): Middleware {
  return endpoint(deps, version, async (ctx) => {
    const { poll: found, caller } = await admitPoll(deps, ctx);
    ctx.set('X-Trace-Id', found.traceId);
    deps.streams.open(ctx, found, version, caller.app.clientId);
  });
}

async function admitPoll(deps: PollDeps, ctx: Context): Promise<{ poll: Poll; caller: Caller }> {
  const caller = await callerOrTester(deps, ctx);
  const { botId, pollId: id = '' } = paramsOf(ctx);
  if (deps.routes.channelsOf([botId]).length === 0) throw notFound('bot', botId);
  const found = await deps.polls.find(id);
  const route = found && deps.routes.byChannel(found.channelId);
  if (!found || !route || route.botId !== botId) throw noData();
  assertMayPoll(route, caller, found.test);
  assertSpeaksFor(caller, found.userId);
  await consumeToken(deps, caller);
  return { poll: found, caller };
}

const noData = () => badInput('pollId', 'No data found');
