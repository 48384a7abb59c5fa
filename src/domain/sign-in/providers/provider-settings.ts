import { badInput, conflict, notFound } from '../../../errors.js';
import { rowId } from '../../../ids.js';
import type { Db } from '../../../store/database/database.js';
import { findAccount, lockAccount } from '../../../store/tables/accounts.js';
import {
  clientSecretAssociatedData,
  deleteSignInProvider,
  findSignInProvider,
  insertSignInProvider,
  listSignInProviders,
  type SignInProviderRecord,
  updateSignInProvider,
} from '../../../store/tables/sign-in-providers.js';
import type { Role } from '../../../store/tables/users.js';
import { assertMay, type Viewer } from '../../access.js';
import { type Command, type DomainDeps, differences, runCommand } from '../../command.js';
import { marksOf, type SecretMarks } from '../../secret-marks.js';
import { namesField, refuseStale } from '../../stale.js';
import { nameInput } from '../../text-input.js';
import type { KnownProviders } from './known-providers.js';
import { type OpenId, OpenIdError } from './open-id.js';
import { PROVIDER_OF_SETTINGS, type Provider } from './provider.js';

export interface ProviderInput {
  name: string;
  issuer: string;
  clientId: string;
  /** Absent: as it was. Empty or null where there was none: a public client. */
  clientSecret?: string | null | undefined;
  scopes?: string[] | null | undefined;
  roleClaim?: string | null | undefined;
  roleMap?: { value: string; role: Role }[] | null | undefined;
  defaultRole?: Role | null | undefined;
  emailDomains?: string[] | null | undefined;
  trustsEmail?: boolean | null | undefined;
  createsUsers?: boolean | null | undefined;
  enabled?: boolean | null | undefined;
}

/** A provider as ADMINs see it. */
export type ProviderView = Omit<Provider, 'clientSecret'> & {
  hasClientSecret: boolean;
  secretMarks: SecretMarks;
  /** What the provider has to know: where it may send people, and where it says that they have signed out. */
  redirectUri: string;
  logoutUri: string;
};

/** What a look at a provider found. */
export interface ProviderFindings {
  works: boolean;
  problem: string | null;
  authorizationEndpoint: string | null;
  signsOut: boolean;
}

/** Providers of one account; each is a button on the page that everybody signs in at. */
const MAX_PROVIDERS = 20;
const MAX_TEXT = 500;
const MAX_LIST = 100;
const DEFAULT_SCOPES = ['openid', 'profile', 'email'];
const DOMAIN = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;
const AUDITED = [
  'name',
  'issuer',
  'clientId',
  'scopes',
  'roleClaim',
  'roleMap',
  'defaultRole',
  'emailDomains',
  'trustsEmail',
  'createsUsers',
  'enabled',
] as const;

