import { object, type Raw } from '../definition/json.js';
import { OutboundError } from '../outbound/outbound-error.js';
import type { Outbound } from '../outbound/request.js';
import type { OutboundTls } from '../outbound/secure-contexts.js';
import { type Clock, MINUTE, SECOND } from '../time.js';

/** OAuth 2.0 client credentials (RFC 6749 §4.4). One object stands for one configuration of one channel. */
export interface ClientCredentials {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  /** Empty: none is asked for. */
  scope: string;
  audience: string;
  /** Private authorities, those of the receiver; null: the system's alone. */
  tls: OutboundTls | null;
}

/** Tokens of callbacks. */
export interface OAuthTokens {
  /**
   * The token that is valid now, from memory until shortly before it expires. Whoever asks meanwhile waits for the same
   * fetch. Rejects with TokenError, or with OutboundError ABORTED when the server stops.
   */
  get(credentials: ClientCredentials, call: TokenCall): Promise<string>;
  /** The receiver refused this token: the next one who asks gets another. */
  forget(credentials: ClientCredentials, token: string): void;
}

/** How a token is fetched, unless that is under way already. */
export interface TokenCall {
  /** See OutboundRequest. */
  partition: string;
  timeoutMs: number;
}

/** No token could be fetched. The message may be shown to a tenant; it holds nothing of what was sent or answered. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

/** Time before its end at which a token is replaced; of a short life a quarter. Clocks differ, and a callback takes time. */
const EARLY_MS = 30 * SECOND;
/** For how long a token is kept whose life is not told. */
const UNTOLD_LIFE_MS = 5 * MINUTE;
const MAX_RESPONSE_BYTES = 64 * 1024;
const HEADER_SAFE = /^[\x21-\x7e]{1,16384}$/;
/** What a token endpoint may say is wrong (RFC 6749 §5.2); anything else is not repeated. */
const TOLD =
  /^(invalid_request|invalid_client|invalid_grant|unauthorized_client|unsupported_grant_type|invalid_scope)$/;

/** Where the client id and secret stand (RFC 6749 §2.3.1). Servers must take the first; some take the second alone. */
type Placement = 'HEADER' | 'BODY';

interface Kept {
  token: string;
  /** By the monotonic clock. */
  until: number;
}

interface State {
  kept: Kept | null;
  fetching: Promise<Kept> | null;
  placement: Placement;
}

/** Nothing is kept of a configuration that nobody holds any more. */
export function createOAuthTokens({ outbound, clock }: { outbound: Outbound; clock: Clock }): OAuthTokens {
  const states = new WeakMap<ClientCredentials, State>();

  function stateOf(credentials: ClientCredentials): State {
    const known = states.get(credentials);
    if (known) return known;
    const state: State = { kept: null, fetching: null, placement: 'HEADER' };
    states.set(credentials, state);
    return state;
  }

  async function ask(credentials: ClientCredentials, placement: Placement, call: TokenCall) {
    const { clientId, clientSecret, scope, audience, tls } = credentials;
    const basic = Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64');
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      ...(placement === 'BODY' && { client_id: clientId, client_secret: clientSecret }),
      ...(scope !== '' && { scope }),
      ...(audience !== '' && { audience }),
    });
    const response = await outbound.request({
      ...call,
      url: credentials.tokenUrl,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        'user-agent': 'hookswitch',
        ...(placement === 'HEADER' && { authorization: `Basic ${basic}` }),
      },
      body: form.toString(),
      headersTimeoutMs: call.timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      ...(tls && { tls }),
    });
    return { status: response.status, answer: parsed(response.body) };
  }

  async function fetchToken(credentials: ClientCredentials, state: State, call: TokenCall): Promise<Kept> {
    const startedAt = clock.monotonicNow();
    const leftMs = () => Math.max(1, call.timeoutMs - (clock.monotonicNow() - startedAt));
    let { status, answer } = await ask(credentials, state.placement, call);
    if (state.placement === 'HEADER' && (status === 400 || status === 401)) {
      const other = await ask(credentials, 'BODY', { ...call, timeoutMs: leftMs() });
      if (isSuccess(other.status)) {
        state.placement = 'BODY';
        ({ status, answer } = other);
      }
    }
    const token = answer.access_token;
    if (!isSuccess(status)) throw new TokenError(`The token URL answered ${status}${told(answer)}.`);
    if (typeof token !== 'string' || !HEADER_SAFE.test(token)) {
      throw new TokenError('The token URL answered without an access_token that can be sent.');
    }
    const seconds = Number(answer.expires_in);
    const lifeMs = seconds > 0 ? seconds * SECOND : UNTOLD_LIFE_MS;
    return { token, until: startedAt + lifeMs - Math.min(EARLY_MS, lifeMs / 4) };
  }

  return {
    async get(credentials, call) {
      const state = stateOf(credentials);
      if (state.kept && state.kept.until > clock.monotonicNow()) return state.kept.token;
      state.fetching ??= fetchToken(credentials, state, call)
        .then((kept) => {
          state.kept = kept;
          return kept;
        })
        .finally(() => {
          state.fetching = null;
        });
      try {
        return (await state.fetching).token;
      } catch (error) {
        if (!(error instanceof OutboundError) || error.reason === 'ABORTED') throw error;
        throw new TokenError(`No token could be fetched: ${error.message}`, { cause: error });
      }
    },

    forget(credentials, token) {
      const state = stateOf(credentials);
      if (state.kept?.token === token) state.kept = null;
    },
  };
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** As application/x-www-form-urlencoded has it, which RFC 6749 §2.3.1 asks for within Basic. */
const encoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

function parsed(body: Buffer): Raw {
  try {
    return object(JSON.parse(body.toString('utf8')));
  } catch {
    return {};
  }
}

const told = ({ error }: Raw): string => (typeof error === 'string' && TOLD.test(error) ? ` (${error})` : '');
