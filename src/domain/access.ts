import { AppError } from '../errors.js';
import type { Role } from '../store/tables/users.js';

/** The user who makes a request, authenticated by an API token or a session. */
export interface Viewer {
  id: string;
  accountId: string;
  name: string;
  /** In the whole account. */
  role: Role;
  /** Roles on single bots: each adds to what `role` allows, and takes nothing away. */
  botRoles?: ReadonlyMap<string, Role>;
  /** What the API token of the request is good for; null: all that the user may do. */
  limits?: TokenLimits | null;
  /** The API token of the request; tokens made with it end with it. None for a sign-in by password. */
  tokenId?: string | null;
  /** The app that asks, in the name of the user who granted its scopes. */
  clientId?: string;
  /** The network address of the request; unknown for a command that nobody asks for over the network. */
  address?: string | null;
  /** The session of the request. */
  sessionId?: string | null;
}

/** Null: all. */
export interface TokenLimits {
  actions: readonly string[] | null;
  botIds: readonly string[] | null;
}

const EVERYBODY: readonly Role[] = ['ADMIN', 'DEVELOPER', 'VIEWER'];
const MEMBERS: readonly Role[] = [...EVERYBODY, 'NONE'];
const BUILDERS: readonly Role[] = ['ADMIN', 'DEVELOPER'];
const ADMINS: readonly Role[] = ['ADMIN'];
/** What no role allows. */
const NOBODY: readonly Role[] = [];

/** Every permission. The names are also the actions of the audit log. */
const PERMISSIONS = {
  read: EVERYBODY,
  'conversation.read-content': BUILDERS,
  'conversation.export': BUILDERS,

  'bot.create': BUILDERS,
  'bot.update': BUILDERS,
  'bot.delete': BUILDERS,
  'bot.import': BUILDERS,
  'bot.export': BUILDERS,
  'bot.check': BUILDERS,
  'bot.accept-difference': BUILDERS,
  'bot.take-back-difference': BUILDERS,
  'bot.publish': BUILDERS,
  'bot.rollback': BUILDERS,
  'bot.variable': BUILDERS,
  'canary.begin': BUILDERS, // by an approved publish
  'canary.update': ADMINS,
  'canary.promote': ADMINS,
  'canary.roll-back': BUILDERS,
  'bot.tag': BUILDERS,
  'bot.suspend': ADMINS,
  'bot.resume': ADMINS,

  'app.create': BUILDERS,
  'app.update': BUILDERS,
  'app.tag': BUILDERS,
  'app.rotate-secret': BUILDERS,
  'app.set-keys': BUILDERS,
  'app.set-token-encryption': BUILDERS,
  'app.rotate-decryption-key': BUILDERS,
  'app.request-scopes': BUILDERS,
  'app.grant-scopes': ADMINS,
  'app.revoke-scopes': BUILDERS,
  'app.delete': BUILDERS,

  'channel.create': BUILDERS,
  'channel.update': BUILDERS,
  'channel.set-delivery-settings': BUILDERS,
  'channel.delete': BUILDERS,
  'channel.rotate-signing-secret': BUILDERS,
  'channel.tag': BUILDERS,
  'channel.suspend': ADMINS,
  'channel.resume': ADMINS,

  'message.override': BUILDERS,
  'message.remove-override': BUILDERS,

  'approval.request': BUILDERS,
  'approval.approve': ADMINS,
  'approval.reject': ADMINS,
  'approval.withdraw': BUILDERS,
  'approval.comment': BUILDERS,
  'approval.resolve-comment': BUILDERS,
  'approval.dismiss': BUILDERS,

  'playground.open': BUILDERS,
  'turn.run-again': BUILDERS,
  'bot-test.save': BUILDERS,
  'bot-test.delete': BUILDERS,

  'delivery.replay': BUILDERS,
  'delivery.send': BUILDERS,
  'delivery.discard': BUILDERS,
  'channel.test-callback': BUILDERS,
  'endpoint.try': BUILDERS,
  'endpoint.pause': BUILDERS,
  'endpoint.resume': BUILDERS,

  'sign-in.accept': MEMBERS,
  'user.create': ADMINS,
  'user.create-service-account': ADMINS,
  'user.update': ADMINS,
  'user.disable': ADMINS,
  'user.enable': ADMINS,
  'user.set-password': ADMINS,
  'user.set-bot-role': ADMINS,
  'user.change-password': MEMBERS, // one's own
  'user.change-email': MEMBERS, // one's own
  'token.create': MEMBERS, // one's own; a service user's needs user.update
  'token.revoke': MEMBERS, // one's own; another's needs user.update
  'view.save': MEMBERS, // one's own
  'view.delete': MEMBERS, // one's own
  'account.update': ADMINS,
  'audit.export': ADMINS,

  'scim.provision': NOBODY, // by a token that is good for this alone
  'scim.set-group-role': ADMINS,

  'privacy.update': ADMINS,
  'end-user.erase': ADMINS,
  'end-user.export': ADMINS,

  'sign-in-provider.read': ADMINS,
  'sign-in-provider.create': ADMINS,
  'sign-in-provider.update': ADMINS,
  'sign-in-provider.delete': ADMINS,
  'sign-in-provider.test': ADMINS,

  'alert.read': ADMINS, // the URL of a Slack or Teams webhook is all one needs to post there
  'alert.create': ADMINS,
  'alert.update': ADMINS,
  'alert.delete': ADMINS,
  'alert.test': ADMINS,
} satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof PERMISSIONS;

