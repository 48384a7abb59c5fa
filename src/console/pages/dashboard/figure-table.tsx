import { Anchor, Paper, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Figures, Measure } from './metrics-query';
import type { Range } from './use-date-range';

/** Where a figure leads to: what it counts, in the same range. */
const COLUMNS: [measure: Measure, name: string, page?: string, filter?: Record<string, string>][] = [
  ['messagesIn', 'Messages in', '/conversations'],
  ['messagesOut', 'Messages out'],
  ['sessionsStarted', 'Sessions'],
  ['users', 'Users'],
  ['failed', 'Failed', '/conversations', { failed: 'yes' }],
  ['refused', 'Refused'],
  ['deliveriesSucceeded', 'Delivered', '/deliveries', { status: 'DELIVERED' }],
  ['deliveriesDead', 'Given up', '/deliveries', { status: 'DEAD' }],
  ['responseTimeP95Ms', '95th percentile (ms)'],
];

interface FigureTableProps {
  /** What a row is. */
  head: string;
  rows: { key: string; name: ReactNode; total: Figures; where: Record<string, string> }[];
  range: Pick<Range, 'from' | 'to'>;
}

export function FigureTable({ head, rows, range }: FigureTableProps) {
  const label = `Totals by ${head.toLowerCase()}`;
  const columns = COLUMNS.filter(([measure]) => rows.some(({ total }) => measure in total));
  return (
    <Paper withBorder>
      <Table.ScrollContainer minWidth={720} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}>
        <Table aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{head}</Table.Th>
              {columns.map(([measure, name]) => (
                <Table.Th key={measure} scope="col" ta="right">
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ key, name, total, where }) => (
              <Table.Tr key={key}>
                <Table.Th scope="row">{name}</Table.Th>
                {columns.map(([measure, , page, filter]) => (
                  <Table.Td key={measure} ta="right">
                    {page && total[measure] ? (
                      <Anchor component={Link} href={addressOf(page, { ...where, ...filter, ...local(range) })}>
                        {shown(total[measure])}
                      </Anchor>
                    ) : (
                      shown(total[measure])
                    )}
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

const addressOf = (page: string, fields: Record<string, string>): string => `${page}?${new URLSearchParams(fields)}`;

/** As the inputs of the filters write a time: in the time zone of whoever looks. */
function local({ from, to }: Pick<Range, 'from' | 'to'>): { from: string; to: string } {
  const written = (iso: string) => {
    const at = new Date(iso);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  };
  return { from: written(from), to: written(new Date(new Date(to).getTime() + 60_000).toISOString()) };
}

const shown = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : Math.round(value).toLocaleString();
