import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';

/** What stands in place of content that is under way. */
export function Waiting() {
  return (
    <Stack role="status">
      <VisuallyHidden>Loading</VisuallyHidden>
      <Skeleton h={34} w="40%" />
      <Skeleton h={120} />
      <Skeleton h={120} />
    </Stack>
  );
}
