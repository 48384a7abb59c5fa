import { AppError } from '../errors.js';
import type { Role } from '../store/tables/users.js';

/** The user who makes a request, authenticated by an API token or a session. */
export interface Viewer {
  id: string;
  accountId: string;
  name: string;
  role: Role;
  /** The API token of the request; tokens made with it end with it. None for a sign-in by password. */
  tokenId?: string | null;
  /** The network address of the request; unknown for a command that nobody asks for over the network. */
  address?: string | null;
}

const EVERYBODY: readonly Role[] = ['ADMIN', 'DEVELOPER', 'VIEWER'];
const BUILDERS: readonly Role[] = ['ADMIN', 'DEVELOPER'];
const ADMINS: readonly Role[] = ['ADMIN'];

/** Every permission. The names are also the actions of the audit log. */
const PERMISSIONS = {
  read: EVERYBODY,

  'bot.create': BUILDERS,
  'bot.update': BUILDERS,
  'bot.delete': BUILDERS,
  'bot.import': BUILDERS,
  'bot.export': BUILDERS,
  'bot.publish': BUILDERS,
  'bot.rollback': BUILDERS,
  'bot.variable': BUILDERS,
  'bot.suspend': ADMINS,
  'bot.resume': ADMINS,

  'app.create': BUILDERS,
  'app.rotate-secret': BUILDERS,
  'app.set-keys': BUILDERS,
  'app.set-token-encryption': BUILDERS,
  'app.rotate-decryption-key': BUILDERS,
  'app.delete': BUILDERS,

  'channel.create': BUILDERS,
  'channel.update': BUILDERS,
  'channel.set-delivery-settings': BUILDERS,
  'channel.delete': BUILDERS,
  'channel.rotate-signing-secret': BUILDERS,
  'channel.suspend': ADMINS,
  'channel.resume': ADMINS,

  'message.override': BUILDERS,
  'message.remove-override': BUILDERS,

  'approval.request': BUILDERS,
  'approval.approve': ADMINS,
  'approval.reject': ADMINS,
  'approval.withdraw': BUILDERS,

  'delivery.replay': BUILDERS,
  'delivery.send': BUILDERS,
  'endpoint.try': BUILDERS,

  'sign-in.accept': EVERYBODY,
  'user.create': ADMINS,
  'user.update': ADMINS,
  'user.disable': ADMINS,
  'token.create': EVERYBODY, // one's own; a service user's needs user.update
  'token.revoke': EVERYBODY, // one's own; another's needs user.update
  'account.update': ADMINS,
  'audit.export': ADMINS,

  'privacy.update': ADMINS,
  'end-user.erase': ADMINS,
  'end-user.export': ADMINS,

  'alert.read': ADMINS, // the URL of a Slack or Teams webhook is all one needs to post there
  'alert.create': ADMINS,
  'alert.update': ADMINS,
  'alert.delete': ADMINS,
  'alert.test': ADMINS,
} satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof PERMISSIONS;

export const may = ({ role }: Pick<Viewer, 'role'>, action: Action): boolean => PERMISSIONS[action].includes(role);

/**
 * A user for a program: it cannot sign in, so an ADMIN makes its tokens, and it approves nothing, so that ADMIN cannot
 * approve in its name. Every other user makes only their own tokens.
 */
export const isServiceUser = (user: { role: Role; passwordHash: string | null }): boolean =>
  user.passwordHash === null && !may(user, 'approval.approve');

/** FORBIDDEN when the viewer's role does not allow it. */
export function assertMay(viewer: Viewer, action: Action): void {
  if (may(viewer, action)) return;
  const roles = PERMISSIONS[action].join(' or ');
  throw new AppError(
    'FORBIDDEN',
    `This needs the role ${roles}; you are ${viewer.role}. Ask an ADMIN of the account.`,
    {
      details: { action },
    },
  );
}
