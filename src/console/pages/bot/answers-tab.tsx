import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { Nothing } from '../../parts/nothing';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { useBot } from './bot-context';
import { StarterForm } from './starter-form';

const STARTER = graphql(`
  query BotStarter($id: ID!) {
    bot(id: $id) {
      id
      starter {
        welcome {
          text
          buttons
        }
        fallback {
          text
          buttons
        }
        answers {
          id
          question
          alternatives
          answer {
            text
            buttons
          }
        }
      }
    }
  }
`);

/** What a bot says that was made here; of an imported one, where that is changed. */
export function AnswersTab() {
  const bot = useBot();
  const { data, problem, loading, refresh } = useData(STARTER, { id: bot.id }, { watch: { topic: 'CONFIGURATION' } });
  if (loading) return <Waiting />;
  const starter = data?.bot?.starter;
  if (bot.engine !== 'DIALOG')
    return <Nothing title="This bot answers elsewhere">Its engine decides what it says: see the settings.</Nothing>;
  return (
    <Stack maw={760}>
      <ProblemNotice problem={problem} onRetry={refresh} />
      {starter === null && (
        <Nothing title="What this bot says was imported">
          Change it where it was built and import it again, or let its channels say something else:{' '}
          <Anchor component={Link} href={`/bots/${bot.id}/overrides`} underline="always">
            all its messages
          </Anchor>
          .
        </Nothing>
      )}
      {starter && (
        <>
          <Text size="sm" c="dimmed">
            It answers by these, in whatever words something like them is asked. Dialogs with several steps are built on
            the platform and imported. {'{{env.key}}'} prints a variable of the bot.
          </Text>
          <StarterForm key={bot.id} botId={bot.id} starter={starter} />
        </>
      )}
    </Stack>
  );
}
