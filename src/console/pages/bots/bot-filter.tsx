import { MagnifyingGlassIcon } from '@heroicons/react/24/outline';
import { Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import type { BotState, EngineKind, ListOrder } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { ENGINES } from '../../parts/engine-settings';
import { ListFilters } from '../../parts/list-filters';
import { SavedViews } from '../../parts/saved-views';
import { TAGS } from '../../parts/tag-picked';
import { useFieldsInAddress } from '../../parts/use-fields-in-address';
import { BOT_STATES } from '../../parts/words';

export const FIELDS = ['search', 'state', 'engine', 'tag', 'failing', 'order'] as const;
export type BotFilterText = Partial<Record<(typeof FIELDS)[number], string>>;

/** The filter as the API takes it; the server refuses what it does not know. */
export const filterOf = ({ search, state, engine, tag, failing, order }: BotFilterText) => ({
  search: search ?? null,
  state: (state ?? null) as BotState | null,
  engine: (engine ?? null) as EngineKind | null,
  tag: tag ?? null,
  failing: failing ? true : null,
  order: (order ?? null) as ListOrder | null,
});

/** Which bots are shown, and in which order, as the address says. */
export function BotFilter() {
  const { text, set } = useFieldsInAddress(FIELDS);
  const { data } = useData(TAGS, {});
  const search = useDebouncedCallback((value: string) => set({ search: value.trim() }, { replace: true }), 250);
  return (
    <Group align="end">
      <TextInput
        aria-label="Search bots"
        placeholder="Search by name or id"
        miw={240}
        leftSection={<MagnifyingGlassIcon width={16} aria-hidden />}
        defaultValue={text.search ?? ''}
        onChange={(event) => search(event.currentTarget.value)}
      />
      <Select
        aria-label="State"
        placeholder="Any state"
        clearable
        clearButtonProps={{ 'aria-label': 'Any state' }}
        data={Object.entries(BOT_STATES).map(([value, { text: label }]) => ({ value, label }))}
        value={text.state ?? null}
        onChange={(state) => set({ state: state ?? '' })}
      />
      <Select
        aria-label="Engine"
        placeholder="Any engine"
        clearable
        clearButtonProps={{ 'aria-label': 'Any engine' }}
        data={Object.entries(ENGINES).map(([value, label]) => ({ value, label }))}
        value={text.engine ?? null}
        onChange={(engine) => set({ engine: engine ?? '' })}
      />
      <ListFilters text={text} set={set} tags={data?.tags ?? []} />
      <SavedViews page="bots" />
    </Group>
  );
}
