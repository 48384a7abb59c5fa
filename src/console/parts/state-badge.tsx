import { Badge } from '@mantine/core';
import type { Label } from './words';

export function StateBadge({ label }: { label: Label }) {
  return (
    <Badge variant="dot" color={label.color} size="lg" radius="sm">
      {label.text}
    </Badge>
  );
}
