import { expect } from 'vitest';
import type { HookResponse, TestApp } from './app.js';

const OF_THE_CONSOLE = { 'x-hookswitch-console': '1' };

/** What a GraphQL operation is answered with. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows the shape of what it asks for
  data: any;
  errors?: { message: string; extensions: { code: string } }[];
}

/** Sends a GraphQL operation with a token, or with the cookie of a console's session. */
export async function ask(
  { url }: Pick<TestApp, 'url'>,
  credentials: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer> {
  const isCookie = credentials.startsWith('hookswitch-session=');
  const known: Record<string, string> = isCookie
    ? { ...OF_THE_CONSOLE, cookie: credentials }
    : { authorization: `Bearer ${credentials}` };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...known },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

let networks = 0;

/**
 * Signs in to the console: what is answered to `{ email, password }` or `{ token }`. To an app with TRUSTED_PROXIES each comes from
 * an address of its own, so that wrong ones delay none.
 */
export const trySignIn = (app: TestApp, given: Record<string, string>): Promise<HookResponse> =>
  app.post('/console/session', given, { ...OF_THE_CONSOLE, 'x-forwarded-for': `192.0.2.${(networks++ % 250) + 1}` });

/** The cookie of a new session. */
export async function signIn(app: TestApp, given: Record<string, string>): Promise<string> {
  const answered = await trySignIn(app, given);
  expect(answered.status, answered.text).toBe(201);
  return answered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}
