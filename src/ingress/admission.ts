import type { Context } from 'koa';
import { draftId } from '../domain/bots/draft.js';
import { isTestToken, type TestPass, type TestPasses } from '../domain/playground/test-passes.js';
import { AppError, notFound, refusedToken } from '../errors.js';
import type { Inbox } from '../inbox/inbox.js';
import { networkOf } from '../outbound/ranges.js';
import type { Route, Routes } from '../routing/routes.js';
import { type TestRun, testRoute } from '../routing/test-routes.js';
import type { Clock } from '../time.js';
import type { TokenFault } from '../vocabulary.js';
import { authenticate, type Caller, type TokenNames } from './authenticate.js';
import type { RateLimits } from './rate-limits.js';
import { NotFunctional } from './render-error.js';

export interface AdmissionDeps {
  routes: Routes;
  inbox: Pick<Inbox, 'consumeToken'>;
  clock: Clock;
  limits: RateLimits;
  testPasses: TestPasses;
}

/**
 * The caller, by `Authorization` or by the `auth` header of the platform's public APIs (kore-webhook.md §1.10). Anybody can
 * make encrypted tokens that cost as much to open as good ones: each counts as refused until it has held.
 */
export async function callerOf(
  { routes, clock, limits }: Pick<AdmissionDeps, 'routes' | 'clock' | 'limits'>,
  ctx: Context,
  names: TokenNames = 'USER',
): Promise<Caller> {
  const auth = ctx.get('auth');
  const header = ctx.get('authorization') || (auth === '' ? undefined : `bearer ${auth}`);
  const network = () => networkOf(ctx.ip);
  let counted = false;
  const beforeOpening = (): void => {
    limits.refusedTokens.take(network());
    counted = true;
  };
  try {
    if (hasTwo('authorization', ctx.req.rawHeaders))
      throw refusedToken({ fault: 'MISSING', check: 'two Authorization headers' });
    const caller = await authenticate(header, routes, clock.now(), { beforeOpening }, names);
    if (counted) limits.refusedTokens.giveBack(network());
    limits.app.take(caller.app.clientId);
    return caller;
  } catch (error) {
    if (!counted && error instanceof AppError && error.code === 'UNAUTHENTICATED') limits.refusedTokens.take(network());
    throw error;
  }
}

/** The caller, or somebody of the account who talks with a test pass. */
export async function callerOrTester(
  deps: Omit<AdmissionDeps, 'inbox'>,
  ctx: Context,
  names: TokenNames = 'USER',
): Promise<Caller> {
  const token = testTokenOf(ctx);
  if (token === null) return callerOf(deps, ctx, names);
  const { limits, testPasses, clock } = deps;
  const pass = testPasses.read(token, clock.now());
  if (!pass) {
    limits.refusedTokens.take(networkOf(ctx.ip));
    throw refusedPass('the test pass is not good, or not any more');
  }
  const app = { clientId: `test:${pass.userId}`, accountId: pass.accountId };
  limits.app.take(app.clientId);
  return { app, subject: pass.userId, pass };
}

/** The token of a test pass, good or not; null for any other. */
export function testTokenOf(ctx: Context): string | null {
  const [scheme = '', token = ''] = ctx.get('authorization').split(' ');
  return scheme.toLowerCase() === 'bearer' && isTestToken(token) ? token : null;
}

/** Whether a header came twice: Node gives the first, and a proxy in front may have checked the last. `pairs` alternates names and values. */
function hasTwo(name: string, pairs: readonly string[]): boolean {
  let count = 0;
  for (let at = 0; at < pairs.length; at += 2) {
    const given = pairs[at] ?? '';
    if (given.length === name.length && given.toLowerCase() === name) count += 1;
  }
  return count > 1;
}

/** The order of refusals is part of the wire: 404, then 401 for somebody else's app, then 403 with the blockers. */
export function admit(deps: AdmissionDeps, caller: Caller, botId: string, channelId: string | undefined): Route {
  const route = deps.routes.find(botId, channelId);
  if (!route) throw channelId === undefined ? notFound('bot', botId) : notFound('webhook channel', channelId);
  const { app, pass } = caller;
  if (pass) return admitTester(deps, route, pass);
  // Without an app of its own, a channel tells any app of its account what is missing.
  const isAllowed = route.clientId === null ? app.accountId === route.accountId : app.clientId === route.clientId;
  if (!isAllowed) throw wrongApp(caller);
  if (route.blockers.length > 0) throw new NotFunctional(route.blockers);
  deps.limits.channel.take(route.channelId);
  return route;
}

/** A pass is good for its channel, and for a version that is there. */
function admitTester(deps: AdmissionDeps, route: Route, pass: TestPass): Route {
  if (pass.channelId !== route.channelId) throw refusedPass('the test pass is for another channel');
  const run = testRunOf(route, pass);
  if (run.versionId === null) throw new NotFunctional(['BOT_NOT_PUBLISHED']);
  deps.limits.channel.take(route.channelId);
  return testRoute(route, run);
}

/** What the holder of a pass talks to. */
export const testRunOf = (route: Route, { version, secrets }: TestPass): TestRun => ({
  version,
  versionId: version === 'LIVE' ? route.versionId : draftId(route.botId, secrets),
});

/** What needs the token of the channel's app, and works while the channel does not: answers to what it had accepted. */
export function assertOfChannel(route: Route, caller: Caller): void {
  if (caller.pass) throw refusedPass('a test pass is good for messages and their polls');
  if (route.clientId !== caller.app.clientId) throw wrongApp(caller);
}

/** A token that names a user speaks for that user alone, whichever version of the hook it is used at. */
export function assertSpeaksFor(caller: Caller, userId: string): void {
  if (caller.userIdentity === undefined || caller.userIdentity === userId) return;
  throw refusedOf(caller, 'OTHER_USER', 'userIdentity is not from.id');
}

/** Uses up a single-use token. Messages do not call it: a message claims its token along with its turn. */
export async function consumeToken({ inbox }: Pick<AdmissionDeps, 'inbox'>, caller: Caller): Promise<void> {
  if (caller.jti) await inbox.consumeToken(caller.jti);
}

/** The answer to a message: of the channel's app, or of whoever tried the bot there. */
export function assertMayPoll(route: Route, caller: Caller, isTest: boolean): void {
  if (!caller.pass) assertOfChannel(route, caller);
  else if (!isTest || caller.pass.channelId !== route.channelId)
    throw refusedPass('the test pass is not for what this message was');
}

const refusedPass = (check: string) => refusedToken({ fault: null, check });

const wrongApp = (caller: Caller) => refusedOf(caller, 'OTHER_APP', 'the app is not the one of this channel');

const refusedOf = ({ app: { clientId } }: Caller, fault: TokenFault, check: string) =>
  refusedToken({ fault, check, clientId });
