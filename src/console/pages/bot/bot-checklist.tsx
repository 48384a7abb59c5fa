import { CheckCircleIcon, EllipsisHorizontalCircleIcon } from '@heroicons/react/24/outline';
import { Anchor, Group, List, Paper, Stack, Text, ThemeIcon, Title, VisuallyHidden } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { BotChecklistQuery } from '../../api/.generated/graphql';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { useBot } from './bot-context';
import type { BotDetails } from './bot-query';

const CHECKLIST = graphql(`
  query BotChecklist($id: ID!, $isNew: Boolean!) {
    bot(id: $id) {
      id
      variables {
        key
        filled
      }
      starter @include(if: $isNew) {
        welcome {
          text
        }
        answers {
          id
        }
      }
    }
  }
`);

interface Step {
  text: string;
  done: boolean;
  /** Where it is done. */
  link: { name: string; to: string };
}

/** What is still to be done until the bot answers; it stays until all is done. */
export function BotChecklist() {
  const bot = useBot();
  const { mayBuild } = useRights();
  const isNew = bot.liveVersion === null;
  const { data } = useData(CHECKLIST, { id: bot.id, isNew }, { watch: { topic: 'CONFIGURATION' }, pause: !mayBuild });
  if (!mayBuild || !data?.bot) return null;
  const steps = stepsOf(bot, data.bot);
  const next = steps.find(({ done }) => !done);
  if (!next) return null;
  return (
    <Paper withBorder p="md" mb="md" maw={760} component="section" aria-labelledby="checklist">
      <Stack gap="xs">
        <Title order={2} size="h5" id="checklist">
          Until it answers
        </Title>
        <List size="sm" spacing={4} center listStyleType="none">
          {steps.map(({ text, done, link }) => (
            <List.Item key={text} icon={<StepIcon done={done} />}>
              <Group gap="xs">
                <Text size="sm" c={done ? 'dimmed' : undefined}>
                  {text}
                  <VisuallyHidden component="span">{done ? ': done' : ': to be done'}</VisuallyHidden>
                </Text>
                {!done && link === next.link && (
                  <Anchor component={Link} href={link.to} size="sm">
                    {link.name}
                  </Anchor>
                )}
              </Group>
            </List.Item>
          ))}
        </List>
      </Stack>
    </Paper>
  );
}

const StepIcon = ({ done }: { done: boolean }) => (
  <ThemeIcon size={20} variant="transparent" color={done ? 'green' : 'gray'}>
    {done ? <CheckCircleIcon width={20} aria-hidden /> : <EllipsisHorizontalCircleIcon width={20} aria-hidden />}
  </ThemeIcon>
);

function stepsOf(bot: BotDetails, { variables, starter }: NonNullable<BotChecklistQuery['bot']>): Step[] {
  const { engine, channels, liveVersion } = bot;
  const at = (path: string) => `/bots/${bot.id}${path}`;
  const [first] = channels;
  const ofChannel = first ? at(`/channels/${first.id}`) : at('/channels/new');
  const empty = variables.filter(({ filled }) => !filled).map(({ key }) => key);
  const isOwn = engine === 'DIALOG' && starter !== undefined && starter !== null;
  return [
    ...(isOwn
      ? [
          {
            text: 'It has something to say',
            done: starter.welcome !== null || starter.answers.length > 0,
            link: { name: 'Write it', to: at('/answers') },
          },
        ]
      : []),
    ...(empty.length > 0
      ? [
          {
            text: `Its variables have values: ${empty.join(', ')}`,
            done: false,
            link: { name: 'Fill them in', to: at('/settings') },
          },
        ]
      : []),
    {
      text: 'It has a channel that is enabled, with an app',
      done: channels.some(({ enabled, app }) => enabled && app !== null),
      link: { name: first ? 'Configure it' : 'New channel', to: ofChannel },
    },
    {
      text: 'A channel is approved',
      done: channels.some(({ status }) => status === 'APPROVED'),
      link: { name: 'See what waits', to: '/approvals' },
    },
    { text: 'It is live', done: liveVersion !== null, link: { name: 'Make it live', to: at('/publish') } },
  ];
}
