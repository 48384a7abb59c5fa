import type { Role } from '../../api/.generated/graphql';

interface RoleOfValue {
  value: string;
  role: Role;
}

/** `value = ROLE`, one a line. */
export const writeRoles = (roles: readonly RoleOfValue[]): string =>
  roles.map(({ value, role }) => `${value} = ${role}`).join('\n');

/** The server tells of a role that there is not. */
export const readRoles = (text: string): RoleOfValue[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.lastIndexOf('=');
      const role = line
        .slice(at + 1)
        .trim()
        .toUpperCase() as Role;
      return { value: line.slice(0, Math.max(0, at)).trim(), role };
    });
