import type { Role } from '../../api/.generated/graphql';

export const ROLE_NAMES: Record<Role, string> = {
  VIEWER: 'Viewer',
  DEVELOPER: 'Developer',
  ADMIN: 'Admin',
  NONE: 'None',
};

interface RoleChoice {
  value: Role;
  label: string;
}

const choices = (roles: readonly Role[]): RoleChoice[] => roles.map((value) => ({ value, label: ROLE_NAMES[value] }));

/** Roles in the account. */
export const ROLES = choices(['NONE', 'VIEWER', 'DEVELOPER', 'ADMIN']);
/** Roles in the account for who never approves. */
export const SERVICE_ROLES = choices(['NONE', 'VIEWER', 'DEVELOPER']);

/** Roles on one bot. */
export const botRoleChoices = (service: boolean): RoleChoice[] =>
  choices(service ? ['VIEWER', 'DEVELOPER'] : ['VIEWER', 'DEVELOPER', 'ADMIN']);
