import * as client from 'openid-client';
import { AppError } from '../../../errors.js';
import { networkOf } from '../../../outbound/ranges.js';
import { groupBy } from '../../../store/database/group-by.js';
import { inTransaction } from '../../../store/database/transaction.js';
import { anyAccountWithPasswords } from '../../../store/tables/accounts.js';
import { revokeTokens } from '../../../store/tables/api-tokens.js';
import {
  findProviderSession,
  identitiesOfUsers,
  idTokenAssociatedData,
  insertProviderSession,
  providerSessionsOf,
} from '../../../store/tables/user-identities.js';
import { hashToken } from '../../../store/vault.js';
import { MINUTE, SECOND } from '../../../time.js';
import type { Viewer } from '../../access.js';
import type { createApiTokens } from '../../api-tokens.js';
import type { DomainDeps } from '../../command.js';
import type { ConsoleSession, OpenSession } from '../console-sessions.js';
import { createFailureLimit } from '../failure-limit.js';
import { admit, type Refused } from './admit.js';
import type { KnownProviders } from './known-providers.js';
import { type Checks, type OpenId, OpenIdError, type Redeemed } from './open-id.js';
import type { Provider } from './provider.js';

/** How long somebody may take at the provider, in milliseconds. */
const TICKET_LIFE_MS = 10 * MINUTE;
const TICKET_DATA = 'sign_in.ticket:browser';

/** What the browser keeps while somebody signs in at the provider; sealed. */
interface Ticket extends Checks {
  providerId: string;
  returnTo: string;
  until: number;
}

/** What the sign-in page offers besides API tokens. */
export interface SignInWays {
  providers: { id: string; name: string }[];
  passwords: boolean;
}

/** Why nobody is signed in, as far as a stranger is told. */
export type SignInFault = 'CANCELLED' | 'EXPIRED' | 'REFUSED' | 'FAILED';

export type SignInOutcome =
  | { status: 'SIGNED_IN'; session: ConsoleSession; returnTo: string }
  | { status: 'NOT_SIGNED_IN'; fault: SignInFault };

/** Where somebody signs in. */
interface Browser {
  /** The network address of the caller. */
  address: string;
  userAgent: string;
}

export interface SingleSignOnDeps extends DomainDeps {
  providers: KnownProviders;
  openId: OpenId;
  apiTokens: ReturnType<typeof createApiTokens>;
  openSession: OpenSession;
}

