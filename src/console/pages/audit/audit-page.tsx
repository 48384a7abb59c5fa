import { Code, Paper, Stack, Table, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { PagedTable, PageRows } from '../../parts/paged-table';
import type { ListPage } from '../../parts/use-pages';
import { AuditDetails } from './audit-details';

const AUDIT = graphql(`
  query AuditLog($subject: ID, $after: String) {
    auditLog(subject: $subject, after: $after, first: 50) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          at
          actor
          action
          subject
          details
        }
      }
    }
  }
`);

export function AuditPage() {
  const [typed, setTyped] = useState('');
  const [subject] = useDebouncedValue(typed.trim(), 250);
  return (
    <Page title="Audit log" intro="Who changed what, written in the same step as the change.">
      <Stack>
        <TextInput
          label="Subject"
          description="The id of a bot, channel, app or user; empty: everything"
          maw={480}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Paper withBorder>
          <PagedTable
            key={subject}
            label="Audit log"
            columns={['When', 'Who', 'What', 'Subject', 'Details']}
            page={(page) => <AuditRows subject={subject || null} page={page} />}
          />
        </Paper>
      </Stack>
    </Page>
  );
}

interface AuditRowsProps {
  subject: string | null;
  page: ListPage;
}

function AuditRows({ subject, page }: AuditRowsProps) {
  const entries = useData(AUDIT, { subject, after: page.after });
  return (
    <PageRows
      of={entries}
      connection={entries.data?.auditLog}
      columns={5}
      page={page}
      empty={<Nothing title="Nothing was done to it" />}
      row={({ id, at, actor, action, subject: of, details }) => (
        <Table.Tr key={id}>
          <Table.Td style={{ whiteSpace: 'nowrap' }}>
            <time dateTime={at}>{new Date(at).toLocaleString()}</time>
          </Table.Td>
          <Table.Td>{actor}</Table.Td>
          <Table.Td>
            <Code>{action}</Code>
          </Table.Td>
          <Table.Td style={{ overflowWrap: 'anywhere' }}>{of}</Table.Td>
          <Table.Td>
            <AuditDetails action={action} details={details} />
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}