/** What is done with one bot, and may be allowed by a role on it; all else takes a role in the account. */
const WITH_A_BOT: ReadonlySet<string> = new Set<Action>([
  'read',
  'conversation.read-content',
  'conversation.export',
  'bot.update',
  'bot.delete',
  'bot.import', // into a bot there is
  'bot.export',
  'bot.check',
  'bot.accept-difference',
  'bot.take-back-difference',
  'bot.publish',
  'bot.rollback',
  'bot.variable',
  'canary.begin',
  'canary.update',
  'canary.promote',
  'canary.roll-back',
  'bot.tag',
  'bot.suspend',
  'bot.resume',
  'channel.create',
  'channel.update',
  'channel.set-delivery-settings',
  'channel.delete',
  'channel.rotate-signing-secret',
  'channel.tag',
  'channel.suspend',
  'channel.resume',
  'message.override',
  'message.remove-override',
  'approval.request',
  'approval.approve',
  'approval.reject',
  'approval.withdraw',
  'approval.comment',
  'approval.resolve-comment',
  'approval.dismiss',
  'playground.open',
  'turn.run-again',
  'bot-test.save',
  'bot-test.delete',
  'delivery.replay',
  'delivery.send',
  'delivery.discard',
  'channel.test-callback',
  'endpoint.try',
  'endpoint.pause',
  'endpoint.resume',
]);

/** What an API token allows that is good for this and nothing else, whatever the role; nothing else allows it. */
const BY_TOKEN_ALONE: ReadonlySet<string> = new Set<Action>(['scim.provision']);

/** Whether no role allows it, but an API token that an ADMIN has made for this alone. */
export const isByTokenAlone = (action: string): boolean => BY_TOKEN_ALONE.has(action);

export const ACTIONS = Object.keys(PERMISSIONS) as readonly Action[]; // the keys are what Action names

/** What somebody is allowed by role, limits and bots. */
type Rights = Pick<Viewer, 'role' | 'botRoles' | 'limits'>;

const allows = (role: Role | undefined, action: Action): boolean =>
  role !== undefined && (PERMISSIONS[action] as readonly Role[]).includes(role);

/** Whether the viewer may do it with this bot; without one: in the whole account, with every bot. */
export function may({ role, botRoles, limits }: Rights, action: Action, botId?: string): boolean {
  if (isByTokenAlone(action)) return limits?.botIds === null && limits.actions?.join() === action;
  if (limits?.actions && !limits.actions.includes(action)) return false;
  if (limits?.botIds && (botId === undefined || !limits.botIds.includes(botId))) return false;
  if (botId === undefined) return allows(role, action);
  return WITH_A_BOT.has(action) && (allows(role, action) || allows(botRoles?.get(botId), action));
}

