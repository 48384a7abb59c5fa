import { Badge } from '@mantine/core';
import type { Label } from './words';

/** As wide as its words, however narrow the column. */
export function StateBadge({ label }: { label: Label }) {
  return (
    <Badge variant="dot" color={label.color} size="lg" radius="sm" miw="max-content">
      {label.text}
    </Badge>
  );
}
