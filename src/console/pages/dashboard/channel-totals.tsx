import { Paper, Table } from '@mantine/core';
import { CallbackTrouble } from '../../parts/callback-trouble';
import type { Measure, OneChannelMetrics } from './metrics-query';

const COLUMNS: [Measure, string][] = [
  ['messagesIn', 'Messages in'],
  ['messagesOut', 'Messages out'],
  ['sessionsStarted', 'Sessions'],
  ['users', 'Users'],
  ['failed', 'Engine failed'],
  ['refused', 'Refused'],
  ['deliveriesSucceeded', 'Delivered'],
  ['deliveriesDead', 'Given up'],
  ['responseTimeP95Ms', '95 % within (ms)'],
];

interface ChannelTotalsProps {
  botId: string;
  metrics: OneChannelMetrics[];
}

export function ChannelTotals({ botId, metrics }: ChannelTotalsProps) {
  return (
    <Paper withBorder>
      <Table.ScrollContainer
        minWidth={720}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Totals by channel' } }}
      >
        <Table aria-label="Totals by channel">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Channel</Table.Th>
              {COLUMNS.map(([measure, name]) => (
                <Table.Th key={measure} scope="col" ta="right">
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {metrics.map(({ channel, total }) => (
              <Table.Tr key={channel.id}>
                <Table.Th scope="row">
                  {channel.name} ({channel.type})
                  <CallbackTrouble botId={botId} channel={channel} />
                </Table.Th>
                {COLUMNS.map(([measure]) => (
                  <Table.Td key={measure} ta="right">
                    {shown(total[measure])}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

const shown = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : Math.round(value).toLocaleString();
