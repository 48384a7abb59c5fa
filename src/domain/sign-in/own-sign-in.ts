import { AppError, badInput, conflict, notFound } from '../../errors.js';
import { lockAccount } from '../../store/tables/accounts.js';
import { revokeTokens, sessionsOf, tokensMadeByOthers } from '../../store/tables/api-tokens.js';
import { findUser, type UserRecord, updateUser } from '../../store/tables/users.js';
import { MINUTE, SECOND } from '../../time.js';
import { assertMay, type Viewer } from '../access.js';
import { type Command, type DomainDeps, runCommand } from '../command.js';
import { emailInput } from '../text-input.js';
import { assertEmailFree } from '../users.js';
import { createFailureLimit } from './failure-limit.js';
import type { Passwords } from './passwords.js';

type OwnAction = 'user.change-password' | 'user.change-email';

/** What people sign in with, and changes of it. `onUserChange` is called after sessions have ended. */
export function createOwnSignIn(deps: DomainDeps, passwords: Passwords, onUserChange: () => void) {
  const { database, clock } = deps;
  /** Wrong passwords by user: only who is signed in as the user can add to them. */
  const guesses = createFailureLimit({ free: 5, maxDelayMs: 15 * MINUTE }, clock);

  /** The viewer, who knows the password. BAD_USER_INPUT (`current`), TOO_MANY_REQUESTS, CONFLICT without a password, UNAVAILABLE. */
  async function proven(viewer: Viewer, action: OwnAction, current: string): Promise<UserRecord> {
    assertMay(viewer, action);
    const user = await findUser(database.read, viewer.accountId, viewer.id);
    if (!user?.passwordHash) throw conflict('You have no password. Ask an ADMIN to set one.');
    const waitMs = guesses.waitMs(viewer.id);
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / SECOND);
      throw new AppError('TOO_MANY_REQUESTS', `Too many wrong passwords. Try again in ${retryAfterSeconds} seconds.`, {
        details: { retryAfterSeconds },
      });
    }
    guesses.count(viewer.id);
    const right = await passwords.matches(current, user.passwordHash, 'KNOWN').catch((error: unknown) => {
      guesses.forgive(viewer.id);
      throw error;
    });
    if (!right) throw badInput('current', 'This is not your current password.');
    guesses.forgive(viewer.id);
    return user;
  }

  /** The user as proven, held; CONFLICT when the password has changed since. */
  async function hold({ trx, viewer }: Command, seen: UserRecord): Promise<UserRecord> {
    await lockAccount(trx, viewer.accountId);
    const user = await findUser(trx, viewer.accountId, seen.id);
    if (user?.passwordHash !== seen.passwordHash || user.disabledAt !== null)
      throw conflict('Your password has been changed at this moment. Sign in again.');
    return user;
  }

  return {
    /** Ways for this user to sign in to the console. */
    waysOf: ({ email, passwordHash, service }: UserRecord): string[] =>
      email !== null && passwordHash !== null && !service ? ['password'] : [],

    /** All other sessions of the viewer end. BAD_USER_INPUT (`current`, `next`), TOO_MANY_REQUESTS, CONFLICT, UNAVAILABLE. */
    async changePassword(viewer: Viewer, { current, next }: { current: string; next: string }): Promise<void> {
      const seen = await proven(viewer, 'user.change-password', current);
      if (current === next) throw badInput('next', 'This is your password already. Choose another.');
      const passwordHash = await passwords.hash(next, 'next');
      await runCommand(deps, viewer, 'user.change-password', async (command) => {
        const { trx, now, audit } = command;
        const user = await hold(command, seen);
        await updateUser(trx, user.id, { passwordHash, passwordSetBy: null, person: true });
        const sessions = await sessionsOf(trx, user.id, viewer.sessionId ?? null);
        await revokeTokens(trx, sessions, now);
        audit(user.id, { endedSessions: sessions.length });
      });
      onUserChange();
    },

    /** BAD_USER_INPUT (`current`, `email`), CONFLICT when it is taken, TOO_MANY_REQUESTS, UNAVAILABLE. */
    async changeEmail(viewer: Viewer, { current, email }: { current: string; email: string }): Promise<UserRecord> {
      const seen = await proven(viewer, 'user.change-email', current);
      return runCommand(deps, viewer, 'user.change-email', async (command) => {
        const wanted = emailInput(email);
        const user = await hold(command, seen);
        if (wanted === null) throw badInput('email', 'You sign in with your e-mail address: give another.');
        await assertEmailFree(command, user, wanted);
        await updateUser(command.trx, user.id, { email: wanted });
        command.audit(user.id, { email: { from: user.email, to: wanted } });
        return { ...user, email: wanted };
      });
    },

    /**
     * Sets the password of another user, or with null ends their signing in by password. Their sessions end; and tokens that others
     * made in their name, once they can sign in themselves. NOT_FOUND, BAD_USER_INPUT (`password`), CONFLICT.
     */
    async setPassword(
      viewer: Viewer,
      { userId, password }: { userId: string; password: string | null },
    ): Promise<void> {
      assertMay(viewer, 'user.set-password');
      const passwordHash = password === null ? null : await passwords.hash(password);
      await runCommand(deps, viewer, 'user.set-password', async ({ trx, now, audit }) => {
        await lockAccount(trx, viewer.accountId);
        const user = await findUser(trx, viewer.accountId, userId);
        if (!user) throw notFound('user', userId);
        if (user.service) throw conflict(`"${user.name}" is a service account, which never signs in.`);
        if (user.id === viewer.id && user.passwordHash !== null)
          throw conflict('Change your own password with changePassword, which asks for the current one.');
        if (passwordHash !== null && user.email === null)
          throw conflict(`"${user.name}" has no e-mail address to sign in with. Give one first.`, { field: 'email' });
        const passwordSetBy = passwordHash !== null && user.id !== viewer.id ? viewer.id : null;
        const person = user.person || user.passwordHash !== null || passwordHash !== null;
        await updateUser(trx, userId, { passwordHash, passwordSetBy, person });
        await revokeTokens(trx, await sessionsOf(trx, userId, viewer.sessionId ?? null), now);
        if (!user.person && user.passwordHash === null && passwordHash !== null && user.id !== viewer.id)
          await revokeTokens(trx, await tokensMadeByOthers(trx, userId), now);
        audit(userId, { name: user.name, password: passwordHash === null ? 'cleared' : 'set' });
      });
      onUserChange();
    },
  };
}
