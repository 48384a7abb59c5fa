import { Table, Text } from '@mantine/core';

/** Headers of HTTP by name; nothing where there are none. */
export function HeaderList({ title, headers }: { title: string; headers: unknown }) {
  if (typeof headers !== 'object' || headers === null) return null;
  return (
    <Table.ScrollContainer minWidth={240} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': title } }}>
      <Table aria-label={title} withRowBorders={false} verticalSpacing={2}>
        <Table.Caption>{title}</Table.Caption>
        <Table.Tbody>
          {Object.entries(headers).map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">
                <Text size="xs" ff="monospace">
                  {name}
                </Text>
              </Table.Th>
              <Table.Td>
                <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                  {String(value)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
