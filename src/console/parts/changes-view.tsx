import { Badge, Group, Spoiler, Stack, Table, Text } from '@mantine/core';

/** What differs, as the server tells it: {"field": {from, to}}, lists of added and removed, in groups. */
export function ChangesView({ changes }: { changes: unknown }) {
  const rows = rowsOf(changes, []);
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing differs from what serves now.
      </Text>
    );
  }
  return (
    <Table.ScrollContainer minWidth={360} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Changes' } }}>
      <Table withTableBorder verticalSpacing={6} aria-label="Changes">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">What</Table.Th>
            <Table.Th scope="col">Serves now</Table.Th>
            <Table.Th scope="col">Would serve</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ path, from, to }) => (
            <Table.Tr key={path}>
              <Table.Td>{path}</Table.Td>
              <Table.Td>{shown(from)}</Table.Td>
              <Table.Td>{shown(to)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Four lines of names: a whole definition must not push the button that sends it off the screen. */
const LIST_HEIGHT = 110;

interface Row {
  path: string;
  from: unknown;
  to: unknown;
}

function rowsOf(value: unknown, path: string[]): Row[] {
  if (!isObject(value)) return value === undefined ? [] : [{ path: path.join(' · '), from: null, to: value }];
  if ('from' in value || 'to' in value) return [{ path: path.join(' · '), from: value.from, to: value.to }];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (Array.isArray(inner)) return inner.length === 0 ? [] : [listRow([...path, words(key)].join(' · '), key, inner)];
    return rowsOf(inner, [...path, words(key)]);
  });
}

const listRow = (path: string, key: string, list: unknown[]): Row =>
  key === 'removed' ? { path, from: list, to: null } : { path, from: null, to: list };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** "appClientId" → "app client id" */
const words = (key: string): string => key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();

function shown(value: unknown) {
  if (value === null || value === undefined) return <Text c="dimmed">–</Text>;
  if (Array.isArray(value)) {
    return (
      <Spoiler maxHeight={LIST_HEIGHT} showLabel={`Show all ${value.length}`} hideLabel="Show less">
        <Group gap={4}>
          {value.map((one) => (
            <Badge key={JSON.stringify(one)} variant="default">
              {text(one)}
            </Badge>
          ))}
        </Group>
      </Spoiler>
    );
  }
  return (
    <Stack gap={0} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
      {text(value)}
    </Stack>
  );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 1));
