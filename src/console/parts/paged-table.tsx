import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Data } from '../api/use-data';
import { ProblemNotice } from './problem-notice';

interface PagedTableProps {
  /** What the table lists, for screen readers. */
  label: string;
  columns: string[];
  /** The rows of the page that starts after the cursor; it asks for its own data. */
  page(after: string | null, more: (cursor: string) => void): ReactNode;
}

/**
 * A list as long as it may be: one page of rows, and the next when asked for. Give it a `key` that changes with the
 * filters, so that a new list starts at its first page.
 */
export function PagedTable({ label, columns, page }: PagedTableProps) {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return (
    <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}>
      <Table highlightOnHover aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column} scope="col">
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {cursors.map((after, at) => (
          <Table.Tbody key={after ?? 'first'}>
            {page(after, (next) => setCursors([...cursors.slice(0, at + 1), next]))}
          </Table.Tbody>
        ))}
      </Table>
    </Table.ScrollContainer>
  );
}

interface Connection<T> {
  edges: { node: T }[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null | undefined };
  totalCount: number;
}

interface PageRowsProps<T> {
  of: Data<unknown>;
  connection: Connection<T> | null | undefined;
  columns: number;
  after: string | null;
  more(cursor: string): void;
  /** What to say when there is nothing at all. */
  empty: ReactNode;
  row(node: T): ReactNode;
}

/** The rows of one page, with whatever takes their place: a wait, a problem, the word that there are none, more. */
export function PageRows<T>({ of, connection, columns, after, more, empty, row }: PageRowsProps<T>) {
  const [asked, setAsked] = useState(false);
  const wide = (content: ReactNode) => (
    <Table.Tr>
      <Table.Td colSpan={columns}>{content}</Table.Td>
    </Table.Tr>
  );
  if (!connection) {
    return wide(of.problem ? <ProblemNotice problem={of.problem} onRetry={of.refresh} /> : <Skeleton h={28} />);
  }
  const { endCursor, hasNextPage } = connection.pageInfo;
  return (
    <>
      {connection.edges.map(({ node }) => row(node))}
      {connection.edges.length === 0 && after === null && wide(empty)}
      {hasNextPage &&
        endCursor &&
        !asked &&
        wide(
          <Group justify="center" gap="md">
            <Text size="sm" c="dimmed">
              {connection.totalCount.toLocaleString()} in all
            </Text>
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                setAsked(true);
                more(endCursor);
              }}
            >
              Show more
            </Button>
          </Group>,
        )}
    </>
  );
}
