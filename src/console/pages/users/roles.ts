import type { Role } from '../../api/.generated/graphql';

export const ROLES: { value: Role; label: string }[] = [
  { value: 'VIEWER', label: 'Viewer' },
  { value: 'DEVELOPER', label: 'Developer' },
  { value: 'ADMIN', label: 'Admin' },
];
