import { createRemoteJWKSet, customFetch as fetchKeys, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import * as client from 'openid-client';
import { atMost } from '../../../at-most.js';
import { OutboundError } from '../../../outbound/outbound-error.js';
import type { Outbound } from '../../../outbound/request.js';
import { MINUTE, SECOND } from '../../../time.js';
import type { Claims } from './admission.js';
import type { Provider } from './provider.js';

/** What a sign-in is begun with and has to come back with. */
export interface Checks {
  state: string;
  nonce: string;
  verifier: string;
}

/** What a provider says of somebody who has signed in there. */
export interface Redeemed {
  subject: string;
  claims: Claims;
  idToken: string;
  /** The provider's session, where it names one. */
  sid: string | null;
}

/** The provider answers wrongly, or not at all. `reason` may be shown to an ADMIN: it holds nothing of what was sent or answered. */
export class OpenIdError extends Error {
  override readonly name = 'OpenIdError';
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** Time that the clocks of a provider and this server may differ, in seconds. */
const CLOCK_TOLERANCE_S = 60;
/** How long what a provider publishes about itself is kept, in milliseconds, and that it could not be read. */
const KEPT_MS = 10 * MINUTE;
const FAILURE_KEPT_MS = 10 * SECOND;
/** Providers remembered; beyond, the one unused for longest is asked again. */
const MAX_KEPT = 200;
const TIMEOUT_MS = 10 * SECOND;
const MAX_ANSWER_BYTES = 512 * 1024;
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** Asymmetric signatures only: a key that the provider publishes must not pass for a shared secret. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

interface Known {
  config: client.Configuration;
  keys: ReturnType<typeof createRemoteJWKSet>;
}

export type OpenId = ReturnType<typeof createOpenId>;

/**
 * OpenID Connect Core 1.0: the code flow with PKCE, ended by RP-Initiated and Back-Channel Logout 1.0. Everything that
 * is asked of a provider goes through the guard of outbound calls. All functions throw OpenIdError.
 */
export function createOpenId(outbound: Pick<Outbound, 'request'>) {
  const known = new LRUCache<string, Promise<Known>>(atMost(MAX_KEPT));

  /** `fetch` over the guarded way out. */
  async function fetchOutside(url: string, options: RequestOptions): Promise<Response> {
    const { status, headers, body } = await outbound.request({
      method: options.method === 'POST' ? 'POST' : 'GET',
      url,
      headers: Object.fromEntries(new Headers(options.headers as Record<string, string>)),
      ...(options.body !== undefined && options.body !== null && { body: String(options.body) }),
      partition: 'sign-in',
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_ANSWER_BYTES,
      oversize: 'FAIL',
    });
    const given = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    return new Response(status === 204 || status === 304 ? null : new Uint8Array(body), { status, headers: given });
  }

  async function discover({ issuer, clientId, clientSecret }: Provider): Promise<Known> {
    const insecure = new URL(issuer).protocol === 'http:' ? [client.allowInsecureRequests] : [];
    const config = await client.discovery(
      new URL(issuer),
      clientId,
      { [client.clockTolerance]: CLOCK_TOLERANCE_S },
      clientSecret === null ? client.None() : authenticationBy(clientSecret),
      { execute: [...insecure, client.enableNonRepudiationChecks], [client.customFetch]: fetchOutside },
    );
    const { jwks_uri: jwksUri } = config.serverMetadata();
    if (jwksUri === undefined) throw new OpenIdError('The provider publishes no keys (jwks_uri).');
    const keys = createRemoteJWKSet(new URL(jwksUri), { [fetchKeys]: fetchOutside });
    return { config, keys };
  }

  function configOf(provider: Provider): Promise<Known> {
    const key = [provider.id, provider.issuer, provider.clientId, provider.clientSecret].join('\n');
    const kept = known.get(key);
    if (kept) return kept;
    const found = discover(provider).catch((error: unknown) => {
      known.set(key, found, { ttl: FAILURE_KEPT_MS });
      throw toOpenIdError(error);
    });
    known.set(key, found, { ttl: KEPT_MS });
    return found;
  }

  return {
    /** Where the browser is sent. */
    async authorizationUrl(provider: Provider, redirectUri: string, checks: Checks): Promise<string> {
      const { config } = await configOf(provider);
      return client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: provider.scopes.join(' '),
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: 'S256',
      }).href;
    },

    /** Exchanges the code in the URL that the browser came back to. */
    async redeem(provider: Provider, cameBackTo: URL, { state, nonce, verifier }: Checks): Promise<Redeemed> {
      const { config } = await configOf(provider);
      try {
        const tokens = await client.authorizationCodeGrant(config, cameBackTo, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const own = tokens.claims();
        if (!own || tokens.id_token === undefined) throw new OpenIdError('The provider gave no ID token.');
        const more = await userInfoOf(config, provider, own, tokens.access_token);
        const sid = typeof own.sid === 'string' ? own.sid : null;
        return { subject: own.sub, claims: { ...more, ...own }, idToken: tokens.id_token, sid };
      } catch (error) {
        throw toOpenIdError(error);
      }
    },

    /** Where the browser is sent to sign out there too; null where the provider does not offer it. */
    async signOutUrl(provider: Provider, idToken: string, returnTo: string): Promise<string | null> {
      const { config } = await configOf(provider);
      if (config.serverMetadata().end_session_endpoint === undefined) return null;
      return client.buildEndSessionUrl(config, { id_token_hint: idToken, post_logout_redirect_uri: returnTo }).href;
    },

    /** Whose session a logout token ends (Back-Channel Logout 1.0, §2.6). */
    async readLogoutToken(provider: Provider, token: string): Promise<{ subject?: string; sid?: string }> {
      const { config, keys } = await configOf(provider);
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: config.serverMetadata().issuer,
          audience: provider.clientId,
          algorithms: ALGORITHMS,
          clockTolerance: CLOCK_TOLERANCE_S,
          maxTokenAge: '10m',
          requiredClaims: ['iat', 'jti', 'events'],
        });
        const { sub, sid, events, nonce } = payload;
        if (nonce !== undefined) throw new OpenIdError('A logout token must have no nonce.');
        if (typeof events !== 'object' || events === null || !Object.hasOwn(events, LOGOUT_EVENT))
          throw new OpenIdError('This is not a logout token.');
        if (typeof sid === 'string') return { sid, ...(sub !== undefined && { subject: sub }) };
        if (sub === undefined) throw new OpenIdError('The logout token names nobody.');
        return { subject: sub };
      } catch (error) {
        throw toOpenIdError(error);
      }
    },

    /** Reads what the provider publishes, afresh. Gives where people will be sent, and whether signing out is offered. */
    async examine(provider: Provider): Promise<{ authorizationEndpoint: string; signsOut: boolean }> {
      try {
        const { config } = await discover(provider);
        const { authorization_endpoint: endpoint, end_session_endpoint: end } = config.serverMetadata();
        if (endpoint === undefined) throw new OpenIdError('The provider names no authorization endpoint.');
        return { authorizationEndpoint: endpoint, signsOut: end !== undefined };
      } catch (error) {
        throw toOpenIdError(error);
      }
    },
  };

  /** What the ID token leaves out and the rules need. */
  async function userInfoOf(
    config: client.Configuration,
    provider: Provider,
    own: Claims,
    token: string,
  ): Promise<Claims> {
    const { roleClaim } = provider;
    const isWhole = own.email !== undefined && (roleClaim === null || own[roleClaim.split('.')[0] ?? ''] !== undefined);
    if (isWhole || config.serverMetadata().userinfo_endpoint === undefined) return {};
    return client.fetchUserInfo(config, token, String(own.sub));
  }
}

