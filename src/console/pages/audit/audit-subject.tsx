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
  const kind = KINDS.find(({ prefix }) => id.startsWith(prefix));
  return (
    <>
      {kind && (
        <Anchor component={Link} href={kind.page(encodeURIComponent(id))} size="sm" display="block">
          {name ?? kind.noun}
        </Anchor>
      )}
      {name && !kind && <Text size="sm">{name}</Text>}
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

/** Things that have a page, by how their ids begin. The noun stands for those without a name. */
const KINDS: { prefix: string; noun: string; page(id: string): string }[] = [
  { prefix: 'st-', noun: 'Bot', page: (id) => `/bots/${id}` },
  { prefix: 'ivrInst-', noun: 'Channel', page: (id) => `/channels?search=${id}` },
  { prefix: 'cs-', noun: 'App', page: (id) => `/apps?search=${id}` },
  { prefix: 'cv-', noun: 'Conversation', page: (id) => `/conversations/${id}` },
  { prefix: 'ar-', noun: 'Approval request', page: (id) => `/approvals/${id}` },
  { prefix: 'ct-', noun: 'Test conversation', page: (id) => `/conversations/${id}` },
];
