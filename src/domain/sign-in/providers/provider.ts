import type { Env } from '../../../config/env.js';
import type { Role } from '../../../store/tables/users.js';

/** The settings of the server that name a provider. */
export type SignInSettings = Pick<
  Env,
  | 'OIDC_ISSUER'
  | 'OIDC_CLIENT_ID'
  | 'OIDC_CLIENT_SECRET'
  | 'OIDC_NAME'
  | 'OIDC_SCOPES'
  | 'OIDC_ROLE_CLAIM'
  | 'OIDC_ROLE_MAP'
  | 'OIDC_DEFAULT_ROLE'
  | 'OIDC_EMAIL_DOMAINS'
  | 'OIDC_TRUST_EMAIL'
  | 'OIDC_CREATE_USERS'
>;

/** An OpenID Connect provider, ready for use. */
export interface Provider {
  id: string;
  accountId: string;
  name: string;
  /** As in the `iss` of its tokens; where its configuration is found. */
  issuer: string;
  clientId: string;
  /** Null: a public client, which proves itself by PKCE alone. */
  clientSecret: string | null;
  scopes: string[];
  roleClaim: string | null;
  roleMap: Record<string, Role>;
  defaultRole: Role | null;
  emailDomains: string[];
  trustsEmail: boolean;
  createsUsers: boolean;
  enabled: boolean;
}

/** The id of the provider that the settings name (`OIDC_ISSUER`). */
export const PROVIDER_OF_SETTINGS = 'settings';
