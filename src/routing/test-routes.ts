import type { TestedVersion } from '../vocabulary.js';
import type { Route, Routes } from './routes.js';

/** The version that somebody of the account tries. */
export interface TestRun {
  version: TestedVersion;
  /** The live version's id, or the saved bot's (domain/bots/draft.ts); null: there is none. */
  versionId: string | null;
}

/** A channel as a test conversation meets it: nothing hinders it, and what the bot says is the answer of the hook. */
export const testRoute = (route: Route, { versionId }: TestRun): Route => ({
  ...route,
  blockers: [],
  mode: 'SYNC',
  enablePolling: true,
  versionId,
  canary: null,
});

/** The route of a message; undefined for an unknown channel. */
export function routeFor(
  routes: Pick<Routes, 'byChannel'>,
  channelId: string,
  test: TestRun | undefined,
): Route | undefined {
  const route = routes.byChannel(channelId);
  return route && test ? testRoute(route, test) : route;
}
