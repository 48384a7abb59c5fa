import { Stack } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { ProblemNotice } from '../../parts/problem-notice';
import { PrivacyForm } from '../privacy/privacy-form';
import { useChannel } from './channel-context';

const PRIVACY = graphql(`
  query ChannelPrivacy($id: ID!) {
    channel(id: $id) {
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

/** What the channel keeps to itself, beside its bot. */
export function PrivacyTab() {
  const { id } = useChannel();
  const { data, problem, refresh } = useData(PRIVACY, { id }, { watch: { topic: 'CONFIGURATION' } });
  const privacy = data?.channel?.privacy;
  return (
    <Stack maw={760}>
      <ProblemNotice problem={problem} onRetry={refresh} />
      {privacy && (
        <PrivacyForm
          owner={{ channelId: id }}
          saved={privacy}
          beside="It holds on this channel, beside what the bot says for all its channels."
          onSaved={refresh}
        />
      )}
    </Stack>
  );
}