/** The bots with which the viewer may do it; null: all of the account. */
export function botsFor(viewer: Rights, action: Action): readonly string[] | null {
  if (may(viewer, action)) return null;
  const named = new Set([...(viewer.botRoles?.keys() ?? []), ...(viewer.limits?.botIds ?? [])]);
  return [...named].filter((botId) => may(viewer, action, botId));
}

/** The bots that the viewer sees, whichever actions the token of the request is good for; null: all of the account. */
export const visibleBots = ({ limits, ...rights }: Rights): readonly string[] | null =>
  botsFor({ ...rights, limits: limits ? { ...limits, actions: null } : null }, 'read');

/** Whether the viewer may do it with every bot, or with some. */
export const mayWithSome = (viewer: Rights, action: Action): boolean => botsFor(viewer, action)?.length !== 0;

/**
 * The bots of which the viewer may read; null: all of the account. FORBIDDEN for a token that is not good for reading. A
 * list shows what belongs to them, which may be nothing.
 */
export function readableBots(viewer: Viewer): readonly string[] | null {
  const { limits } = viewer;
  if (limits?.actions && !limits.actions.includes('read')) throw forbidden(viewer, 'read');
  return botsFor(viewer, 'read');
}

/**
 * A user for a program: an ADMIN makes its tokens, since nobody has ever signed in as it, and it approves nothing, so that
 * ADMIN cannot approve in its name. Every other user makes only their own tokens.
 */
export const isServiceUser = (user: {
  role: Role;
  passwordHash: string | null;
  service: boolean;
  person: boolean;
}): boolean => user.service || (user.passwordHash === null && !user.person && !allows(user.role, 'approval.approve'));

/** Whether this role, in the account or on a bot, decides requests. */
export const approves = (role: Role): boolean => allows(role, 'approval.approve');

/** FORBIDDEN when the viewer may not do it with this bot; without one: in the whole account. */
export function assertMay(viewer: Viewer, action: Action, botId?: string): void {
  if (!may(viewer, action, botId)) throw forbidden(viewer, action);
}

/** FORBIDDEN when the viewer may do it nowhere. Where it is done is still to be checked. */
export function assertMayWithSome(viewer: Viewer, action: Action): void {
  if (!mayWithSome(viewer, action)) throw forbidden(viewer, action);
}

/**
 * For something of a bot that was named by its id: `missing` for who may not even see the bot, as if there were none;
 * FORBIDDEN for who sees it and may not do this.
 */
export function assertMayWith(viewer: Viewer, action: Action, botId: string, missing: () => AppError): void {
  if (may(viewer, action, botId)) return;
  throw may(viewer, 'read', botId) ? forbidden(viewer, action) : missing();
}

function forbidden({ role, limits }: Viewer, action: Action): AppError {
  const details = { action };
  if (limits?.actions && !limits.actions.includes(action)) {
    return new AppError('FORBIDDEN', `Your API token is not good for "${action}". Make one that is.`, { details });
  }
  if (limits?.botIds) {
    return new AppError('FORBIDDEN', `Your API token is good for some bots only, and not for this. Make one that is.`, {
      details,
    });
  }
  if (isByTokenAlone(action)) {
    const text = `This takes an API token of a service account that an ADMIN has made for "${action}" alone.`;
    return new AppError('FORBIDDEN', text, { details });
  }
  const roles = PERMISSIONS[action].join(' or ');
  const where = WITH_A_BOT.has(action) ? ', in the account or on the bot' : '';
  return new AppError(
    'FORBIDDEN',
    `This needs the role ${roles}${where}; you are ${role}. Ask an ADMIN of the account.`,
    { details },
  );
}

/** A text that is equal for viewers with the same rights. */
export const rightsOf = ({ role, botRoles, limits }: Rights): string =>
  JSON.stringify([role, [...(botRoles ?? [])].sort(), limits ?? null]);