/** Sign-in to the console by OpenID Connect providers. */
export function createSingleSignOn(deps: SingleSignOnDeps) {
  const { database, vault, clock, log, publicUrl, providers, openId, apiTokens } = deps;
  const failures = createFailureLimit({ free: 20, maxDelayMs: 1 * MINUTE }, clock);

  async function enabled(id: string): Promise<Provider> {
    const provider = await providers.find(id);
    if (provider?.enabled) return provider;
    throw new AppError('NOT_FOUND', 'There is no such way to sign in.');
  }

  const callbackUrl = (id: string): string => `${publicUrl}/console/sign-in/${id}/callback`;

  /** Null for what this server did not seal, or not for this provider, or too long ago. */
  function readTicket(sealed: string, providerId: string): Ticket | null {
    try {
      const ticket = JSON.parse(vault.open(sealed, TICKET_DATA)) as Ticket; // sealed by `begin` alone
      return ticket.providerId === providerId && ticket.until > clock.now() ? ticket : null;
    } catch {
      return null;
    }
  }

  async function enter(
    provider: Provider,
    redeemed: Redeemed,
    { address, userAgent }: Browser,
  ): Promise<ConsoleSession | Refused> {
    const found = await admit(deps, provider, redeemed, address);
    if ('refused' in found) return found.refused;
    if (found.roleChanged) apiTokens.forget();
    const { id, accountId, name, role } = found.user;
    const session = await deps.openSession(
      { id, accountId, name, role, address },
      { by: 'PROVIDER', provider: provider.name },
      userAgent,
    );
    const token = await apiTokens.identify(session.token);
    if (!token) throw new AppError('UNAUTHENTICATED', 'You have been signed out at this moment.');
    const { subject, sid, idToken } = redeemed;
    const idTokenCipher = vault.seal(idToken, idTokenAssociatedData(token.tokenId));
    await insertProviderSession(database.write, {
      tokenId: token.tokenId,
      providerId: provider.id,
      subject,
      sid,
      idTokenCipher,
    });
    return session;
  }

  return {
    /** What a stranger may choose from. */
    async ways(): Promise<SignInWays> {
      const all = await providers.all();
      const enabled = all.filter((provider) => provider.enabled).map(({ id, name }) => ({ id, name }));
      return { providers: enabled, passwords: await anyAccountWithPasswords(database.read) };
    },

    /** The names of the providers by which each of these users has come. */
    async providersOf({ accountId }: Viewer, userIds: readonly string[]): Promise<Map<string, string[]>> {
      const names = new Map((await providers.ofAccount(accountId)).map(({ id, name }) => [id, name]));
      const known = groupBy(await identitiesOfUsers(database.read, userIds), (identity) => identity.userId);
      const namesOf = (userId: string) =>
        (known.get(userId) ?? []).flatMap(({ providerId }) => names.get(providerId) ?? []);
      return new Map(userIds.map((userId) => [userId, namesOf(userId)]));
    },

    /** Where to send the browser, and what it is to bring back. NOT_FOUND, UNAVAILABLE while the provider is. */
    async begin(
      providerId: string,
      returnTo: string,
    ): Promise<{ url: string; ticket: string; ticketId: string; until: number }> {
      const provider = await enabled(providerId);
      const checks: Checks = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const until = clock.now() + TICKET_LIFE_MS;
      const ticket: Ticket = { ...checks, providerId, returnTo, until };
      try {
        const url = await openId.authorizationUrl(provider, callbackUrl(provider.id), checks);
        return {
          url,
          ticket: vault.seal(JSON.stringify(ticket), TICKET_DATA),
          ticketId: ticketIdOf(checks.state),
          until,
        };
      } catch (error) {
        if (!(error instanceof OpenIdError)) throw error;
        log.warn(
          { providerId, reason: error.reason },
          'a sign-in provider cannot be reached, or is not set up rightly',
        );
        throw new AppError('UNAVAILABLE', `Signing in with ${provider.name} is not possible at the moment.`);
      }
    },

    /** Which of the tickets a browser brings belongs to an answer. */
    ticketIdOf,

    /** Signs in whom the provider sent back. NOT_FOUND, TOO_MANY_REQUESTS. */
    async complete(providerId: string, query: string, sealed: string, browser: Browser): Promise<SignInOutcome> {
      const provider = await enabled(providerId);
      const network = networkOf(browser.address);
      const waitMs = failures.waitMs(network);
      if (waitMs > 0) {
        const retryAfterSeconds = Math.ceil(waitMs / SECOND);
        throw new AppError('TOO_MANY_REQUESTS', `Too many attempts. Try again in ${retryAfterSeconds} seconds.`, {
          details: { retryAfterSeconds },
        });
      }
      failures.count(network);
      const ticket = readTicket(sealed, providerId);
      if (!ticket) return { status: 'NOT_SIGNED_IN', fault: 'EXPIRED' };
      const cameBackTo = new URL(callbackUrl(provider.id));
      cameBackTo.search = query;
      if (cameBackTo.searchParams.get('error') === 'access_denied')
        return { status: 'NOT_SIGNED_IN', fault: 'CANCELLED' };
      try {
        const session = await enter(provider, await openId.redeem(provider, cameBackTo, ticket), browser);
        if (typeof session === 'string') return { status: 'NOT_SIGNED_IN', fault: 'REFUSED' };
        failures.forgive(network);
        return { status: 'SIGNED_IN', session, returnTo: ticket.returnTo };
      } catch (error) {
        if (!(error instanceof OpenIdError)) throw error;
        log.warn({ providerId, reason: error.reason }, 'a sign-in by a provider was not accepted');
        return { status: 'NOT_SIGNED_IN', fault: 'FAILED' };
      }
    },

    /** Where a session that a provider opened is ended there too; null for other sessions. */
    async signOutUrl(token: string): Promise<string | null> {
      const identity = await apiTokens.identify(token);
      const session = identity && (await findProviderSession(database.read, identity.tokenId));
      const provider = session && (await providers.find(session.providerId));
      if (!provider) return null;
      try {
        const idToken = vault.open(session.idTokenCipher, idTokenAssociatedData(session.tokenId));
        return await openId.signOutUrl(provider, idToken, `${publicUrl}/console/`);
      } catch (error) {
        if (!(error instanceof OpenIdError)) throw error;
        return null; // signed out here, if not there
      }
    },

    /** Ends the sessions that a provider names in a logout token. NOT_FOUND, BAD_USER_INPUT (`logout_token`). */
    async endByProvider(providerId: string, logoutToken: string): Promise<void> {
      const provider = await enabled(providerId);
      const named = await openId.readLogoutToken(provider, logoutToken).catch((error: unknown) => {
        if (!(error instanceof OpenIdError)) throw error;
        log.warn({ providerId, reason: error.reason }, 'a logout token was not accepted');
        throw new AppError('BAD_USER_INPUT', 'This logout token is not valid.', { details: { field: 'logout_token' } });
      });
      await inTransaction(database.write, async (trx) => {
        const sessions = await providerSessionsOf(trx, provider.id, named);
        const tokens = sessions.map(({ tokenId }) => ({ id: tokenId }));
        await revokeTokens(trx, tokens, clock.now());
      });
      apiTokens.forget();
    },
  };
}

/** Tells a browser's sign-ins apart: each tab begins its own. */
function ticketIdOf(state: string): string {
  return hashToken(state).slice(0, 12);
}
