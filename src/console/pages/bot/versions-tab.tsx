import { Paper, Stack } from '@mantine/core';
import { PagedTable } from '../../parts/paged-table';
import { useBot } from './bot-context';
import { Canaries } from './canary/canary-card';
import { VersionRows } from './version-rows';

export function VersionsTab() {
  const bot = useBot();
  return (
    <Stack>
      <Canaries botId={bot.id} />
      <Paper withBorder>
        <PagedTable
          label="Versions"
          columns={['Version', 'State', 'Comment', 'Channels', 'Created', 'Actions']}
          page={(page) => <VersionRows botId={bot.id} page={page} />}
        />
      </Paper>
    </Stack>
  );
}
