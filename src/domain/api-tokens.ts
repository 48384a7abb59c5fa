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
  lockApiToken,
  revokeTokens,
  tokensOfUsers,
  updateApiToken,
} from '../store/tables/api-tokens.js';
import { findUser } from '../store/tables/users.js';
import { hashToken } from '../store/vault.js';
import { MINUTE, SECOND } from '../time.js';
import { assertMay, isServiceUser, type Viewer } from './access.js';
import { type CommandDeps, runCommand } from './command.js';
import { apiToken } from './secrets.js';
import { createTokenUse, type TokenUse } from './sign-in/token-use.js';
import { nameInput } from './text-input.js';

const CACHED_FOR_MS = SECOND; // how long a revocation on another node may go unnoticed here
const CACHE_SIZE = 10_000; // tokens; beyond, the least recently used is evicted
const USE_NOTED_EVERY_MS = MINUTE;

/** How somebody signs in to the console. */
export type SignInWay = 'TOKEN' | 'PASSWORD';

/** A token that authenticates, and who uses it. */
export interface Identity {
  viewer: Viewer;
  tokenId: string;
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
  /** How somebody signed in, for a session of the console. */
  session?: SignInWay;
}

/** API tokens: shown once and stored as SHA-256. Tokens made with another token end with it. */
export function createApiTokens(deps: CommandDeps) {
  const { database, clock, log } = deps;
  const tokenUse = createTokenUse(deps);
  const cache = new LRUCache<string, CachedIdentity>(atMost(CACHE_SIZE));

  async function lookUp(tokenHash: string, now: number): Promise<CachedIdentity> {
    const owner = await findTokenOwner(database.read, tokenHash, now);
    if (!owner) return { identity: null, use: null, until: now + CACHED_FOR_MS };
    const { token, userName, role } = owner;
    await noteUse(token, now);
    const tokenId = token.session ? token.parentId : token.id;
    const { accountId, userId, session } = token;
    return {
      use: { tokenId: token.id, tokenName: token.name, session, accountId, userId, userName },
      identity: {
        viewer: { id: token.userId, accountId: token.accountId, name: userName, role, tokenId },
        tokenId: token.id,
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

    ofUsers: async (viewer: Viewer, userIds: readonly string[]) =>
      groupBy(await tokensOfUsers(database.read, viewer.accountId, userIds), (token) => token.userId),

    /**
     * The token itself, readable this once; it ends with the one the viewer came with at the latest. NOT_FOUND,
     * BAD_USER_INPUT (`expiresAt`), FORBIDDEN for another person's: an ADMIN makes those of service users only.
     */
    create(viewer: Viewer, input: TokenInput): Promise<string> {
      assertMayManage(viewer, input.userId);
      const token = apiToken();
      return runCommand(deps, viewer, 'token.create', async ({ trx, now, audit }) => {
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
          session: input.session !== undefined,
        };
        await insertApiToken(trx, record);
        const { id: tokenId, name, expiresAt } = record;
        if (input.session) audit(user.id, { by: input.session, tokenId, expiresAt }, 'sign-in.accept');
        else audit(user.id, { tokenId, name, expiresAt });
        return token;
      });
    },

    /** Also revokes the tokens made with it. NOT_FOUND, FORBIDDEN for another user's. */
    async revoke(viewer: Viewer, id: string): Promise<void> {
      await runCommand(deps, viewer, 'token.revoke', async ({ trx, now, audit }) => {
        const token = await findApiToken(trx, viewer.accountId, id);
        if (!token) throw notFound('API token', id);
        assertMayManage(viewer, token.userId);
        await revokeTokens(trx, [token], now);
        audit(token.userId, { tokenId: id, name: token.name });
      });
      cache.clear();
    },
  };
}
