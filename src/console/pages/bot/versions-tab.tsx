import { Paper } from '@mantine/core';
import { PagedTable } from '../../parts/paged-table';
import { useBot } from './bot-context';
import { VersionRows } from './version-rows';

export function VersionsTab() {
  const bot = useBot();
  return (
    <Paper withBorder>
      <PagedTable
        label="Versions"
        columns={['Version', 'State', 'Comment', 'Channels', 'Created', 'Actions']}
        page={(page) => <VersionRows botId={bot.id} page={page} />}
      />
    </Paper>
  );
}
