import { badInput, conflict, notFound } from '../../errors.js';
import { clientId as newClientId } from '../../ids.js';
import type { PageRequest } from '../../store/database/page.js';
import {
  type AppFilter,
  type AppRecord,
  findApp,
  findApps,
  insertApp,
  listApps,
  lockApp,
  updateApp,
} from '../../store/tables/apps.js';
import type { ListOrder } from '../../store/tables/bot-list.js';
import { channelsOfApps } from '../../store/tables/channels.js';
import type { AssociatedData } from '../../store/vault.js';
import type { JwtAlgorithm, TokenEncryption } from '../../vocabulary.js';
import { assertMay, readableBots, type Viewer } from '../access.js';
import { type DomainDeps, differences, runCommand } from '../command.js';
import { clientSecret, longClientSecret, overlapInput } from '../secrets.js';
import { refuseStale } from '../stale.js';
import { nameInput } from '../text-input.js';
import { type EncryptionJwk, encryptionJwks, newDecryptionKey, withNewKey } from './decryption-keys.js';
import { type AppKeySource, type AppKeysInput, keysInput } from './keys-input.js';
import { fingerprint, isSecretAlgorithm } from './public-key.js';

export interface AppInput extends AppKeysInput {
  name: string;
  algorithm?: JwtAlgorithm | null;
  requireJti?: boolean | null;
  tokenEncryption?: TokenEncryption | null;
  /** One that callers have already; absent: a new one. */
  clientSecret?: string | null;
}

export interface AppUpdate {
  clientId: string;
  name?: string | undefined;
  requireJti?: boolean | undefined;
}

/** Characters of a client secret that was brought along: as many bytes as the digest of the algorithm has, and a line at most. */
const MIN_SECRET = { HS256: 32, HS512: 64 } as const;
const MAX_SECRET = 1024;

/** An app with its secret, which is shown in this answer only. Empty for an app with keys: it has none. */
/** How a secret is replaced; all may be left out. */
export interface SecretRotation {
  /** Seconds for which the previous one stays valid. */
  overlapSeconds?: number | null | undefined;
  /** The new one; absent: it is made here. */
  clientSecret?: string;
  /** When the sender saw the secret replaced last; absent: not checked. */
  expected?: { secretRotatedAt?: Date | null | undefined } | null | undefined;
}

export interface AppCredentials {
  app: AppRecord;
  clientSecret: string;
  previousSecretValidUntil: number | null;
}

export const appSecretAssociatedData = (clientId: string): AssociatedData => `apps.secret_cipher:${clientId}`;
export const previousAppSecretAssociatedData = (clientId: string): AssociatedData =>
  `apps.previous_secret_cipher:${clientId}`;

