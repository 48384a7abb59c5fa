import { Anchor, Text } from '@mantine/core';
import { Link } from 'wouter';

interface AuditSubjectProps {
  id: string;
  /** What it was called then. */
  name: string | null | undefined;
  /** Shows all that was done to it. */
  onNarrow(id: string): void;
}

/** What something was done to: its name leads to its page, its id to all that was done to it. */
export function AuditSubject({ id, name, onNarrow }: AuditSubjectProps) {
  const page = pageOf(id);
  return (
    <>
      {name && page && (
        <Anchor component={Link} href={page} size="sm" display="block">
          {name}
        </Anchor>
      )}
      {name && !page && <Text size="sm">{name}</Text>}
      <Anchor
        component="button"
        type="button"
        size="xs"
        c="dimmed"
        ta="left"
        aria-label={`All that was done to ${id}`}
        onClick={() => onNarrow(id)}
      >
        {id}
      </Anchor>
    </>
  );
}

/** Pages by how the ids of their things begin. */
const PAGES: [prefix: string, page: (id: string) => string][] = [
  ['st-', (id) => `/bots/${id}`],
  ['ivrInst-', (id) => `/channels?search=${id}`],
  ['cs-', (id) => `/apps?search=${id}`],
  ['cv-', (id) => `/conversations/${id}`],
  ['ct-', (id) => `/conversations/${id}`],
];

function pageOf(id: string): string | null {
  const found = PAGES.find(([prefix]) => id.startsWith(prefix));
  return found ? found[1](encodeURIComponent(id)) : null;
}
