import { isUtf8 } from 'node:buffer';
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { visit } from 'jsonc-parser';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { AppError } from '../errors.js';
import type { AppKeys, Routes } from '../routing/routes.js';
import { HOUR, SECOND } from '../time.js';
import type { JwtAlgorithm } from '../vocabulary.js';

/** A caller whose token holds. */
export interface Caller {
  app: AppKeys;
  /** The `sub` of the token. */
  subject: string;
  /** Set when the app wants every token used once. */
  jti?: { clientId: string; jti: string; expiresAt: number };
  /** The V2 claim that binds the token to one `from.id`. */
  userIdentity?: string;
}

const MAX_TOKEN_LENGTH = 8 * 1024;
const MAX_JTI_LENGTH = 256;
const TOLERANCE_SECONDS = 60;
const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;
const CLIENT_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Client ids of this server; two claims that name different ones are refused. */
const APP_ID = /^cs-/;
const DATES = ['exp', 'nbf', 'iat'];
/** Largest time in a claim: the limit of a Date. Some callers send milliseconds. */
const MAX_DATE_SECONDS = 8.64e12;
/** Extensions that change what a signature means; whoever does not know them must refuse (RFC 7515 §4.1.11, RFC 7797). */
const EXTENSIONS = ['crit', 'b64'];

/** Costs a caller with an unknown app the same as one with a wrong signature. */
const UNKNOWN_APP_KEY: KeyObject = createSecretKey(randomBytes(32));

/**
 * Checks the JWT of a hook: HS256 or HS512 as the app's row says (never as the token says), claims `appId` (or `iss`)
 * and `sub`, `exp` and `nbf` where present (kore-webhook.md §1.10, delivery.md §6.2). Errors: UNAUTHENTICATED; the
 * failing check is in `details.check`, for the operator's eyes only.
 */
export function authenticate(header: string | undefined, routes: Pick<Routes, 'app'>, now: number): Caller {
  const token = tokenOf(header);
  const clientId = claimedApp(token);
  const app = routes.app(clientId);
  const keys = app ? app.keys(now) : [UNKNOWN_APP_KEY];
  const claims = verifyWithAny(token, keys, app?.algorithm ?? 'HS256', now);
  if (!app) throw refused(`unknown appId ${clientId}`, clientId);
  if (appOf(claims) !== app.clientId) throw refused('appId changed after verification', clientId);
  const subject = claims.sub ?? claims.kore_sub;
  if (typeof subject !== 'string' && !Number.isFinite(subject)) throw refused('sub is missing', clientId);
  const caller: Caller = { app, subject: String(subject) };
  if (app.requireJti) caller.jti = { clientId: app.clientId, ...singleUse(claims, now, clientId) };
  if (typeof claims.userIdentity === 'string') caller.userIdentity = claims.userIdentity;
  return caller;
}

type Claims = Record<string, unknown>;

function tokenOf(header: string | undefined): string {
  if (!header) throw refused('no Authorization header');
  const space = header.indexOf(' ');
  if (space < 0 || header.slice(0, space).toLowerCase() !== 'bearer') throw refused('the scheme is not bearer');
  const token = header.slice(space + 1).trim();
  if (token.length > MAX_TOKEN_LENGTH) throw refused('the token is longer than 8 KB');
  if (!TOKEN.test(token)) throw refused('the token is not three base64url parts');
  return token;
}

/** The app the token claims to come from, not to be trusted: it chooses the key to check the token with. */
function claimedApp(token: string): string {
  const start = token.indexOf('.') + 1;
  const claims = parseObject(Buffer.from(token.slice(start, token.indexOf('.', start)), 'base64url').toString('utf8'));
  if (!claims) throw refused('the payload is not a JSON object');
  const clientId = appOf(claims);
  if (clientId === null) throw refused('neither appId nor iss names an app');
  return clientId;
}

function appOf(claims: Claims): string | null {
  const named = claims.appId ?? claims.iss ?? claims.kore_iss;
  return typeof named === 'string' && CLIENT_ID.test(named) ? named : null;
}

