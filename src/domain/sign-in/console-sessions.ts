import { AppError } from '../../errors.js';
import { findAccount } from '../../store/tables/accounts.js';
import { findTokenOwner } from '../../store/tables/api-tokens.js';
import { findSignInUser } from '../../store/tables/users.js';
import { hashToken } from '../../store/vault.js';
import { HOUR } from '../../time.js';
import type { Viewer } from '../access.js';
import type { createApiTokens, SignInWay } from '../api-tokens.js';
import type { DomainDeps } from '../command.js';
import { browserName } from './browser-name.js';
import { createGuesses, type Origin } from './guesses.js';
import { createKnownDevices, type DeviceProof } from './known-devices.js';
import type { Passwords } from './passwords.js';

const LIFE_MS = 12 * HOUR; // a working day
const TOKEN_NAME = 'Console session';

/** "Console session: Chrome on Linux, 192.0.2.1" */
const nameOf = ({ address }: Viewer, userAgent: string): string =>
  [TOKEN_NAME, [browserName(userAgent), address].filter(Boolean).join(', ')].filter(Boolean).join(': ');

/** `token` is an API token made for the session: revoking it ends the session. `expiresAt` in ms. */
export interface ConsoleSession {
  token: string;
  expiresAt: number;
  viewer: Viewer;
}

export interface PasswordSignIn {
  email: string;
  password: string;
  /** The network address of the caller. */
  address: string;
  /** `DeviceProof.text` of an earlier sign-in; empty without one. */
  deviceProof: string;
  /** Names the session. */
  userAgent?: string;
}

/** Opens a session that ends in half a day's time, or with the token it was opened with. */
export type OpenSession = ReturnType<typeof createOpenSession>;

export function createOpenSession({ database, clock }: DomainDeps, apiTokens: ReturnType<typeof createApiTokens>) {
  return async (viewer: Viewer, way: SignInWay, userAgent = ''): Promise<ConsoleSession> => {
    const input = { userId: viewer.id, name: nameOf(viewer, userAgent), expiresAt: clock.now() + LIFE_MS };
    const token = await apiTokens.open(viewer, input, way);
    const owner = await findTokenOwner(database.write, hashToken(token), clock.now());
    if (!owner) throw new AppError('UNAUTHENTICATED', 'You have been signed out at this moment.');
    return { token, expiresAt: owner.token.expiresAt ?? Number.POSITIVE_INFINITY, viewer };
  };
}

/** Sessions of the console: each is an API token of its own, so that it is listed, audited and revoked like any other. */
export function createConsoleSessions(
  deps: DomainDeps,
  apiTokens: ReturnType<typeof createApiTokens>,
  passwords: Passwords,
  open: OpenSession,
) {
  const { database, clock, vault } = deps;
  const guesses = createGuesses(deps);
  const knownDevices = createKnownDevices(vault);

  return {
    /** UNAUTHENTICATED for a token that is unknown, revoked or expired. */
    async withToken(token: string, address: string, userAgent?: string): Promise<ConsoleSession> {
      const identity = await apiTokens.identify(token.trim(), address);
      if (!identity) throw new AppError('UNAUTHENTICATED', 'This API token is not valid. Ask an ADMIN for a new one.');
      if (identity.service) {
        throw new AppError(
          'FORBIDDEN',
          'This is the token of a service account, which never signs in. Send it with each request.',
        );
      }
      return open({ ...identity.viewer, tokenId: identity.tokenId }, { by: 'TOKEN' }, userAgent);
    },

    /** UNAUTHENTICATED for a wrong pair, FORBIDDEN for a right one where passwords are switched off, TOO_MANY_REQUESTS after several of them, UNAVAILABLE. */
    async withPassword(input: PasswordSignIn): Promise<ConsoleSession & { device: DeviceProof }> {
      const email = input.email.trim().toLowerCase();
      const user = await findSignInUser(database.read, email);
      const deviceId = user && knownDevices.recognise(user, input.deviceProof, clock.now());
      const origin: Origin = { address: input.address, deviceId };
      const forgive = guesses.begin(email, origin);
      const urgency = deviceId === null ? 'STRANGER' : 'KNOWN';
      // Checked for an unknown address too: the time taken tells nobody which addresses are known.
      const right = await passwords.matches(input.password, user?.passwordHash ?? null, urgency).catch((error) => {
        forgive();
        throw error;
      });
      if (!user || !right) {
        if (user) guesses.noteWrong(user, origin);
        throw new AppError('UNAUTHENTICATED', 'E-mail address or password is wrong.');
      }
      forgive();
      const account = await findAccount(database.read, user.accountId);
      if (account?.passwordSignIn === false) {
        throw new AppError('FORBIDDEN', 'Passwords are switched off in your account. Sign in with a provider.');
      }
      const { id, accountId, name, role } = user;
      const viewer = { id, accountId, name, role, address: input.address };
      const session = await open(viewer, { by: 'PASSWORD' }, input.userAgent);
      return { ...session, device: knownDevices.issue(user, deviceId, clock.now()) };
    },

    /** Ends the session; one that has ended already is none. */
    async end(token: string, address: string): Promise<void> {
      const identity = await apiTokens.identify(token, address);
      if (identity) await apiTokens.endOwn(identity);
    },
  };
}
