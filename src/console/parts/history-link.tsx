import { Anchor } from '@mantine/core';
import { Link } from 'wouter';

/** To what was done to something, who did it and when. */
export function HistoryLink({ of }: { of: string }) {
  return (
    <Anchor component={Link} size="sm" href={`/audit?subject=${encodeURIComponent(of)}`}>
      History in the audit log
    </Anchor>
  );
}
