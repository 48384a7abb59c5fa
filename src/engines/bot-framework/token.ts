import type { TurnRequest } from '../../bots/engine.js';
import { isObject, number, string } from '../../definition/json.js';
import type { SettingsOf } from '../../domain/bots/engine-kinds.js';
import { SECOND } from '../../time.js';
import { callRemote, hostOf, jsonOf, type Remote, type RemoteDeps } from '../remote/call.js';
import { RemoteError } from '../remote/remote-error.js';

/** Gets the token a bot with an app id asks for, and keeps it until shortly before it expires. */
export interface Tokens {
  /** Null for a bot without an app id: it answers anybody. `fresh`: it has not been used yet. */
  get(turn: TurnRequest, signal: AbortSignal): Promise<{ token: string; fresh: boolean } | null>;
  /** The bot did not like it. */
  forget(): void;
}

const EARLY_MS = 300 * SECOND; // clocks differ, and bots allow five minutes
const DEFAULT_LIFE_SECONDS = 3599;

/**
 * OAuth 2.0 client credentials (RFC 6749 §4.4) with the bot's own app id and password, for itself as the audience: what
 * the Bot Framework Emulator sends, and what `botbuilder` and `@microsoft/agents-hosting` accept from a caller that is
 * not a channel of Azure (botframework-connector `EmulatorValidation`, agents-hosting `jwt-middleware`).
 */
export function createTokens(
  settings: SettingsOf<'BOT_FRAMEWORK'>,
  secrets: Readonly<Record<string, string>>,
  deps: RemoteDeps,
): Tokens {
  const { appId, tenantId, concurrency } = settings;
  const url = settings.tokenUrl ?? `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`;
  const remote: Remote = { url, timeoutSeconds: settings.timeoutSeconds, concurrency, secrets: Object.values(secrets) };
  let kept: { token: string; until: number } | null = null;

  async function fetchToken(turn: TurnRequest, signal: AbortSignal): Promise<string> {
    if (appId === undefined || secrets.appPassword === undefined) {
      throw new RemoteError('BAD_ANSWER', 'The bot has an appId and no appPassword: set engineSettings.appPassword.');
    }
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: appId,
      client_secret: secrets.appPassword,
      scope: settings.scope ?? `${appId}/.default`,
    }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = jsonOf(await callRemote(deps, remote, turn, { headers, body, asked: null }, signal), remote, turn);
    const token = isObject(answer) ? string(answer.access_token) : '';
    if (!isObject(answer) || token === '') {
      throw new RemoteError('BAD_ANSWER', `The token service at ${hostOf(url)} gave no access_token.`);
    }
    const lifeMs = (number(answer.expires_in) ?? DEFAULT_LIFE_SECONDS) * SECOND;
    kept = { token, until: deps.clock.now() + Math.max(0, lifeMs - EARLY_MS) };
    return token;
  }

  return {
    async get(turn, signal) {
      if (appId === undefined) return null;
      if (kept && kept.until > deps.clock.now()) return { token: kept.token, fresh: false };
      return { token: await fetchToken(turn, signal), fresh: true };
    },
    forget() {
      kept = null;
    },
  };
}