/** The sign-in providers of an account. */
export function createProviderSettings(deps: DomainDeps, providers: KnownProviders, openId: OpenId) {
  const { vault, publicUrl } = deps;

  function view({ clientSecret, ...provider }: Provider): ProviderView {
    const base = `${publicUrl}/console/sign-in/${provider.id}`;
    return {
      ...provider,
      hasClientSecret: clientSecret !== null,
      secretMarks: marksOf(vault, provider.id, { clientSecret }),
      redirectUri: `${base}/callback`,
      logoutUri: `${base}/logout`,
    };
  }

  async function shown(id: string): Promise<ProviderView> {
    const provider = await providers.find(id);
    if (!provider) throw notFound('sign-in provider', id);
    return view(provider);
  }

  async function find(db: Db, viewer: Viewer, id: string): Promise<SignInProviderRecord> {
    if (id === PROVIDER_OF_SETTINGS)
      throw conflict('This provider stands in the settings of the server (OIDC_…): its operator changes it there.');
    const record = await findSignInProvider(db, id);
    if (record?.accountId !== viewer.accountId) throw notFound('sign-in provider', id);
    return record;
  }

  /** BAD_USER_INPUT naming the field. */
  function checked(input: ProviderInput) {
    deps.checkPostUrl(input.issuer, 'issuer');
    const { search, hash } = new URL(input.issuer);
    if (search !== '' || hash !== '') throw badInput('issuer', 'An issuer has no query and no fragment.');
    const scopes = listInput(input.scopes ?? DEFAULT_SCOPES, 'scopes');
    const emailDomains = listInput(input.emailDomains ?? [], 'emailDomains').map((one) => one.toLowerCase());
    const wrong = emailDomains.find((one) => !DOMAIN.test(one));
    if (wrong !== undefined) throw badInput('emailDomains', `"${wrong}" is not a domain. Write it like example.com.`);
    const roleClaim = input.roleClaim?.trim() || null;
    const pairs = input.roleMap ?? [];
    if (pairs.length > MAX_LIST) throw badInput('roleMap', `At most ${MAX_LIST} values can be given roles.`);
    if (pairs.length > 0 && roleClaim === null)
      throw badInput('roleClaim', 'Name the claim whose values are given roles, such as groups.');
    return {
      name: nameInput(input.name),
      issuer: input.issuer,
      clientId: textOf(input.clientId, 'clientId'),
      scopes: scopes.includes('openid') ? scopes : ['openid', ...scopes],
      roleClaim,
      roleMap: Object.fromEntries(pairs.map(({ value, role }) => [textOf(value, 'roleMap'), role])),
      defaultRole: input.defaultRole ?? null,
      emailDomains,
      trustsEmail: input.trustsEmail ?? false,
      createsUsers: input.createsUsers ?? false,
      enabled: input.enabled ?? true,
    };
  }

  /** CONFLICT when a field is another by now than its sender saw, the secret by its mark. */
  function refuseStaleProvider(
    command: Command,
    record: SignInProviderRecord,
    values: ReturnType<typeof checked>,
    expected: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { id, clientSecretCipher: cipher } = record;
    const clientSecret = cipher && vault.open(cipher, clientSecretAssociatedData(id));
    const secret = {
      ...{ field: 'clientSecret', seen: expected.clientSecret, wanted: undefined, secret: true },
      current: marksOf(vault, id, { clientSecret }).clientSecret,
    };
    const fields = AUDITED.map((field) => ({
      ...{ field, seen: expected[field], current: record[field], wanted: values[field] },
    }));
    return refuseStale(command, id, [...fields, secret], namesField());
  }

  /** CONFLICT where nobody could sign in any more but with an API token. */
  async function assertWayLeft(db: Db, { accountId }: Viewer, without: string): Promise<void> {
    const account = await findAccount(db, accountId);
    if (account?.passwordSignIn !== false) return;
    const left = (await providers.ofAccount(accountId)).filter(({ id, enabled }) => enabled && id !== without);
    if (left.length === 0)
      throw conflict('This is the last way to sign in: passwords are switched off. Switch them on first.');
  }

  return {
    /** With that of the settings first, which is not changed here. */
    async list(viewer: Viewer): Promise<ProviderView[]> {
      assertMay(viewer, 'sign-in-provider.read');
      return (await providers.ofAccount(viewer.accountId)).map(view);
    },

    /** BAD_USER_INPUT naming the field, CONFLICT when there are too many. */
    async create(viewer: Viewer, input: ProviderInput): Promise<ProviderView> {
      const id = await runCommand(deps, viewer, 'sign-in-provider.create', async ({ trx, now, audit }) => {
        const values = checked(input);
        await lockAccount(trx, viewer.accountId);
        if ((await listSignInProviders(trx, viewer.accountId)).length >= MAX_PROVIDERS)
          throw conflict(`An account may have ${MAX_PROVIDERS} sign-in providers. Delete one first.`);
        const made = rowId('ip');
        const secret = input.clientSecret ? vault.seal(input.clientSecret, clientSecretAssociatedData(made)) : null;
        const record = { ...values, id: made, accountId: viewer.accountId, clientSecretCipher: secret, createdAt: now };
        await insertSignInProvider(trx, record);
        audit(made, { ...values });
        return made;
      });
      return shown(id);
    },

    /** NOT_FOUND, BAD_USER_INPUT naming the field, CONFLICT for that of the settings and for the last way in. */
    async update(
      viewer: Viewer,
      id: string,
      input: ProviderInput,
      expected: Readonly<Record<string, unknown>> = {},
    ): Promise<ProviderView> {
      await runCommand(deps, viewer, 'sign-in-provider.update', async (command) => {
        const { trx, audit } = command;
        await lockAccount(trx, viewer.accountId);
        const record = await find(trx, viewer, id);
        const values = checked(input);
        await refuseStaleProvider(command, record, values, expected);
        if (!values.enabled) await assertWayLeft(trx, viewer, id);
        const { clientSecret: given } = input;
        const secret = given ? vault.seal(given, clientSecretAssociatedData(id)) : null;
        const clientSecretCipher = given === undefined ? record.clientSecretCipher : secret;
        await updateSignInProvider(trx, id, { ...values, clientSecretCipher });
        const changes = differences(record, { ...record, ...values }, AUDITED);
        audit(id, given === undefined ? changes : { ...changes, clientSecret: 'changed' });
      });
      return shown(id);
    },

    /** Who came by it stays a user. NOT_FOUND, CONFLICT as `update`. */
    remove: (viewer: Viewer, id: string): Promise<void> =>
      runCommand(deps, viewer, 'sign-in-provider.delete', async ({ trx, audit }) => {
        await lockAccount(trx, viewer.accountId);
        const { name } = await find(trx, viewer, id);
        await assertWayLeft(trx, viewer, id);
        await deleteSignInProvider(trx, id);
        audit(id, { name });
      }),

    /** Reads what the provider publishes. NOT_FOUND. */
    async test(viewer: Viewer, id: string): Promise<ProviderFindings> {
      assertMay(viewer, 'sign-in-provider.test');
      const provider = (await providers.ofAccount(viewer.accountId)).find((one) => one.id === id);
      if (!provider) throw notFound('sign-in provider', id);
      try {
        return { works: true, problem: null, ...(await openId.examine(provider)) };
      } catch (error) {
        if (!(error instanceof OpenIdError)) throw error;
        return { works: false, problem: error.reason, authorizationEndpoint: null, signsOut: false };
      }
    },
  };
}

function textOf(given: string, field: string): string {
  const text = given.trim();
  if (text === '' || text.length > MAX_TEXT) throw badInput(field, `Give 1 to ${MAX_TEXT} characters.`);
  return text;
}

function listInput(given: readonly string[], field: string): string[] {
  if (given.length > MAX_LIST) throw badInput(field, `Give at most ${MAX_LIST}.`);
  return [...new Set(given.map((one) => textOf(one, field)))];
}
