import { Code, Paper, Table, Text } from '@mantine/core';
import type { TokenFault } from '../../api/.generated/graphql';
import { refusalInWords } from '../../parts/refusal-words';

interface RefusalTableProps {
  refusals: { channelId: string; channel: string; reason: string; fault: TokenFault | null; count: number }[];
}

/** Why messages were refused, the most frequent first; nothing where none was. */
export function RefusalTable({ refusals }: RefusalTableProps) {
  if (refusals.length === 0) return null;
  return (
    <Paper withBorder>
      <Table aria-label="Refused messages by reason">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Channel</Table.Th>
            <Table.Th scope="col">Refused because</Table.Th>
            <Table.Th scope="col" ta="right">
              Messages
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...refusals]
            .sort((one, other) => other.count - one.count)
            .map(({ channelId, channel, reason, fault, count }) => (
              <Table.Tr key={`${channelId} ${reason} ${fault}`}>
                <Table.Td>{channel}</Table.Td>
                <Table.Td>
                  <Text size="sm">{refusalInWords(reason, fault)}</Text>
                  <Code>{reason}</Code>
                </Table.Td>
                <Table.Td ta="right">{count.toLocaleString()}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
