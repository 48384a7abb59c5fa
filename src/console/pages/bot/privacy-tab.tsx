import { Divider, Stack, Text } from '@mantine/core';
import { useRights } from '../../api/use-viewer';
import { EndUserForm } from './end-user-form';
import { PrivacySummary } from './privacy-summary';

/** What the bot keeps to itself, and what is done for its end users. */
export function PrivacyTab() {
  const { isAdmin } = useRights();
  return (
    <Stack gap="xl" maw={760}>
      <PrivacySummary />
      <Divider />
      {isAdmin ? <EndUserForm /> : <Text c="dimmed">An ADMIN exports and erases what is stored of end users.</Text>}
    </Stack>
  );
}
