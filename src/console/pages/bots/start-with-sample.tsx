import { SparklesIcon } from '@heroicons/react/24/outline';
import { Button, Stack } from '@mantine/core';
import { useLocation } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { appSecrets } from '../../api/app-secrets';
import { useChange } from '../../api/use-change';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';

const CREATE_SAMPLE = graphql(`
  mutation CreateSampleBot {
    createSampleBot {
      message
      clientSecret
      app {
        clientId
      }
      bot {
        id
      }
      channel {
        id
      }
    }
  }
`);

/** One click to a bot on a channel; its secret is kept for tests of its hook. */
export function StartWithSample({ onDone }: { onDone?(): void }) {
  const [, navigate] = useLocation();
  const create = useChange(CREATE_SAMPLE);
  const start = async () => {
    const done = await create.run({});
    if (!done) return;
    const { app, bot, channel, clientSecret, message } = done.createSampleBot;
    appSecrets.set(app.clientId, clientSecret);
    onDone?.();
    told(message);
    navigate(`/bots/${bot.id}/channels/${channel.id}`);
  };
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        leftSection={<SparklesIcon width={16} aria-hidden />}
        loading={create.running}
        onClick={() => void start()}
      >
        Start with a sample
      </Button>
      <ProblemNotice problem={create.problem} />
    </Stack>
  );
}
