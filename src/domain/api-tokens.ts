import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.js';
import { AppError, badInput, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import type { Db } from '../store/database/database.js';
import { groupBy } from '../store/database/group-by.js';
import { lockAccount } from '../store/tables/accounts.js';
import {
  type ApiTokenRecord,
  findApiToken,
  findTokenOwner,
  insertApiToken,
  lastUsesOf,
  lockApiToken,
  revokeTokens,
  tokensOfUsers,
  updateApiToken,
} from '../store/tables/api-tokens.js';
import { botRolesOf } from '../store/tables/bot-roles.js';
import { findBots } from '../store/tables/bots.js';
import { findUser, type UserRecord } from '../store/tables/users.js';
import { hashToken } from '../store/vault.js';
import { MINUTE, SECOND } from '../time.js';
import { ACTIONS, assertMay, isByTokenAlone, isServiceUser, may, type TokenLimits, type Viewer } from './access.js';
import { type Command, type CommandDeps, runCommand } from './command.js';
import { apiToken } from './secrets.js';
import { createTokenUse, type TokenUse } from './sign-in/token-use.js';
import { nameInput } from './text-input.js';

const CACHED_FOR_MS = SECOND; // how long a revocation on another node may go unnoticed here
const CACHE_SIZE = 10_000; // tokens; beyond, the least recently used is evicted
const USE_NOTED_EVERY_MS = MINUTE;

/** How somebody signs in to the console. */
export type SignInWay = { by: 'TOKEN' | 'PASSWORD' } | { by: 'PROVIDER'; provider: string };

/** A token that authenticates, and who uses it. */
export interface Identity {
  viewer: Viewer;
  tokenId: string;
  /** Whether it is the token of a service account, which never signs in. */
  service: boolean;
}

interface CachedIdentity {
  identity: Identity | null;
  use: TokenUse | null;
  until: number;
}

export interface TokenInput {
  userId: string;
  name: string;
  expiresAt?: number | null;
  /** The only permissions it is good for; null or absent: those of the token it is made with, else all. */
  actions?: readonly string[] | null;
  /** The only bots it is good for; likewise. */
  botIds?: readonly string[] | null;
}

/** Bots that one token may be limited to; beyond: BAD_USER_INPUT. */
const MAX_BOTS = 1_000;

/** API tokens: shown once and stored as SHA-256. Tokens made with another token end with it. */
export function createApiTokens(deps: CommandDeps) {
  const { database, clock, log } = deps;
  const tokenUse = createTokenUse(deps);
  const cache = new LRUCache<string, CachedIdentity>(atMost(CACHE_SIZE));

  async function lookUp(tokenHash: string, now: number): Promise<CachedIdentity> {
    const owner = await findTokenOwner(database.read, tokenHash, now);
    if (!owner) return { identity: null, use: null, until: now + CACHED_FOR_MS };
    const { token, userName, role, service } = owner;
    const roles = (await botRolesOf(database.read, [token.userId])).get(token.userId) ?? [];
    const { actions, botIds } = token;
    await noteUse(token, now);
    const tokenId = token.session ? token.parentId : token.id;
    const { accountId, userId, session } = token;
    return {
      use: { tokenId: token.id, tokenName: token.name, session, accountId, userId, userName },
      identity: {
        viewer: {
          id: token.userId,
          accountId: token.accountId,
          name: userName,
          role,
          botRoles: new Map(roles.map((one) => [one.botId, one.role])),
          limits: actions || botIds ? { actions, botIds } : null,
          tokenId,
          sessionId: token.session ? token.id : null,
        },
        tokenId: token.id,
        service,
      },
      until: Math.min(now + CACHED_FOR_MS, token.expiresAt ?? Number.POSITIVE_INFINITY),
    };
  }

  async function identify(token: string, address?: string): Promise<Identity | null> {
    const now = clock.now();
    const tokenHash = hashToken(token);
    let found = cache.get(tokenHash);
    if (!found || found.until <= now) {
      found = await lookUp(tokenHash, now);
      cache.set(tokenHash, found);
    }
    const { identity, use } = found;
    if (!identity || !use || address === undefined) return identity;
    await tokenUse.note(use, address);
    return { ...identity, viewer: { ...identity.viewer, address } };
  }

  async function noteUse(token: ApiTokenRecord, now: number): Promise<void> {
    if (token.lastUsedAt !== null && now - token.lastUsedAt < USE_NOTED_EVERY_MS) return;
    try {
      await updateApiToken(database.write, token.id, { lastUsedAt: now });
    } catch (error) {
      log.warn({ err: error, tokenId: token.id }, 'the use of an API token could not be noted');
    }
  }

  /** The end of the token that the viewer came with, in ms; null for none. UNAUTHENTICATED when it has ended by now. */
  async function endOfOwnToken(trx: Db, { tokenId }: Viewer, now: number): Promise<number | null> {
    if (!tokenId) return null;
    const own = await lockApiToken(trx, tokenId);
    if (own?.revokedAt === null && (own.expiresAt ?? Number.POSITIVE_INFINITY) > now) return own.expiresAt;
    throw new AppError('UNAUTHENTICATED', 'The API token you came with is not valid any more.');
  }

  /** Users manage their own tokens; those of others need the permission to manage users. */
  function assertMayManage(viewer: Viewer, userId: string): void {
    if (userId !== viewer.id) assertMay(viewer, 'user.update');
  }

  /** A token of a user, as its maker may give it. */
  async function make(command: Command, input: TokenInput, session: SignInWay | null): Promise<string> {
    const { trx, viewer, now, audit } = command;
    const token = apiToken();
    if (typeof input.expiresAt === 'number' && input.expiresAt <= now) {
      throw badInput('expiresAt', 'expiresAt must lie in the future.');
    }
    if (input.userId !== viewer.id) await lockAccount(trx, viewer.accountId); // the user's role stays what it is
    const user = await findUser(trx, viewer.accountId, input.userId);
    if (!user) throw notFound('user', input.userId);
    if (user.disabledAt !== null) throw new AppError('CONFLICT', `The user "${user.name}" is disabled.`);
    if (user.id !== viewer.id && !isServiceUser(user)) {
      throw new AppError(
        'FORBIDDEN',
        `Only "${user.name}" can make this token, after signing in with a password. You make tokens for yourself, and for users without a password who are no ADMIN.`,
      );
    }
    const ends = [input.expiresAt ?? null, await endOfOwnToken(trx, viewer, now)].filter((end) => end !== null);
    const limits = await limitsOf(command, input);
    assertMayStandAlone(viewer, user, input.actions ?? [], limits);
    const record: ApiTokenRecord = {
      id: rowId('tk'),
      accountId: viewer.accountId,
      userId: user.id,
      name: nameInput(input.name),
      tokenHash: hashToken(token),
      createdAt: now,
      expiresAt: ends.length > 0 ? Math.min(...ends) : null,
      lastUsedAt: null,
      revokedAt: null,
      parentId: viewer.tokenId ?? null,
      createdBy: viewer.id,
      session: session !== null,
      ...limits,
    };
    await insertApiToken(trx, record);
    const { id: tokenId, name, expiresAt } = record;
    if (session) audit(user.id, { ...session, tokenId, expiresAt, ...given(limits) }, 'sign-in.accept');
    else audit(user.id, { tokenId, name, expiresAt, ...given(limits) });
    return token;
  }

  /** What the new token is good for: never more than the one it is made with. BAD_USER_INPUT (`actions`, `botIds`), FORBIDDEN. */
  async function limitsOf({ trx, viewer }: Command, input: TokenInput): Promise<TokenLimits> {
    const known: readonly string[] = ACTIONS;
    const actions = narrowed(input.actions, viewer.limits?.actions, 'actions');
    const unknown = actions?.find((action) => !known.includes(action));
    if (unknown !== undefined) {
      throw badInput('actions', `There is no permission "${unknown}". The query "permissions" lists what there is.`);
    }
    const botIds = narrowed(input.botIds, viewer.limits?.botIds, 'botIds');
    if (botIds && botIds.length > MAX_BOTS) throw badInput('botIds', `Name at most ${MAX_BOTS} bots.`);
    const bots = input.botIds ? await findBots(trx, viewer.accountId, input.botIds) : null;
    const there = new Set(bots?.filter((bot) => bot.deletedAt === null).map((bot) => bot.id));
    const missing = bots && botIds?.find((id) => !there.has(id) || !may(viewer, 'read', id));
    if (missing) throw badInput('botIds', `There is no bot with the id "${missing}".`);
    return { actions: actions && [...new Set(actions)].sort(), botIds: botIds && [...new Set(botIds)].sort() };
  }

  async function end({ trx, now, audit }: Command, token: ApiTokenRecord): Promise<void> {
    await revokeTokens(trx, [token], now);
    audit(token.userId, { tokenId: token.id, name: token.name });
  }

  return {
    /** As `authenticate`, with the id of the token itself. */
    identify,

    /**
     * The user of a token that came from a network address; null when it is unknown, revoked, expired, or the user is
     * disabled. The first use from a network is in the audit log.
     */
    authenticate: async (token: string, address: string): Promise<Viewer | null> =>
      (await identify(token, address))?.viewer ?? null,

    /** Clears the cache, after a user was changed or a token revoked in this process. */
    forget: () => cache.clear(),

    lastUses: (viewer: Viewer, userIds: readonly string[]) => lastUsesOf(database.read, viewer.accountId, userIds),

    ofUsers: async (viewer: Viewer, userIds: readonly string[]) =>
      groupBy(await tokensOfUsers(database.read, viewer.accountId, userIds), (token) => token.userId),

    /**
     * The token itself, readable this once; it ends with the one the viewer came with at the latest. NOT_FOUND,
     * BAD_USER_INPUT (`expiresAt`), FORBIDDEN for another person's: an ADMIN makes those of service users only.
     */
    async create(viewer: Viewer, input: TokenInput): Promise<string> {
      assertMay(viewer, 'token.create');
      assertMayManage(viewer, input.userId);
      return runCommand(deps, viewer, 'token.create', (command) => make(command, input, null));
    },

    /** A session of the viewer, with the limits of the token it is opened with: whoever is known may sign in. */
    open(viewer: Viewer, input: Pick<TokenInput, 'userId' | 'name' | 'expiresAt'>, by: SignInWay): Promise<string> {
      const { limits: _, ...unlimited } = viewer;
      return runCommand(deps, unlimited, 'sign-in.accept', (command) => make({ ...command, viewer }, input, by));
    },

    /** Also revokes the tokens made with it. NOT_FOUND, FORBIDDEN for another user's. */
    async revoke(viewer: Viewer, id: string): Promise<void> {
      assertMay(viewer, 'token.revoke');
      await runCommand(deps, viewer, 'token.revoke', async (command) => {
        const token = await findApiToken(command.trx, viewer.accountId, id);
        const mayKnow = token && (token.userId === viewer.id || may(viewer, 'user.update') || may(viewer, 'read'));
        if (!mayKnow) throw notFound('API token', id);
        assertMayManage(viewer, token.userId);
        await end(command, token);
      });
      cache.clear();
    },

    /** Ends a token, or session, by itself: whoever holds it may. */
    async endOwn({ viewer, tokenId }: Identity): Promise<void> {
      const { limits: _, ...unlimited } = viewer;
      await runCommand(deps, unlimited, 'token.revoke', async (command) => {
        const token = await findApiToken(command.trx, viewer.accountId, tokenId);
        if (token) await end(command, token);
      });
      cache.clear();
    },
  };
}

/** What is asked for, within what the maker's own token is good for. FORBIDDEN for more, BAD_USER_INPUT for nothing. */
function narrowed(
  wanted: readonly string[] | null | undefined,
  own: readonly string[] | null | undefined,
  field: 'actions' | 'botIds',
): readonly string[] | null {
  if (!wanted) return own ?? null;
  if (wanted.length === 0)
    throw badInput(field, `A token that is good for nothing helps nobody: leave ${field} out, or name some.`);
  const beyond = own && wanted.find((one) => !own.includes(one));
  if (beyond) {
    throw new AppError('FORBIDDEN', `Your own API token is not good for "${beyond}", so it cannot make one that is.`, {
      details: { field },
    });
  }
  return wanted;
}

/**
 * What a token alone allows is given by an ADMIN, to a service account, and with nothing else. BAD_USER_INPUT (`actions`),
 * FORBIDDEN.
 */
function assertMayStandAlone(viewer: Viewer, user: UserRecord, wanted: readonly string[], limits: TokenLimits): void {
  const alone = wanted.find(isByTokenAlone);
  if (alone === undefined) return;
  if (limits.actions?.length !== 1 || limits.botIds !== null)
    throw badInput('actions', `A token for "${alone}" is good for nothing else: name no other permission and no bots.`);
  if (!isServiceUser(user))
    throw badInput('actions', `Only a service account has a token for "${alone}". Make one with createServiceAccount.`);
  assertMay(viewer, 'user.update');
}

/** The limits there are, for the audit log. */
const given = (limits: TokenLimits) => Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== null));
