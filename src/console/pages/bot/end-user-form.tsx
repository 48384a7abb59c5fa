import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { ConfirmButton } from '../../parts/confirm-button';
import { ProblemNotice } from '../../parts/problem-notice';
import { saveJson } from '../../parts/save-json';
import { told } from '../../parts/told';
import { useBot } from './bot-context';
import { ErasureProgress } from './erasure-progress';

const EXPORT = graphql(`
  mutation ExportUser($user: String!, $botId: ID!) {
    exportUser(user: $user, botId: $botId)
  }
`);

const ERASE = graphql(`
  mutation EraseUser($user: String!, $botId: ID!, $reason: String!) {
    eraseUser(user: $user, botId: $botId, reason: $reason) {
      id
    }
  }
`);

/** Hands out or removes what this bot knows of one end user. */
export function EndUserForm() {
  const bot = useBot();
  const [user, setUser] = useState('');
  const [jobId, setJobId] = useState<string | null>(null);
  const exporting = useChange(EXPORT);
  const erasing = useChange(ERASE);
  const download = async () => {
    const done = await exporting.run({ user, botId: bot.id });
    if (done) saveJson('end-user', done.exportUser);
  };
  return (
    <Stack>
      <Title order={2} size="h4">
        One end user
      </Title>
      <TextInput
        label="End user"
        description="The id that the hook got as from.id."
        value={user}
        onChange={(event) => setUser(event.currentTarget.value)}
      />
      <Group>
        <Button variant="default" disabled={user === ''} loading={exporting.running} onClick={() => void download()}>
          Export user
        </Button>
        {user !== '' && (
          <ConfirmButton
            action="Erase user"
            color="red"
            variant="outline"
            consequence="All that this bot’s channels store of the user up to now is removed for good. Export it first if it may be asked for."
            reason="Reason"
            reasonRequired
            problem={erasing.problem}
            onConfirm={async (reason) => {
              const done = await erasing.run({ user, botId: bot.id, reason });
              if (!done) return false;
              setJobId(done.eraseUser.id);
              setUser('');
              told('The user is being erased.');
              return true;
            }}
          />
        )}
      </Group>
      <ProblemNotice problem={exporting.problem} />
      {jobId && <ErasureProgress key={jobId} id={jobId} />}
      <Text size="sm" c="dimmed">
        To erase a user on all bots of the account, use the mutation eraseUser without a bot.
      </Text>
    </Stack>
  );
}
