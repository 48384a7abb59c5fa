import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { AccountForm } from './account-form';

const SETTINGS = graphql(`
  query AccountSettings {
    accountSettings {
      fourEyes
      autoApprove
      retentionDays
      passwordSignIn
      publishCondition {
        maxFailing
        maxDifferent
      }
    }
  }
`);

export function AccountPage() {
  const { data, problem, refresh } = useData(SETTINGS, {});
  return (
    <Page
      title="Account settings"
      intro="What needs an admin's approval, how long conversations are kept, and how people sign in."
    >
      <ProblemNotice problem={problem} onRetry={refresh} />
      {data ? <AccountForm saved={data.accountSettings} /> : !problem && <Waiting />}
    </Page>
  );
}
