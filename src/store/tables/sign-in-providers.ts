import type { Db } from '../database/database.js';
import { flag, json, nullable, number, type RecordOf, table, text } from '../database/table.js';
import type { AssociatedData } from '../vault.js';
import type { Role } from './users.js';

const providers = table('sign_in_providers', {
  id: text(),
  accountId: text(),
  name: text(),
  issuer: text(),
  clientId: text(),
  /** Null: a public client, which proves itself by PKCE alone. */
  clientSecretCipher: nullable(text()),
  scopes: json<string[]>(),
  /** Path of the claim that roles are taken from, as in `realm_access.roles`; null: none. */
  roleClaim: nullable(text()),
  /** The role of each value of that claim. */
  roleMap: json<Record<string, Role>>(),
  /** The role of those without one of these values; null: they are refused. */
  defaultRole: nullable(text<Role>()),
  /** Domains that e-mail addresses have to be of; none: any. */
  emailDomains: json<string[]>(),
  /** Whether its e-mail addresses count as verified where it does not say so. */
  trustsEmail: flag,
  /** Whether those who are not known become users. */
  createsUsers: flag,
  enabled: flag,
  createdAt: number,
});
export type SignInProviderRecord = RecordOf<typeof providers>;

export const clientSecretAssociatedData = (id: string): AssociatedData =>
  `sign_in_providers.client_secret_cipher:${id}`;

export const insertSignInProvider = (db: Db, record: SignInProviderRecord) => providers.insert(db, [record]);

export const listSignInProviders = (db: Db, accountId: string) =>
  providers.rows(db, (query) => query.where('sign_in_providers.account_id', accountId).orderBy(['created_at', 'id']));

export const allSignInProviders = (db: Db) => providers.rows(db, (query) => query.orderBy(['created_at', 'id']));

export const findSignInProvider = (db: Db, id: string) => providers.row(db, (query) => query.where({ id }));

export const updateSignInProvider = (db: Db, id: string, change: Partial<SignInProviderRecord>) =>
  providers.update(db, (query) => query.where({ id }), change);

/** With what it knows of users; the users stay. */
export async function deleteSignInProvider(db: Db, id: string): Promise<void> {
  await db('user_identities').where({ provider_id: id }).delete();
  await db('provider_sessions').where({ provider_id: id }).delete();
  await db('sign_in_providers').where({ id }).delete();
}
