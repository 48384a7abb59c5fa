import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import type { Data } from '../api/use-data';
import { ProblemNotice } from './problem-notice';
import { type ListPage, usePages } from './use-pages';

interface PagedTableProps {
  /** What the table lists, for screen readers. */
  label: string;
  columns: string[];
  /** The rows of one page; it asks for its own data. */
  page(page: ListPage): ReactNode;
}

/** Pixels that a column takes on average, and those that the widest list takes: a narrower window scrolls the table. */
const COLUMN_WIDTH = 130;
const MOST_WIDTH = 940;

/**
 * A list as long as it may be: one page of rows, and the next when asked for. Give it a `key` that changes with the
 * filters, so that a new list starts at its first page.
 */
export function PagedTable({ label, columns, page }: PagedTableProps) {
  const pages = usePages();
  return (
    <Table.ScrollContainer
      minWidth={Math.min(columns.length * COLUMN_WIDTH, MOST_WIDTH)}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}
    >
      <Table highlightOnHover aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column} scope="col" style={{ whiteSpace: 'nowrap' }}>
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        {pages.map((one) => (
          <Table.Tbody key={one.after ?? 'first'}>{page(one)}</Table.Tbody>
        ))}
      </Table>
    </Table.ScrollContainer>
  );
}

interface PageInfo {
  hasNextPage: boolean;
  endCursor?: string | null | undefined;
}

interface Connection<T> {
  edges: { node: T }[];
  pageInfo: PageInfo;
  /** None where it would cost more than the page. */
  totalCount?: number;
  /** False: there may be more than that. */
  totalIsExact?: boolean;
}

interface PageRowsProps<T> {
  of: Data<unknown>;
  connection: Connection<T> | null | undefined;
  columns: number;
  page: ListPage;
  /** What to say when there is nothing at all. */
  empty: ReactNode;
  /** The name of the way to what follows. */
  more?: string;
  row(node: T): ReactNode;
}

/** The rows of one page, with whatever takes their place: a wait, a problem, the word that there are none, more. */
export function PageRows<T>({ of, connection, columns, page, empty, more = 'Show more', row }: PageRowsProps<T>) {
  useChain(page, connection?.pageInfo);
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
      {connection.edges.length === 0 && page.after === null && !hasNextPage && wide(empty)}
      {hasNextPage &&
        endCursor &&
        page.last &&
        wide(
          <Group justify="center" gap="md">
            <Text size="sm" c="dimmed">
              {whatFollows(connection)}
            </Text>
            <Button size="xs" variant="default" onClick={() => page.next(endCursor)}>
              {more}
            </Button>
          </Group>,
        )}
    </>
  );
}

function whatFollows({ edges, totalCount, totalIsExact = true }: Connection<unknown>): string {
  if (edges.length === 0) return 'None so far; there is more to look through.';
  if (totalCount === undefined) return 'There is more.';
  return `${totalCount.toLocaleString()}${totalIsExact ? '' : '+'} in all`;
}

/** Keeps what is shown below a page following on it when the page has changed: no row hidden between them, none twice. */
export function useChain({ last, next }: ListPage, pageInfo: PageInfo | undefined): void {
  const follows = pageInfo?.hasNextPage ? (pageInfo.endCursor ?? null) : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `next` is a new function each time, and does the same
  useEffect(() => {
    if (pageInfo && !last) next(follows);
  }, [follows, last]);
}
