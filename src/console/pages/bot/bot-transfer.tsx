import { ArrowDownTrayIcon, DocumentArrowUpIcon } from '@heroicons/react/24/outline';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { ProblemNotice } from '../../parts/problem-notice';
import { ImportBot } from '../bots/import-bot';
import { useBot } from './bot-context';

const EXPORT = graphql(`
  mutation ExportBot($botId: ID!) {
    exportBot(botId: $botId) {
      definition
      config
      files {
        name
        content
      }
    }
  }
`);

export function BotTransfer() {
  const bot = useBot();
  const { run, running, problem } = useChange(EXPORT);
  const [importing, setImporting] = useState(false);
  const download = async () => {
    const done = await run({ botId: bot.id });
    if (!done) return;
    const { saveExport } = await import('./save-export');
    saveExport(bot.name, done.exportBot);
  };
  return (
    <Stack>
      <div>
        <Title order={2} size="h4">
          Import and export
        </Title>
        <Text size="sm" c="dimmed">
          A zip in the format of the import. No app, token or secret ever leaves.
        </Text>
      </div>
      <Group>
        <Button
          variant="default"
          leftSection={<ArrowDownTrayIcon width={16} aria-hidden />}
          loading={running}
          onClick={() => void download()}
        >
          Export
        </Button>
        <Button
          variant="default"
          leftSection={<DocumentArrowUpIcon width={16} aria-hidden />}
          onClick={() => setImporting(true)}
        >
          Import into this bot
        </Button>
      </Group>
      <ProblemNotice problem={problem} />
      <ImportBot opened={importing} onClose={() => setImporting(false)} into={bot} />
    </Stack>
  );
}
