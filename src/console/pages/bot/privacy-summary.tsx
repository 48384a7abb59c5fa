import { List, Stack, Text, Title } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { ProblemNotice } from '../../parts/problem-notice';
import { useBot } from './bot-context';

const PRIVACY = graphql(`
  query BotPrivacy($id: ID!) {
    bot(id: $id) {
      id
      privacy {
        masks {
          kind
          pattern
          replacement
        }
        retentionDays
        sealCustomData
      }
    }
  }
`);

const KINDS = {
  CARD: 'Card numbers',
  IBAN: 'Bank account numbers',
  EMAIL: 'E-mail addresses',
  PHONE: 'Telephone numbers',
  REGEX: 'What a pattern finds',
};

/** What is hidden before it is stored, and for how long the rest is kept. */
export function PrivacySummary() {
  const { id } = useBot();
  const { data, problem, refresh } = useData(PRIVACY, { id }, { watch: { topic: 'CONFIGURATION' } });
  const privacy = data?.bot?.privacy;
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        What is stored
      </Title>
      <ProblemNotice problem={problem} onRetry={refresh} />
      {privacy && (
        <>
          {privacy.masks.length === 0 && <Text>All that is said is stored as it is.</Text>}
          {privacy.masks.length > 0 && (
            <List>
              {privacy.masks.map(({ kind, pattern, replacement }) => (
                <List.Item key={`${kind} ${pattern}`}>
                  {KINDS[kind]}
                  {pattern !== null && ` (${pattern})`} are stored as {replacement}
                </List.Item>
              ))}
            </List>
          )}
          <Text>
            {privacy.retentionDays
              ? `Kept for ${privacy.retentionDays} days.`
              : 'Kept for as long as the account keeps it.'}
            {privacy.sealCustomData && ' Custom data is sealed.'}
          </Text>
          <Text size="sm" c="dimmed">
            Change it with the mutation setPrivacy.
          </Text>
        </>
      )}
    </Stack>
  );
}
