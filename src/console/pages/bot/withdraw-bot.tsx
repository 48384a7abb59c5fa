import { Button, Group, Stack, Title } from '@mantine/core';
import { useLocation } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { useRights } from '../../api/use-viewer';
import { ConfirmButton } from '../../parts/confirm-button';
import { ProblemNotice } from '../../parts/problem-notice';
import { told } from '../../parts/told';
import { useBot } from './bot-context';

const SUSPEND = graphql(`
  mutation SuspendBot($id: ID!, $reason: String!) {
    suspendBot(botId: $id, reason: $reason) {
      id
    }
  }
`);

const RESUME = graphql(`
  mutation ResumeBot($id: ID!) {
    resumeBot(botId: $id) {
      id
    }
  }
`);

const DELETE = graphql(`
  mutation DeleteBot($id: ID!) {
    deleteBot(id: $id)
  }
`);

/** Off line for a time, or for good. */
export function WithdrawBot() {
  const bot = useBot();
  const { isAdmin } = useRights();
  const [, navigate] = useLocation();
  const suspend = useChange(SUSPEND);
  const resume = useChange(RESUME);
  const remove = useChange(DELETE);
  return (
    <Stack>
      <Title order={2} size="h4">
        Take offline
      </Title>
      <ProblemNotice problem={resume.problem} />
      <Group>
        {isAdmin && bot.state !== 'SUSPENDED' && (
          <ConfirmButton
            action="Suspend bot"
            consequence="Every channel of the bot refuses messages until it is resumed. Its users are told nothing."
            reason="Reason"
            reasonRequired
            problem={suspend.problem}
            onConfirm={async (reason) => Boolean(await suspend.run({ id: bot.id, reason }))}
          />
        )}
        {isAdmin && bot.state === 'SUSPENDED' && (
          <Button variant="default" loading={resume.running} onClick={() => void resume.run({ id: bot.id })}>
            Resume bot
          </Button>
        )}
        <ConfirmButton
          action="Delete bot"
          color="red"
          variant="outline"
          consequence={`“${bot.name}” and its channels stop working at once. Export it first if it may be needed again.`}
          problem={remove.problem}
          onConfirm={async () => {
            if (!(await remove.run({ id: bot.id }))) return false;
            told(`The bot “${bot.name}” was deleted.`);
            navigate('/bots');
            return true;
          }}
        />
      </Group>
    </Stack>
  );
}
