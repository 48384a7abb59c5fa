import { badInput, notFound } from '../../errors.js';
import { type AppRecord, findApp, lockApp, type StoredScope, updateApp } from '../../store/tables/apps.js';
import { APP_SCOPES, type AppScope } from '../../vocabulary.js';
import type { Action, Viewer } from '../access.js';
import { type Command, type DomainDeps, runCommand } from '../command.js';
import { assertFourEyes } from '../four-eyes.js';

/** The permissions that each scope stands for: never more than a DEVELOPER has. */
const ALLOWS: Record<AppScope, readonly Action[]> = {
  BOT_IMPORT: ['bot.import'],
  BOT_EXPORT: ['bot.export'],
  PUBLISH: ['bot.publish', 'read'],
  PUBLISH_STATUS: ['read'],
  BOT_LIST: ['read'],
  BOT_SESSIONS: ['read'],
  CHAT_HISTORY: ['read', 'conversation.read-content'],
  BOT_VARIABLES: ['read', 'bot.variable'],
};

/** Administrative scopes of apps: asked for by who builds, granted by an ADMIN. */
export function createAppScopes(deps: DomainDeps) {
  type Action = 'app.request-scopes' | 'app.grant-scopes' | 'app.revoke-scopes';

  /** NOT_FOUND for the app. `change` gives the scopes as they are to be; what differs is stored, audited and told. */
  const changing = (
    viewer: Viewer,
    action: Action,
    { clientId, scopes }: ScopesInput,
    change: (command: Command, app: AppRecord, scopes: readonly AppScope[]) => Promise<StoredScope[]> | StoredScope[],
  ): Promise<AppRecord> =>
    runCommand(deps, viewer, action, async (command) => {
      const named = scopesInput(scopes);
      const app = await lockApp(command.trx, viewer.accountId, clientId);
      if (!app) throw notFound('app', clientId);
      const changed = await change(command, app, named);
      if (JSON.stringify(changed) === JSON.stringify(app.scopes)) return app; // asked for again
      await updateApp(command.trx, clientId, { scopes: changed });
      command.audit(clientId, { name: app.name, scopes: named });
      command.changed('app', clientId);
      return { ...app, scopes: changed };
    });

  return {
    /** Asks an ADMIN to allow it; what is granted or asked for already stays as it is. NOT_FOUND, BAD_USER_INPUT (`scopes`). */
    request: (viewer: Viewer, input: ScopesInput) =>
      changing(viewer, 'app.request-scopes', input, ({ now }, app, scopes) => {
        const missing = scopes.filter((scope) => !app.scopes.some((one) => one.scope === scope));
        return [
          ...app.scopes,
          ...missing.map((scope): StoredScope => {
            const asked = { scope, status: 'REQUESTED' as const, requestedBy: viewer.id, requestedAt: now };
            return { ...asked, grantedBy: null, grantedAt: null };
          }),
        ];
      }),

    /** Allows it from now on, asked for or not. NOT_FOUND, BAD_USER_INPUT (`scopes`), FORBIDDEN (four eyes). */
    grant: (viewer: Viewer, input: ScopesInput) =>
      changing(viewer, 'app.grant-scopes', input, async (command, app, scopes) => {
        const granted: StoredScope[] = [];
        for (const scope of scopes) {
          const present = app.scopes.find((one) => one.scope === scope);
          if (present?.status === 'GRANTED') continue;
          const asked = present ?? { scope, requestedBy: viewer.id, requestedAt: command.now };
          await assertFourEyes(command, asked.requestedBy);
          granted.push({ ...asked, status: 'GRANTED', grantedBy: viewer.id, grantedAt: command.now });
        }
        return [...app.scopes.filter((one) => !granted.some(({ scope }) => scope === one.scope)), ...granted];
      }),

    /** Ends what was granted or asked for, at once. NOT_FOUND, BAD_USER_INPUT (`scopes`). */
    revoke: (viewer: Viewer, input: ScopesInput) =>
      changing(viewer, 'app.revoke-scopes', input, (_command, app, scopes) =>
        app.scopes.filter(({ scope }) => !scopes.includes(scope)),
      ),

    /**
     * An app as a viewer, good for what the granted ones of these scopes allow; null when none is. What it asks for stands under
     * the name of the ADMIN who granted, who therefore does not decide it under four eyes.
     */
    async viewerFor(
      { accountId, clientId, address }: { accountId: string; clientId: string; address?: string },
      scopes: readonly AppScope[],
    ): Promise<Viewer | null> {
      const app = await findApp(deps.database.read, accountId, clientId);
      const granted = app?.scopes.filter(({ scope, status }) => status === 'GRANTED' && scopes.includes(scope)) ?? [];
      const [first] = granted;
      if (!app || !first?.grantedBy) return null;
      const actions = granted.flatMap(({ scope }) => ALLOWS[scope]);
      return {
        id: first.grantedBy,
        clientId,
        accountId,
        name: app.name,
        role: 'DEVELOPER',
        limits: { actions, botIds: null },
        ...(address !== undefined && { address }),
      };
    },
  };
}

export interface ScopesInput {
  clientId: string;
  scopes: readonly string[];
}

function scopesInput(scopes: readonly string[]): AppScope[] {
  const named = APP_SCOPES.filter((scope) => scopes.includes(scope));
  const unknown = scopes.find((scope) => !(APP_SCOPES as readonly string[]).includes(scope));
  if (unknown !== undefined)
    throw badInput('scopes', `There is no scope "${unknown}". There are: ${APP_SCOPES.join(', ')}.`);
  if (named.length === 0) throw badInput('scopes', 'Name at least one scope.');
  return named;
}
