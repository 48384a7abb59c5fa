import type { OutboundResponse } from '../outbound/exchange.js';
import type { OAuthTokens } from './oauth-tokens.js';
import type { CallbackTarget } from './target.js';

/** One POST with these headers, within the time that is left. */
export type Post = (authorization: { authorization?: string }, timeoutMs: number) => Promise<OutboundResponse>;

/**
 * POSTs with a token, where the target asks for one. When the receiver does not accept a token (401), another is fetched
 * and the POST made once more. `leftMs` tells the time left for everything together. Rejects as OAuthTokens and Outbound do.
 */
export async function postAuthorized(
  tokens: OAuthTokens,
  { accountId, clientCredentials }: CallbackTarget,
  leftMs: () => number,
  post: Post,
): Promise<OutboundResponse> {
  if (!clientCredentials) return post({}, leftMs());
  const tokenNow = () => tokens.get(clientCredentials, { partition: accountId, timeoutMs: leftMs() });
  const postWith = (token: string) => post({ authorization: `Bearer ${token}` }, leftMs());
  const token = await tokenNow();
  const response = await postWith(token);
  if (response.status !== 401) return response;
  tokens.forget(clientCredentials, token);
  return postWith(await tokenNow());
}