function verifyWithAny(token: string, keys: readonly KeyObject[], algorithm: JwtAlgorithm, now: number): Claims {
  let failure: unknown;
  for (const key of keys) {
    try {
      return verify(token, key, algorithm, now);
    } catch (error) {
      failure ??= error; // of the current secret; the one before it is only a second chance
    }
  }
  throw refused(failure instanceof Error ? failure.message : 'the token does not verify');
}

/** Tokens whose signature has been found right, by the key: a key that is replaced takes them along. */
const verified = new WeakMap<KeyObject, LRUCache<string, Claims>>();
/** Tokens remembered for each key; beyond, the signature of the one unused for longest is checked again. */
const MAX_VERIFIED = 1_000;
/** No memory before there are tokens: there are keys by the hundred thousand. */
const VERIFIED = atMost(MAX_VERIFIED);

/** A client that sends its token with every message has its signature checked once; what time changes, each time. */
function verify(token: string, key: KeyObject, algorithm: JwtAlgorithm, now: number): Claims {
  const name = `${algorithm} ${token}`;
  const known = verified.get(key)?.get(name);
  if (known && holdsAt(known, now)) return known;
  const claims = jwt.verify(token, key, {
    algorithms: [algorithm],
    clockTolerance: TOLERANCE_SECONDS,
    clockTimestamp: Math.floor(now / SECOND),
  });
  if (typeof claims === 'string') throw new Error('the payload is not a JSON object');
  assertPlain(token, claims);
  const tokens = verified.get(key) ?? new LRUCache<string, Claims>(VERIFIED);
  verified.set(key, tokens.set(name, claims));
  return claims;
}

/** What the signature does not say: that everybody who reads these bytes reads the same. */
function assertPlain(token: string, claims: Claims): void {
  const parts = token.split('.', 2).map((part) => Buffer.from(part, 'base64url'));
  if (!parts.every(isUtf8)) throw new Error('the token is not UTF-8');
  const [header = '', payload = ''] = parts.map((part) => part.toString('utf8'));
  if (hasRepeatedKey(header) || hasRepeatedKey(payload)) throw new Error('a name is there twice');
  const extension = EXTENSIONS.find((name) => name in (parseObject(header) ?? {}));
  if (extension) throw new Error(`the header has ${extension}`);
  const date = DATES.find((name) => claims[name] !== undefined && !isDate(claims[name]));
  if (date) throw new Error(`${date} is not a time`);
  const apps = [claims.appId, claims.iss, claims.kore_iss].filter((name) => APP_ID.test(String(name)));
  if (new Set(apps).size > 1) throw new Error('appId and iss name different apps');
}

const isDate = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= MAX_DATE_SECONDS;

function hasRepeatedKey(json: string): boolean {
  const open: Set<string>[] = [];
  let repeated = false;
  visit(json, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty(name) {
      const names = open.at(-1);
      repeated ||= names?.has(name) ?? false;
      names?.add(name);
    },
  });
  return repeated;
}

/** Well inside its time; at the edges it is up to jsonwebtoken. */
function holdsAt({ exp, nbf }: Claims, now: number): boolean {
  const seconds = now / SECOND;
  return (typeof exp !== 'number' || seconds < exp) && (typeof nbf !== 'number' || seconds > nbf);
}

function singleUse(claims: Claims, now: number, clientId: string): { jti: string; expiresAt: number } {
  const jti = claims.jti ?? claims.kore_jti;
  const { exp } = claims;
  if (typeof exp !== 'number' || !Number.isFinite(exp) || exp * SECOND > now + HOUR + TOLERANCE_SECONDS * SECOND)
    throw refused('exp is missing or more than an hour ahead', clientId);
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_LENGTH) throw refused('jti is missing', clientId);
  return { jti, expiresAt: (exp + TOLERANCE_SECONDS) * SECOND };
}

function parseObject(text: string): Claims | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : null;
  } catch {
    return null;
  }
}

/** Callers learn that the token is refused, not why. */
function refused(check: string, clientId?: string): AppError {
  return new AppError('UNAUTHENTICATED', 'Invalid Access token', { details: { check, ...(clientId && { clientId }) } });
}