type RequestOptions = { method?: string | undefined; headers?: unknown; body?: unknown };

/** The way to authenticate that the provider says it takes (RFC 6749 §2.3.1: servers must take the header). */
function authenticationBy(secret: string): client.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (server, metadata, body, headers) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const way = taken.includes('client_secret_basic') || !taken.includes('client_secret_post') ? basic : post;
    return way(server, metadata, body, headers);
  };
}

/** What an authorization server may say is wrong (RFC 6749 §4.1.2.1 and §5.2); anything else is not repeated. */
const TOLD = /^[a-z_]{1,50}$/;

function toOpenIdError(error: unknown): OpenIdError {
  if (error instanceof OpenIdError) return error;
  if (error instanceof OutboundError) return new OpenIdError(error.message);
  const { code, error: told, claim, cause } = Object(error);
  const deeper = Object(cause);
  const parts = [
    typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown',
    typeof told === 'string' && TOLD.test(told) ? told : null,
    typeof claim === 'string' && TOLD.test(claim) ? `claim ${claim}` : null,
    typeof deeper.claim === 'string' && TOLD.test(deeper.claim) ? `claim ${deeper.claim}` : null,
    typeof deeper.code === 'string' && deeper.code !== code ? deeper.code : null,
  ];
  return new OpenIdError(parts.filter((part) => part !== null).join(', '));
}
