import { Code, Paper, Stack, Table } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import type { AuditLogQueryVariables } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { useMayInAccount } from '../../api/use-viewer';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { PagedTable, PageRows } from '../../parts/paged-table';
import type { ListPage } from '../../parts/use-pages';
import { AuditDetails } from './audit-details';
import { AuditDownloads } from './audit-downloads';
import { AuditFilter, useAuditFilter } from './audit-filter';
import { AuditSubject } from './audit-subject';

const AUDIT = graphql(`
  query AuditLog($actor: String, $action: String, $subject: ID, $from: DateTime, $to: DateTime, $after: String) {
    auditLog(actor: $actor, action: $action, subject: $subject, from: $from, to: $to, after: $after, first: 50) {
      totalCount
      totalIsExact
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          at
          actor
          address
          action
          subject
          subjectName
          details
        }
      }
    }
  }
`);

export function AuditPage() {
  const { text, set, filter } = useAuditFilter();
  const may = useMayInAccount();
  const [narrowed, setNarrowed] = useState(0);
  const narrow = (subject: string) => {
    set({ actor: '', action: '', from: '', to: '', subject });
    setNarrowed(narrowed + 1); // the fields show what is in the address then
  };
  return (
    <Page title="Audit log" intro="Who changed what, written in the same step as the change.">
      <Stack>
        <AuditFilter key={narrowed} text={text} set={set} />
        {may('audit.export') && <AuditDownloads filter={filter} />}
        <Paper withBorder>
          <PagedTable
            key={JSON.stringify(filter)}
            label="Audit log"
            columns={['When', 'Who', 'From', 'What', 'Subject', 'Details']}
            page={(page) => <AuditRows filter={filter} page={page} onNarrow={narrow} />}
          />
        </Paper>
      </Stack>
    </Page>
  );
}

interface AuditRowsProps {
  filter: AuditLogQueryVariables;
  page: ListPage;
  onNarrow(subject: string): void;
}

function AuditRows({ filter, page, onNarrow }: AuditRowsProps) {
  const entries = useData(AUDIT, { ...filter, after: page.after });
  return (
    <PageRows
      of={entries}
      connection={entries.data?.auditLog}
      columns={6}
      page={page}
      empty={<Nothing title="No entry matches" />}
      row={({ id, at, actor, address, action, subject, subjectName, details }) => (
        <Table.Tr key={id}>
          <Table.Td style={{ whiteSpace: 'nowrap' }}>
            <time dateTime={at}>{new Date(at).toLocaleString()}</time>
          </Table.Td>
          <Table.Td>{actor}</Table.Td>
          <Table.Td>{address ?? '–'}</Table.Td>
          <Table.Td>
            <Code>{action}</Code>
          </Table.Td>
          <Table.Td style={{ overflowWrap: 'anywhere' }}>
            <AuditSubject id={subject} name={subjectName} onNarrow={onNarrow} />
          </Table.Td>
          <Table.Td>
            <AuditDetails action={action} details={details} />
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}
