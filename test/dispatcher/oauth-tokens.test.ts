import { describe, expect, it } from 'vitest';
import { createOAuthTokens, TokenError } from '../../src/dispatcher/oauth-tokens.js';
import { OutboundError } from '../../src/outbound/outbound-error.js';
import type { Outbound, OutboundRequest } from '../../src/outbound/request.js';
import { createTestClock } from '../support/clock.js';

const CREDENTIALS = {
  tokenUrl: 'https://login.example.com/token',
  clientId: 'c',
  clientSecret: 'hush',
  scope: '',
  audience: '',
  tls: null,
};
const CALL = { partition: 'ac', timeoutMs: 15_000 };

/** Tokens from an endpoint that answers so, with a number counting up in the place of `#`. */
function tokensFrom(answer: (post: OutboundRequest) => { status?: number; body: unknown }) {
  const clock = createTestClock();
  const posts: OutboundRequest[] = [];
  const request: Outbound['request'] = async (made) => {
    posts.push(made);
    const { status = 200, body } = answer(made);
    const text = typeof body === 'string' ? body : JSON.stringify(body).replace('#', String(posts.length));
    return { status, headers: {}, body: Buffer.from(text), durationMs: 1, truncated: false };
  };
  const tokens = createOAuthTokens({ outbound: { request } as Outbound, clock }); // all that is asked of it
  return { clock, posts, tokens, get: (credentials = CREDENTIALS) => tokens.get(credentials, CALL) };
}

describe('a token', () => {
  it.each([
    ['an hour', { expires_in: 3600 }, 3570],
    ['an hour, as a text', { expires_in: '3600' }, 3570],
    ['a minute', { expires_in: 60 }, 45],
    ['a time that is not told', {}, 270],
    ['a time that makes no sense', { expires_in: -1 }, 270],
  ])('of %s is replaced shortly before its end', async (_, life, seconds) => {
    const { clock, get } = tokensFrom(() => ({ body: { access_token: 't#', ...life } }));
    expect(await get()).toBe('t1');
    clock.advance(seconds * 1000 - 1);
    expect(await get()).toBe('t1');
    clock.advance(1);
    expect(await get()).toBe('t2');
  });

  it('is fetched once for all who ask meanwhile, and apart for each configuration', async () => {
    const { posts, get } = tokensFrom(() => ({ body: { access_token: 't#' } }));
    expect(await Promise.all([get(), get(), get({ ...CREDENTIALS }), get()])).toEqual(['t1', 't1', 't2', 't1']);
    expect(posts).toHaveLength(2);
  });

  it('is forgotten once, however many were refused with it', async () => {
    const { posts, get, tokens } = tokensFrom(() => ({ body: { access_token: 't#' } }));
    const first = await get();
    tokens.forget(CREDENTIALS, first);
    expect(await get()).toBe('t2');
    tokens.forget(CREDENTIALS, first); // its refusal came late
    expect(await get()).toBe('t2');
    expect(posts).toHaveLength(2);
  });

  it.each([
    ['no JSON', { body: '<html>' }],
    ['a list', { body: [] }],
    ['no token', { body: { expires_in: 3600 } }],
    ['a token that is no text', { body: { access_token: 7 } }],
    ['a token that no header can carry', { body: { access_token: 'a\nb' } }],
    ['a redirect', { status: 302, body: '' }],
    ['an error that repeats the secret', { status: 500, body: { error: 'hush' } }],
  ])('is not made of %s, and the error holds nothing of it', async (_, answer) => {
    const { get } = tokensFrom(() => answer);
    const refused = await get().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TokenError);
    expect(String(refused)).toMatch(/^TokenError: The token URL answered [^{[<]*$/);
    expect(String(refused)).not.toMatch(/hush/);
  });

  it('is asked for again after a failure, and not while the server stops', async () => {
    let failure: OutboundError | null = new OutboundError('CONNECT', 'The endpoint could not be reached.');
    const { get } = tokensFrom(() => {
      if (failure) throw failure;
      return { body: { access_token: 't#' } };
    });
    await expect(get()).rejects.toThrow(
      new TokenError('No token could be fetched: The endpoint could not be reached.'),
    );
    failure = new OutboundError('ABORTED', 'The server is stopping.');
    await expect(get()).rejects.toBe(failure);
    failure = null;
    expect(await get()).toBe('t3');
  });
});
