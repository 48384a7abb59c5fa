import { AppError, badInput, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import { groupBy } from '../store/database/group-by.js';
import {
  type ApiTokenRecord,
  findApiToken,
  findTokenOwner,
  insertApiToken,
  tokensOfUsers,
  updateApiToken,
} from '../store/tables/api-tokens.js';
import { findUser } from '../store/tables/users.js';
import { hashToken } from '../store/vault.js';
import { MINUTE, SECOND } from '../time.js';
import { assertMay, type Viewer } from './access.js';
import { type DomainDeps, runCommand } from './command.js';
import { apiToken } from './secrets.js';
import { nameInput } from './text-input.js';

const CACHED_FOR_MS = SECOND; // how long a revocation on another node may go unnoticed here
const CACHE_SIZE = 10_000;
const USE_NOTED_EVERY_MS = MINUTE;

interface CachedViewer {
  viewer: Viewer | null;
  tokenId: string;
  until: number;
}

/** API tokens: made once, shown once, kept as their SHA-256. */
export function createApiTokens(deps: DomainDeps) {
  const { database, clock, log } = deps;
  const cache = new Map<string, CachedViewer>();

  async function lookUp(tokenHash: string, now: number): Promise<CachedViewer> {
    const owner = await findTokenOwner(database.read, tokenHash, now);
    if (!owner) return { viewer: null, tokenId: '', until: now + CACHED_FOR_MS };
    const { token, userName, role } = owner;
    await noteUse(token, now);
    return {
      viewer: { id: token.userId, accountId: token.accountId, name: userName, role },
      tokenId: token.id,
      until: Math.min(now + CACHED_FOR_MS, token.expiresAt ?? Number.POSITIVE_INFINITY),
    };
  }

  async function noteUse(token: ApiTokenRecord, now: number): Promise<void> {
    if (token.lastUsedAt !== null && now - token.lastUsedAt < USE_NOTED_EVERY_MS) return;
    try {
      await updateApiToken(database.write, token.id, { lastUsedAt: now });
    } catch (error) {
      log.warn({ err: error, tokenId: token.id }, 'the use of an API token could not be noted');
    }
  }

  /** One's own tokens are one's own business; those of others are the user administration's. */
  function assertMayManage(viewer: Viewer, userId: string): void {
    if (userId !== viewer.id) assertMay(viewer, 'user.update');
  }

  return {
    /** Who a token belongs to; null for one that is unknown, revoked, expired, or of a disabled user. */
    async authenticate(token: string): Promise<Viewer | null> {
      const now = clock.now();
      const tokenHash = hashToken(token);
      const cached = cache.get(tokenHash);
      if (cached && cached.until > now) return cached.viewer;
      const found = await lookUp(tokenHash, now);
      if (cache.size >= CACHE_SIZE) cache.clear();
      cache.set(tokenHash, found);
      return found.viewer;
    },

    /** Forgets who is who at once: after a user was changed or a token revoked here. */
    forget: () => cache.clear(),

    ofUsers: async (viewer: Viewer, userIds: readonly string[]) =>
      groupBy(await tokensOfUsers(database.read, viewer.accountId, userIds), (token) => token.userId),

    /** The token itself, readable this once. NOT_FOUND, FORBIDDEN for another's, BAD_USER_INPUT (`expiresAt`). */
    create(viewer: Viewer, input: { userId: string; name: string; expiresAt?: number | null }): Promise<string> {
      assertMayManage(viewer, input.userId);
      const token = apiToken();
      return runCommand(deps, viewer, 'token.create', async ({ trx, now, audit }) => {
        if (typeof input.expiresAt === 'number' && input.expiresAt <= now) {
          throw badInput('expiresAt', 'expiresAt must lie in the future.');
        }
        const user = await findUser(trx, viewer.accountId, input.userId);
        if (!user) throw notFound('user', input.userId);
        if (user.disabledAt !== null) throw new AppError('CONFLICT', `The user "${user.name}" is disabled.`);
        const record: ApiTokenRecord = {
          id: rowId('tk'),
          accountId: viewer.accountId,
          userId: user.id,
          name: nameInput(input.name),
          tokenHash: hashToken(token),
          createdAt: now,
          expiresAt: input.expiresAt ?? null,
          lastUsedAt: null,
          revokedAt: null,
        };
        await insertApiToken(trx, record);
        audit(user.id, { tokenId: record.id, name: record.name, expiresAt: record.expiresAt });
        return token;
      });
    },

    /** NOT_FOUND, FORBIDDEN for another's. */
    async revoke(viewer: Viewer, id: string): Promise<void> {
      await runCommand(deps, viewer, 'token.revoke', async ({ trx, now, audit }) => {
        const token = await findApiToken(trx, viewer.accountId, id);
        if (!token) throw notFound('API token', id);
        assertMayManage(viewer, token.userId);
        await updateApiToken(trx, id, { revokedAt: now });
        audit(token.userId, { tokenId: id, name: token.name });
      });
      cache.clear();
    },
  };
}
