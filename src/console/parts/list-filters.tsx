import { Select, Switch } from '@mantine/core';

interface ListFiltersProps {
  text: { tag?: string; order?: string; failing?: string };
  set(change: { tag?: string; order?: string; failing?: string }): void;
  /** Those there are to choose from. */
  tags: readonly string[];
  /** Whether callbacks belong to what is listed. */
  withCallbacks?: boolean;
  /** What the order by the last change is called. */
  changed?: string;
}

/** What the lists of bots, channels and apps are narrowed and ordered by alike. */
export function ListFilters({
  text,
  set,
  tags,
  withCallbacks = true,
  changed = 'Last changed first',
}: ListFiltersProps) {
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
        data={[
          { value: 'NEWEST', label: 'Newest first' },
          { value: 'CHANGED', label: changed },
          { value: 'NAME', label: 'By name' },
        ]}
        value={text.order ?? 'NEWEST'}
        onChange={(order) => set({ order: order === 'NEWEST' ? '' : (order ?? '') })}
      />
      {withCallbacks && (
        <Switch
          label="Callbacks fail"
          styles={{ body: { alignItems: 'center', minHeight: 36 } }} // as high as the fields beside it
          checked={Boolean(text.failing)}
          onChange={(event) => set({ failing: event.currentTarget.checked ? 'yes' : '' })}
        />
      )}
    </>
  );
}
