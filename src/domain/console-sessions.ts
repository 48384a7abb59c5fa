import { AppError } from '../errors.js';
import { findTokenOwner } from '../store/tables/api-tokens.js';
import { findSignInUser, type UserRecord } from '../store/tables/users.js';
import { hashToken } from '../store/vault.js';
import { HOUR, MINUTE } from '../time.js';
import type { Viewer } from './access.js';
import type { createApiTokens } from './api-tokens.js';
import type { DomainDeps } from './command.js';
import { passwordMatches } from './passwords.js';

const LIFE_MS = 12 * HOUR; // a working day
const TOKEN_NAME = 'Console session';
/** Guesses of one e-mail address's password within the window, right ones not counted. */
const MAX_GUESSES = 10;
const GUESS_WINDOW_MS = 15 * MINUTE;
const MAX_REMEMBERED = 10_000;
/** A check takes 128 MiB and a third of a second of a core: strangers must not run many at once. */
const MAX_CHECKS_AT_ONCE = 4;

/** `token` is an API token made for the session: whoever may revoke it ends the session. `expiresAt` in ms. */
export interface ConsoleSession {
  token: string;
  expiresAt: number;
  viewer: Viewer;
}

/** Sessions of the console: each is an API token of its own, so that it is listed, audited and revoked like any other. */
export function createConsoleSessions(deps: DomainDeps, apiTokens: ReturnType<typeof createApiTokens>) {
  const guesses = new Map<string, { count: number; until: number }>();
  let checking = 0;

  async function open(viewer: Viewer): Promise<ConsoleSession> {
    const expiresAt = deps.clock.now() + LIFE_MS;
    const token = await apiTokens.create(viewer, { userId: viewer.id, name: TOKEN_NAME, expiresAt });
    return { token, expiresAt, viewer };
  }

  function noteGuess(email: string): void {
    const now = deps.clock.now();
    const before = guesses.get(email);
    const running = before && before.until > now ? before : { count: 0, until: now + GUESS_WINDOW_MS };
    if (running.count >= MAX_GUESSES) {
      throw new AppError('TOO_MANY_REQUESTS', 'Too many attempts for this e-mail address. Try again in 15 minutes.');
    }
    if (guesses.size >= MAX_REMEMBERED) guesses.clear();
    guesses.set(email, { ...running, count: running.count + 1 });
  }

  async function userWith(email: string, password: string): Promise<UserRecord | null> {
    if (checking >= MAX_CHECKS_AT_ONCE) {
      throw new AppError('UNAVAILABLE', 'Many people sign in at this moment. Try again in a few seconds.');
    }
    checking += 1;
    try {
      const user = await findSignInUser(deps.database.read, email);
      // Checked for an unknown address too: the time taken tells nobody which addresses are known.
      return (await passwordMatches(password, user?.passwordHash ?? null)) ? user : null;
    } finally {
      checking -= 1;
    }
  }

  return {
    /** UNAUTHENTICATED for a token that is unknown, revoked or expired. */
    async withToken(token: string): Promise<ConsoleSession> {
      const viewer = await apiTokens.authenticate(token.trim());
      if (!viewer) throw new AppError('UNAUTHENTICATED', 'This API token is not valid. Ask an ADMIN for a new one.');
      return open(viewer);
    },

    /** UNAUTHENTICATED for a wrong pair, TOO_MANY_REQUESTS after ten of them in 15 minutes, UNAVAILABLE. */
    async withPassword(email: string, password: string): Promise<ConsoleSession> {
      const address = email.trim().toLowerCase();
      noteGuess(address);
      const user = await userWith(address, password);
      if (!user) throw new AppError('UNAUTHENTICATED', 'E-mail address or password is wrong.');
      guesses.delete(address);
      return open({ id: user.id, accountId: user.accountId, name: user.name, role: user.role });
    },

    /** Ends the session; one that has ended already is none. */
    async end(token: string): Promise<void> {
      const viewer = await apiTokens.authenticate(token);
      const owner = await findTokenOwner(deps.database.read, hashToken(token), deps.clock.now());
      if (viewer && owner) await apiTokens.revoke(viewer, owner.token.id);
    },
  };
}
