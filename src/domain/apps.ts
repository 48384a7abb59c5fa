import { conflict, notFound } from '../errors.js';
import { clientId as newClientId } from '../ids.js';
import type { PageRequest } from '../store/database/page.js';
import { type AppRecord, findApp, findApps, insertApp, listApps, lockApp, updateApp } from '../store/tables/apps.js';
import { channelsOfApps } from '../store/tables/channels.js';
import type { AssociatedData } from '../store/vault.js';
import type { JwtAlgorithm } from '../vocabulary.js';
import { assertMay, type Viewer } from './access.js';
import { type DomainDeps, runCommand } from './command.js';
import { clientSecret, longClientSecret, overlapInput } from './secrets.js';
import { nameInput } from './text-input.js';

export interface AppInput {
  name: string;
  algorithm?: JwtAlgorithm | null;
  requireJti?: boolean | null;
}

/** An app with its secret, which is shown in this answer only. */
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
    get(viewer: Viewer, clientId: string): Promise<AppRecord | null> {
      assertMay(viewer, 'read');
      return findApp(database.read, viewer.accountId, clientId);
    },

    list(viewer: Viewer, request: PageRequest) {
      assertMay(viewer, 'read');
      return listApps(database.read, viewer.accountId, request);
    },

    byIds: (viewer: Viewer, clientIds: readonly string[]) => findApps(database.read, viewer.accountId, clientIds),

    /** BAD_USER_INPUT (`name`). */
    create(viewer: Viewer, input: AppInput): Promise<AppCredentials> {
      return runCommand(deps, viewer, 'app.create', async ({ trx, now, audit, changed }) => {
        const clientId = newClientId();
        const algorithm = input.algorithm ?? 'HS256';
        const secret = secretFor(algorithm);
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
        };
        await insertApp(trx, app);
        audit(clientId, { name: app.name, algorithm, requireJti: app.requireJti });
        changed('app', clientId);
        return { app, clientSecret: secret, previousSecretValidUntil: null };
      });
    },

    /** A new secret; the previous one stays valid for the overlap. NOT_FOUND, BAD_USER_INPUT (`overlapSeconds`). */
    rotateSecret(viewer: Viewer, clientId: string, overlapSeconds?: number | null): Promise<AppCredentials> {
      return runCommand(deps, viewer, 'app.rotate-secret', async ({ trx, now, audit, changed }) => {
        const overlapMs = overlapInput(overlapSeconds);
        const app = await lockApp(trx, viewer.accountId, clientId);
        if (!app) throw notFound('app', clientId);
        const secret = secretFor(app.algorithm);
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

const secretFor = (algorithm: JwtAlgorithm): string => (algorithm === 'HS512' ? longClientSecret() : clientSecret());
