import { Divider, Stack, Text } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { useMayInAccount } from '../../api/use-viewer';
import { ProblemNotice } from '../../parts/problem-notice';
import { PrivacyForm } from '../privacy/privacy-form';
import { useBot } from './bot-context';
import { EndUserForm } from './end-user-form';

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

/** What the bot keeps to itself, and what is done for its end users. */
export function PrivacyTab() {
  const { id } = useBot();
  const may = useMayInAccount();
  const { data, problem, refresh } = useData(PRIVACY, { id }, { watch: { topic: 'CONFIGURATION' } });
  const privacy = data?.bot?.privacy;
  return (
    <Stack gap="xl" maw={760}>
      <ProblemNotice problem={problem} onRetry={refresh} />
      {privacy && (
        <PrivacyForm
          owner={{ botId: id }}
          saved={privacy}
          beside="It holds on all channels of the bot, beside what each channel says."
          onSaved={refresh}
        />
      )}
      <Divider />
      {may('end-user.erase') ? (
        <EndUserForm />
      ) : (
        <Text c="dimmed">An ADMIN exports and erases what is stored of end users.</Text>
      )}
    </Stack>
  );
}
