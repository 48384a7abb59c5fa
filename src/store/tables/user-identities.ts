import type { Db } from '../database/database.js';
import { nullable, number, type RecordOf, table, text } from '../database/table.js';
import type { AssociatedData } from '../vault.js';

const identities = table('user_identities', {
  providerId: text(),
  /** How the provider names the user; never given to another. */
  subject: text(),
  userId: text(),
  createdAt: number,
});
export type UserIdentityRecord = RecordOf<typeof identities>;

const sessions = table('provider_sessions', {
  /** The API token of the console session. */
  tokenId: text(),
  providerId: text(),
  subject: text(),
  /** The provider's own session, where it names one. */
  sid: nullable(text()),
  idTokenCipher: text(),
});
export type ProviderSessionRecord = RecordOf<typeof sessions>;

export const idTokenAssociatedData = (tokenId: string): AssociatedData =>
  `provider_sessions.id_token_cipher:${tokenId}`;

export const findIdentity = (db: Db, providerId: string, subject: string) =>
  identities.row(db, (query) => query.where({ provider_id: providerId, subject }));

export const insertIdentity = (db: Db, record: UserIdentityRecord) => identities.insert(db, [record]);

export const identitiesOfUsers = (db: Db, userIds: readonly string[]) => identities.rowsIn(db, 'userId', userIds);

export const insertProviderSession = (db: Db, record: ProviderSessionRecord) => sessions.insert(db, [record]);

export const findProviderSession = (db: Db, tokenId: string) =>
  sessions.row(db, (query) => query.where({ token_id: tokenId }));

/** The sessions of one user of a provider, or the one session it names. */
export const providerSessionsOf = (db: Db, providerId: string, { subject, sid }: { subject?: string; sid?: string }) =>
  sessions.rows(db, (query) => {
    void query.where('provider_sessions.provider_id', providerId);
    if (subject !== undefined) void query.where('provider_sessions.subject', subject);
    if (sid !== undefined) void query.where('provider_sessions.sid', sid);
    return query;
  });
