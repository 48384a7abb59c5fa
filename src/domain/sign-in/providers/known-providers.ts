import { anyAccount } from '../../../store/tables/accounts.js';
import {
  allSignInProviders,
  clientSecretAssociatedData,
  findSignInProvider,
  listSignInProviders,
  type SignInProviderRecord,
} from '../../../store/tables/sign-in-providers.js';
import type { DomainDeps } from '../../command.js';
import { PROVIDER_OF_SETTINGS, type Provider } from './provider.js';

/** Providers of the database, and before them the one of the settings, which is the first account's. */
export function createKnownProviders({ database, vault, signIn: settings }: DomainDeps) {
  async function ofSettings(): Promise<Provider[]> {
    if (!settings?.OIDC_ISSUER || !settings.OIDC_CLIENT_ID) return [];
    const account = await anyAccount(database.read);
    if (!account) return [];
    return [
      {
        id: PROVIDER_OF_SETTINGS,
        accountId: account.id,
        name: settings.OIDC_NAME,
        issuer: settings.OIDC_ISSUER,
        clientId: settings.OIDC_CLIENT_ID,
        clientSecret: settings.OIDC_CLIENT_SECRET ?? null,
        scopes: settings.OIDC_SCOPES,
        roleClaim: settings.OIDC_ROLE_CLAIM ?? null,
        roleMap: settings.OIDC_ROLE_MAP,
        defaultRole: settings.OIDC_DEFAULT_ROLE ?? null,
        emailDomains: settings.OIDC_EMAIL_DOMAINS,
        trustsEmail: settings.OIDC_TRUST_EMAIL,
        createsUsers: settings.OIDC_CREATE_USERS,
        enabled: true,
      },
    ];
  }

  const open = ({ clientSecretCipher, createdAt: _, ...record }: SignInProviderRecord): Provider => ({
    ...record,
    clientSecret: clientSecretCipher && vault.open(clientSecretCipher, clientSecretAssociatedData(record.id)),
  });

  return {
    all: async (): Promise<Provider[]> => [
      ...(await ofSettings()),
      ...(await allSignInProviders(database.read)).map(open),
    ],
    async ofAccount(accountId: string): Promise<Provider[]> {
      const own = (await ofSettings()).filter((provider) => provider.accountId === accountId);
      return [...own, ...(await listSignInProviders(database.read, accountId)).map(open)];
    },
    async find(id: string): Promise<Provider | null> {
      if (id === PROVIDER_OF_SETTINGS) return (await ofSettings())[0] ?? null;
      const record = await findSignInProvider(database.read, id);
      return record && open(record);
    },
  };
}

export type KnownProviders = ReturnType<typeof createKnownProviders>;
