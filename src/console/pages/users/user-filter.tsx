import { MagnifyingGlassIcon } from '@heroicons/react/24/outline';
import { Group, Select, TextInput } from '@mantine/core';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';
import { ROLES } from './roles';
import type { UserNode } from './users-query';

const FIELDS = ['search', 'role', 'kind'] as const;
const KINDS = [
  { value: 'person', label: 'People' },
  { value: 'service', label: 'Service accounts' },
  { value: 'disabled', label: 'Disabled' },
];

/** Which users are shown; it stands in the address. All of them are here: nothing is asked for. */
export function useUserFilter() {
  const { text, set } = useFieldsInAddress(FIELDS);
  const { search = '', role, kind } = text;
  const isOfKind = ({ service, disabledAt }: UserNode) =>
    kind === 'disabled' ? Boolean(disabledAt) : !kind || service === (kind === 'service');
  const matches = (user: UserNode) =>
    `${user.name} ${user.email ?? ''}`.toLowerCase().includes(search.trim().toLowerCase()) &&
    (!role || user.role === role || user.botRoles.some((one) => one.role === role)) &&
    isOfKind(user);
  return { text, set, matches };
}

export function UserFilter({ filter: { text, set } }: { filter: ReturnType<typeof useUserFilter> }) {
  return (
    <Group align="end">
      <TextInput
        aria-label="Search users"
        placeholder="Search by name or e-mail address"
        miw={280}
        leftSection={<MagnifyingGlassIcon width={16} aria-hidden />}
        value={text.search ?? ''}
        onChange={(event) => set({ search: event.currentTarget.value }, { replace: true })}
      />
      <Select
        aria-label="Role"
        placeholder="Any role"
        clearable
        clearButtonProps={{ 'aria-label': 'Any role' }}
        data={ROLES}
        value={text.role ?? null}
        onChange={(role) => set({ role: role ?? '' })}
      />
      <Select
        aria-label="Kind"
        placeholder="People and programs"
        clearable
        clearButtonProps={{ 'aria-label': 'People and programs' }}
        data={KINDS}
        value={text.kind ?? null}
        onChange={(kind) => set({ kind: kind ?? '' })}
      />
    </Group>
  );
}
