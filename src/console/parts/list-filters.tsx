import { Select, Switch } from '@mantine/core';

const ORDERS = [
  { value: 'NEWEST', label: 'Newest first' },
  { value: 'CHANGED', label: 'Last changed first' },
  { value: 'NAME', label: 'By name' },
];

interface ListFiltersProps {
  text: { tag?: string; order?: string; failing?: string };
  set(change: { tag?: string; order?: string; failing?: string }): void;
  /** Those there are to choose from. */
  tags: readonly string[];
}

/** What the lists of bots and channels are narrowed and ordered by alike. */
export function ListFilters({ text, set, tags }: ListFiltersProps) {
  return (
    <>
      {tags.length > 0 && (
        <Select
          aria-label="Tag"
          placeholder="Any tag"
          clearable
          searchable
          clearButtonProps={{ 'aria-label': 'Any tag' }}
          data={[...tags]}
          value={text.tag ?? null}
          onChange={(tag) => set({ tag: tag ?? '' })}
        />
      )}
      <Select
        aria-label="Order"
        allowDeselect={false}
        data={ORDERS}
        value={text.order ?? 'NEWEST'}
        onChange={(order) => set({ order: order === 'NEWEST' ? '' : (order ?? '') })}
      />
      <Switch
        label="Callbacks fail"
        checked={Boolean(text.failing)}
        onChange={(event) => set({ failing: event.currentTarget.checked ? 'yes' : '' })}
      />
    </>
  );
}
