import { PlusIcon } from '@heroicons/react/24/outline';
import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useData } from '../../api/use-data';
import { useMayInAccount } from '../../api/use-viewer';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { Waiting } from '../../parts/waiting';
import { DirectoryCard } from './directory-card';
import { ProviderCard } from './provider-card';
import { ProviderDialog } from './provider-dialog';

const PROVIDERS = graphql(`
  query SignInProviders {
    signInProviders {
      id
      name
      issuer
      clientId
      hasClientSecret
      secretMarks
      scopes
      roleClaim
      roleMap {
        value
        role
      }
      defaultRole
      emailDomains
      trustsEmail
      createsUsers
      enabled
      redirectUri
      logoutUri
    }
  }
`);

export function ProvidersPage() {
  const { data, problem, refresh } = useData(PROVIDERS, {});
  const may = useMayInAccount();
  const [creating, setCreating] = useState(false);
  return (
    <Page
      title="Sign-in providers"
      intro="Let people sign in with the login of your company, over OpenID Connect."
      actions={
        <Button leftSection={<PlusIcon width={16} aria-hidden />} onClick={() => setCreating(true)}>
          New provider
        </Button>
      }
    >
      <ProblemNotice problem={problem} onRetry={refresh} />
      {!data && !problem && <Waiting />}
      <Stack>
        {data?.signInProviders.length === 0 && (
          <Nothing title="People sign in with passwords and API tokens">
            Register Hookswitch at Keycloak, Entra ID, Google, Okta or another provider, and enter here what it gives
            you.
          </Nothing>
        )}
        {data?.signInProviders.map((provider) => (
          <ProviderCard key={provider.id} provider={provider} onStale={refresh} />
        ))}
        {data && may('scim.set-group-role') && <DirectoryCard />}
      </Stack>
      <ProviderDialog opened={creating} onClose={() => setCreating(false)} />
    </Page>
  );
}