/** The credentials of callers. */
export function createApps(deps: DomainDeps) {
  const { database, vault } = deps;
  return {
    /** To those who may not read all bots: an app of a channel they see. */
    async get(viewer: Viewer, clientId: string): Promise<AppRecord | null> {
      return findApp(database.read, viewer.accountId, clientId, readableBots(viewer));
    },

    list(viewer: Viewer, request: PageRequest & AppFilter & { order?: ListOrder | null | undefined }) {
      return listApps(database.read, viewer.accountId, { ...request, botIds: readableBots(viewer) });
    },

    byIds: (viewer: Viewer, clientIds: readonly string[]) => findApps(database.read, viewer.accountId, clientIds),

    /** Null once the secret before is not good any more. */
    previousSecretValidUntil: ({ previousSecretValidUntil: until }: AppRecord): Date | null =>
      until !== null && until > deps.clock.now() ? new Date(until) : null,

    /** The public keys that callers of the app encrypt tokens with, the current one first. */
    encryptionKeys: (app: AppRecord): EncryptionJwk[] => encryptionJwks(app.decryptionKeys, deps.clock.now()),

    /** BAD_USER_INPUT (`name`, `publicKeys`, `jwksUrl`). */
    async create(viewer: Viewer, input: AppInput): Promise<AppCredentials> {
      assertMay(viewer, 'app.create');
      const clientId = newClientId();
      const tokenEncryption = input.tokenEncryption ?? 'NONE';
      const decryptionKeys = tokenEncryption === 'NONE' ? [] : [await newDecryptionKey(vault, clientId)];
      return runCommand(deps, viewer, 'app.create', async ({ trx, now, audit, changed }) => {
        const algorithm = input.algorithm ?? 'HS256';
        const keys = keysInput(input, algorithm, deps.checkPostUrl);
        const secret = input.clientSecret ? secretInput(input.clientSecret, algorithm) : secretFor(algorithm);
        const app: AppRecord = {
          clientId,
          accountId: viewer.accountId,
          name: nameInput(input.name),
          algorithm,
          requireJti: input.requireJti ?? false,
          secretCipher: vault.seal(secret, appSecretAssociatedData(clientId)),
          previousSecretCipher: null,
          previousSecretValidUntil: null,
          createdAt: now,
          secretRotatedAt: null,
          deletedAt: null,
          ...keys,
          tokenEncryption,
          decryptionKeys,
          scopes: [],
        };
        await insertApp(trx, app);
        audit(clientId, {
          name: app.name,
          algorithm,
          requireJti: app.requireJti,
          ...(!isSecretAlgorithm(algorithm) && named(keys)),
          ...(tokenEncryption !== 'NONE' && { tokenEncryption }),
        });
        changed('app', clientId);
        return { app, clientSecret: secret, previousSecretValidUntil: null };
      });
    },

    /** Absent fields stay. NOT_FOUND, BAD_USER_INPUT (`name`). */
    update(viewer: Viewer, { clientId, name, requireJti }: AppUpdate): Promise<AppRecord> {
      return runCommand(deps, viewer, 'app.update', async ({ trx, audit, changed }) => {
        const app = await lockApp(trx, viewer.accountId, clientId);
        if (!app) throw notFound('app', clientId);
        const change = {
          name: name === undefined ? app.name : nameInput(name),
          requireJti: requireJti ?? app.requireJti,
        };
        await updateApp(trx, clientId, change);
        audit(clientId, differences(app, { ...app, ...change }, ['name', 'requireJti']));
        changed('app', clientId);
        return { ...app, ...change };
      });
    },

    /**
     * A new secret, or the given one; the previous one stays valid for the overlap. NOT_FOUND, CONFLICT (also where it was
     * replaced since the sender saw it), BAD_USER_INPUT (`overlapSeconds`, `clientSecret`).
     */
    rotateSecret(
      viewer: Viewer,
      clientId: string,
      { overlapSeconds, clientSecret: given, expected }: SecretRotation = {},
    ): Promise<AppCredentials> {
      return runCommand(deps, viewer, 'app.rotate-secret', async (command) => {
        const { trx, now, audit, changed } = command;
        const overlapMs = overlapInput(overlapSeconds);
        const app = await lockApp(trx, viewer.accountId, clientId);
        if (!app) throw notFound('app', clientId);
        const current = app.secretRotatedAt === null ? null : new Date(app.secretRotatedAt);
        await refuseStale(
          command,
          clientId,
          [{ field: 'secretRotatedAt', seen: expected?.secretRotatedAt, current, wanted: undefined }],
          ({ action }) => action === 'app.rotate-secret',
        );
        if (!isSecretAlgorithm(app.algorithm)) {
          throw conflict(
            `The app "${app.name}" signs by ${app.algorithm} with a key of its own: it has no secret. Replace its keys with setAppKeys.`,
          );
        }
        const secret = given === undefined ? secretFor(app.algorithm) : secretInput(given, app.algorithm);
        const previous = vault.open(app.secretCipher, appSecretAssociatedData(clientId));
        const change = {
          secretCipher: vault.seal(secret, appSecretAssociatedData(clientId)),
          previousSecretCipher:
            overlapMs === 0 ? null : vault.seal(previous, previousAppSecretAssociatedData(clientId)),
          previousSecretValidUntil: overlapMs === 0 ? null : now + overlapMs,
          secretRotatedAt: now,
        };
        await updateApp(trx, clientId, change);
        audit(clientId, { previousSecretValidUntil: change.previousSecretValidUntil });
        changed('app', clientId);
        return {
          app: { ...app, ...change },
          clientSecret: secret,
          previousSecretValidUntil: change.previousSecretValidUntil,
        };
      });
    },

    /**
     * Replaces the keys of an app: what is not listed any more verifies nothing from now on. For an overlap list both.
     * NOT_FOUND, CONFLICT for an app with a secret, BAD_USER_INPUT (`publicKeys`, `jwksUrl`).
     */
    setKeys(viewer: Viewer, clientId: string, input: AppKeysInput): Promise<AppRecord> {
      return runCommand(deps, viewer, 'app.set-keys', async ({ trx, audit, changed }) => {
        const app = await lockApp(trx, viewer.accountId, clientId);
        if (!app) throw notFound('app', clientId);
        if (isSecretAlgorithm(app.algorithm)) {
          throw conflict(
            `The app "${app.name}" signs by ${app.algorithm} with its client secret. Make an app of RS256, RS512 or ES256 to use keys.`,
          );
        }
        const keys = keysInput(input, app.algorithm, deps.checkPostUrl);
        const change = differences(named(app), named(keys), ['publicKeys', 'jwksUrl']);
        if (Object.keys(change).length === 0) return app;
        await updateApp(trx, clientId, keys);
        audit(clientId, change);
        changed('app', clientId);
        return { ...app, ...keys };
      });
    },

    /** Whether tokens of the app are encrypted; the first time makes the key to encrypt with. NOT_FOUND. */
    async setTokenEncryption(viewer: Viewer, clientId: string, tokenEncryption: TokenEncryption): Promise<AppRecord> {
      assertMay(viewer, 'app.set-token-encryption');
      const before = await findApp(database.read, viewer.accountId, clientId);
      const needsKey = tokenEncryption !== 'NONE' && before?.decryptionKeys.length === 0;
      const fresh = needsKey ? [await newDecryptionKey(vault, clientId)] : [];
      return runCommand(deps, viewer, 'app.set-token-encryption', async ({ trx, audit, changed }) => {
        const app = await lockApp(trx, viewer.accountId, clientId);
        if (!app) throw notFound('app', clientId);
        if (app.tokenEncryption === tokenEncryption) return app;
        const { decryptionKeys } = app;
        const change = { tokenEncryption, decryptionKeys: decryptionKeys.length > 0 ? decryptionKeys : fresh };
        await updateApp(trx, clientId, change);
        audit(clientId, { tokenEncryption: { from: app.tokenEncryption, to: tokenEncryption } });
        changed('app', clientId);
        return { ...app, ...change };
      });
    },

    /**
     * A new key for encrypted tokens; the one before it opens them for the overlap. NOT_FOUND, CONFLICT while tokens are
     * not encrypted, BAD_USER_INPUT (`overlapSeconds`).
     */
    async rotateDecryptionKey(viewer: Viewer, clientId: string, overlapSeconds?: number | null): Promise<AppRecord> {
      assertMay(viewer, 'app.rotate-decryption-key');
      const overlapMs = overlapInput(overlapSeconds);
      if (!(await findApp(database.read, viewer.accountId, clientId))) throw notFound('app', clientId);
      const fresh = await newDecryptionKey(vault, clientId);
      return runCommand(deps, viewer, 'app.rotate-decryption-key', async ({ trx, now, audit, changed }) => {
        const app = await lockApp(trx, viewer.accountId, clientId);
        if (!app) throw notFound('app', clientId);
        if (app.tokenEncryption === 'NONE') {
          throw conflict(`Tokens of the app "${app.name}" are not encrypted. Set its token encryption first.`);
        }
        const previousValidUntil = overlapMs === 0 ? null : now + overlapMs;
        const change = { decryptionKeys: withNewKey(app.decryptionKeys, fresh, previousValidUntil) };
        await updateApp(trx, clientId, change);
        audit(clientId, { kid: fresh.kid, previousValidUntil });
        changed('app', clientId);
        return { ...app, ...change };
      });
    },

    /** NOT_FOUND, CONFLICT while a channel uses it. */
    remove(viewer: Viewer, clientId: string): Promise<void> {
      return runCommand(deps, viewer, 'app.delete', async ({ trx, now, audit, changed }) => {
        const app = await lockApp(trx, viewer.accountId, clientId);
        if (!app) throw notFound('app', clientId);
        const users = (await channelsOfApps(trx, [clientId])).get(clientId) ?? [];
        if (users.length > 0) {
          const names = users.slice(0, 5).map((channel) => `"${channel.name}"`);
          throw conflict(
            `The app "${app.name}" is in use by ${users.length} channel(s): ${names.join(', ')}. Give them another app or delete them first.`,
            { channelIds: users.slice(0, 100).map((channel) => channel.id) },
          );
        }
        await updateApp(trx, clientId, { deletedAt: now });
        audit(clientId, { name: app.name });
        changed('app', clientId);
      });
    },
  };
}

function secretFor(algorithm: JwtAlgorithm): string {
  if (!isSecretAlgorithm(algorithm)) return '';
  return algorithm === 'HS512' ? longClientSecret() : clientSecret();
}

/** BAD_USER_INPUT (`clientSecret`) for one that is too short for its algorithm, or cannot be one. */
function secretInput(secret: string, algorithm: JwtAlgorithm): string {
  if (algorithm !== 'HS256' && algorithm !== 'HS512') {
    throw badInput(
      'clientSecret',
      `An app of ${algorithm} signs with a key of its own: it has no secret. Leave it out.`,
    );
  }
  const least = MIN_SECRET[algorithm];
  if (secret.length >= least && secret.length <= MAX_SECRET && /^[\x21-\x7e]+$/.test(secret)) return secret;
  throw badInput(
    'clientSecret',
    `A client secret of ${algorithm} has ${least} to ${MAX_SECRET} visible ASCII characters, no blanks. Leave it out to have one made.`,
  );
}

/** Keys as the audit log names them. */
const named = ({ publicKeys, jwksUrl }: AppKeySource): AppKeySource => ({
  publicKeys: publicKeys.map(fingerprint),
  jwksUrl,
});
