import { isUtf8 } from 'node:buffer';
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { visit } from 'jsonc-parser';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import type { TestPass } from '../domain/playground/test-passes.js';
import { AppError, refusedToken } from '../errors.js';
import type { AppKeys, Routes } from '../routing/routes.js';
import { HOUR, SECOND } from '../time.js';
import type { JwtAlgorithm, TokenFault } from '../vocabulary.js';
import { type EncryptedToken, openToken, readEncryptedToken, rememberOpened } from './encrypted-token.js';

/** A caller whose token holds. */
export interface Caller {
  app: Pick<AppKeys, 'clientId' | 'accountId'>;
  /** Set for somebody of the account who tries a bot: then it is no app's. */
  pass?: TestPass;
  /** The `sub` of the token; empty where it need not name a user, and does not. */
  subject: string;
  /** Set when the app wants every token used once. */
  jti?: { clientId: string; jti: string; expiresAt: number };
  /** The V2 claim that binds the token to one `from.id`. */
  userIdentity?: string;
}

const MAX_TOKEN_LENGTH = 8 * 1024;
const MAX_JTI_LENGTH = 256;
const TOLERANCE_SECONDS = 60;
const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const ENCRYPTED = /^[\w-]+\.[\w-]+\.[\w-]+\.[\w-]+\.[\w-]+$/;
const CLIENT_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Client ids of this server; two claims that name different ones are refused. */
const APP_ID = /^cs-/;
const DATES = ['exp', 'nbf', 'iat'];
/** Largest time in a claim: the limit of a Date. Some callers send milliseconds. */
const MAX_DATE_SECONDS = 8.64e12;
/** Extensions that change what a signature means; whoever does not know them must refuse (RFC 7515 §4.1.11, RFC 7797). */
const EXTENSIONS = ['crit', 'b64'];
const MAX_KID_LENGTH = 256;

/** Tokens remembered for each key, and of all keys as decoded; beyond, the one unused for longest is decoded and checked again. */
const MAX_VERIFIED = 1_000;

/** Key that tokens of unknown apps are checked with: they take as long as those with a wrong signature. */
const UNKNOWN_APP_KEY: KeyObject = createSecretKey(randomBytes(32));

/** Whom a token must name: its app and a user, or its app alone. */
export type TokenNames = 'USER' | 'APP';

/** Asked before an expensive step; what it throws refuses the token unopened. */
export interface TokenCosts {
  beforeOpening(): void;
}

/**
 * Checks the JWT of a hook: algorithm and keys as the app's row says (never as the token says), claims `appId` (or `iss`)
 * and `sub`, `exp` and `nbf` where present (kore-webhook.md §1.10, delivery.md §6.2); in an encrypted one (JWE), those of
 * the token inside. Errors: UNAUTHENTICATED; the failing check is in `details.check`, for the operator's eyes only.
 */
export async function authenticate(
  header: string | undefined,
  routes: Pick<Routes, 'app'>,
  now: number,
  costs: TokenCosts,
  names: TokenNames = 'USER',
): Promise<Caller> {
  const given = tokenOf(header);
  if (given.kind === 'SIGNED') {
    const { app, claims } = await verified(given.token, routes, now);
    if (app.tokenEncryption === 'REQUIRED') throw refused('ENCRYPTION', 'the app wants encrypted tokens', app.clientId);
    return callerFrom(app, claims, now, names);
  }
  const encrypted = encryptedToken(given.token, routes, now);
  const { clientId } = encrypted.app;
  const token = await openToken(encrypted, costs.beforeOpening).catch((error) => {
    throw error instanceof AppError ? error : refused('ENCRYPTION', 'the token does not decrypt', clientId);
  });
  if (!SIGNED.test(token)) throw refused('ENCRYPTION', 'there is no signed token in the encrypted one', clientId);
  const { app, claims } = await verified(token, routes, now);
  if (app.clientId !== clientId)
    throw refused('ENCRYPTION', 'the token inside is not of the app that it was encrypted for', clientId);
  rememberOpened(encrypted, token);
  return callerFrom(app, claims, now, names);
}

function encryptedToken(token: string, routes: Pick<Routes, 'app'>, now: number): EncryptedToken {
  try {
    return readEncryptedToken(token, routes, now);
  } catch (error) {
    throw refused('ENCRYPTION', error instanceof Error ? error.message : 'the token cannot be opened');
  }
}

/** By what the keys of a token are found; not to be trusted. */
interface KeyNames {
  clientId: string;
  kid: string | undefined;
}

/** The names in tokens that have been verified of late: each is decoded once. */
const decoded = new LRUCache<string, KeyNames>(atMost(MAX_VERIFIED));

/** The claims of a signed token and the app whose key has verified them. */
async function verified(
  token: string,
  routes: Pick<Routes, 'app'>,
  now: number,
): Promise<{ app: AppKeys; claims: Claims }> {
  const names = decoded.get(token) ?? { clientId: claimedApp(token), kid: kidOf(token) };
  const { clientId, kid } = names;
  const app = routes.app(clientId);
  if (!app) {
    try {
      verify(token, UNKNOWN_APP_KEY, 'HS256', now); // takes as long as for an app that there is
    } catch {}
    throw refused('UNKNOWN_APP', `unknown appId ${clientId}`, clientId);
  }
  const keys = await app.keys(now, kid);
  const claims = verifyWithAny(token, keys, app.algorithm, now, clientId);
  if (appOf(claims) !== app.clientId) throw refused('CLAIMS', 'appId changed after verification', clientId);
  decoded.set(token, names);
  return { app, claims };
}

function callerFrom(app: AppKeys, claims: Claims, now: number, names: TokenNames): Caller {
  const { clientId } = app;
  const subject = claims.sub ?? claims.kore_sub ?? (names === 'APP' ? '' : undefined);
  if (typeof subject !== 'string' && !Number.isFinite(subject)) throw refused('CLAIMS', 'sub is missing', clientId);
  const caller: Caller = { app, subject: String(subject) };
  if (app.requireJti) caller.jti = { clientId, ...singleUse(claims, now, clientId) };
  if (typeof claims.userIdentity === 'string') caller.userIdentity = claims.userIdentity;
  return caller;
}

type Claims = Record<string, unknown>;

function tokenOf(header: string | undefined): { kind: 'SIGNED' | 'ENCRYPTED'; token: string } {
  if (!header) throw refused('MISSING', 'no Authorization header');
  const space = header.indexOf(' ');
  if (space < 0 || header.slice(0, space).toLowerCase() !== 'bearer')
    throw refused('MISSING', 'the scheme is not bearer');
  const token = header.slice(space + 1).trim();
  if (token.length > MAX_TOKEN_LENGTH) throw refused('MALFORMED', 'the token is longer than 8 KB');
  if (SIGNED.test(token)) return { kind: 'SIGNED', token };
  if (ENCRYPTED.test(token)) return { kind: 'ENCRYPTED', token };
  throw refused('MALFORMED', 'the token is not three or five base64url parts');
}

/** The `kid` in the header, not to be trusted: it chooses among the keys that the app has. */
function kidOf(token: string): string | undefined {
  const kid = parseObject(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'))?.kid;
  return typeof kid === 'string' && kid.length <= MAX_KID_LENGTH ? kid : undefined;
}

/** The app the token claims to come from, not to be trusted: it chooses the key to check the token with. */
function claimedApp(token: string): string {
  const start = token.indexOf('.') + 1;
  const claims = parseObject(Buffer.from(token.slice(start, token.indexOf('.', start)), 'base64url').toString('utf8'));
  if (!claims) throw refused('MALFORMED', 'the payload is not a JSON object');
  const clientId = appOf(claims);
  if (clientId === null) throw refused('CLAIMS', 'neither appId nor iss names an app');
  return clientId;
}

function appOf(claims: Claims): string | null {
  const named = claims.appId ?? claims.iss ?? claims.kore_iss;
  return typeof named === 'string' && CLIENT_ID.test(named) ? named : null;
}

function verifyWithAny(
  token: string,
  keys: readonly KeyObject[],
  algorithm: JwtAlgorithm,
  now: number,
  clientId: string,
): Claims {
  let failure: unknown = keys.length === 0 ? new Error('the app has no key with the kid of the token') : undefined;
  for (const key of keys) {
    try {
      return verify(token, key, algorithm, now);
    } catch (error) {
      failure ??= error; // of the current key; the one before it is only a second chance
    }
  }
  throw refused(faultOf(failure), failure instanceof Error ? failure.message : 'the token does not verify', clientId);
}

/** Tokens whose signature has been verified, by key; forgotten along with their key. */
const remembered = new WeakMap<KeyObject, LRUCache<string, Claims>>();
/** Caches by key, each made with the first token: there may be hundreds of thousands of keys. */
const VERIFIED = atMost(MAX_VERIFIED);

/** Checks the signature once for a token that comes again, and its times each time. */
function verify(token: string, key: KeyObject, algorithm: JwtAlgorithm, now: number): Claims {
  const name = `${algorithm} ${token}`;
  const known = remembered.get(key)?.get(name);
  if (known && holdsAt(known, now)) return known;
  const claims = jwt.verify(token, key, {
    algorithms: [algorithm],
    clockTolerance: TOLERANCE_SECONDS,
    clockTimestamp: Math.floor(now / SECOND),
  });
  if (typeof claims === 'string') throw new Error('the payload is not a JSON object');
  assertPlain(token, claims);
  const tokens = remembered.get(key) ?? new LRUCache<string, Claims>(VERIFIED);
  remembered.set(key, tokens.set(name, claims));
  return claims;
}

/** Refuses a token that two readers might read differently, which a signature does not rule out. */
function assertPlain(token: string, claims: Claims): void {
  const texts = token.split('.');
  const bytes = texts.map((part) => Buffer.from(part, 'base64url'));
  // What decoders ignore: other characters at the end would make another token of the same signature.
  if (bytes.some((part, at) => part.toString('base64url') !== texts[at])) throw new Error('the base64url is not exact');
  const parts = bytes.slice(0, 2);
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

/** Whether a token is well within its times; near their edges jsonwebtoken decides. */
function holdsAt({ exp, nbf }: Claims, now: number): boolean {
  const seconds = now / SECOND;
  return (typeof exp !== 'number' || seconds < exp) && (typeof nbf !== 'number' || seconds > nbf);
}

function singleUse(claims: Claims, now: number, clientId: string): { jti: string; expiresAt: number } {
  const jti = claims.jti ?? claims.kore_jti;
  const { exp } = claims;
  if (typeof exp !== 'number' || !Number.isFinite(exp) || exp * SECOND > now + HOUR + TOLERANCE_SECONDS * SECOND)
    throw refused('CLAIMS', 'exp is missing or more than an hour ahead', clientId);
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_LENGTH)
    throw refused('CLAIMS', 'jti is missing', clientId);
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

/** What jsonwebtoken found; it looks at the times of a token once the signature has held. */
function faultOf(failure: unknown): TokenFault {
  if (failure instanceof jwt.TokenExpiredError) return 'EXPIRED';
  return failure instanceof jwt.NotBeforeError ? 'NOT_YET' : 'SIGNATURE';
}

/** Callers learn that the token is refused, not why. */
const refused = (fault: TokenFault, check: string, clientId?: string): AppError =>
  refusedToken({ fault, check, ...(clientId && { clientId }) });
