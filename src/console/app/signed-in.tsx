import { Center, Loader, Modal } from '@mantine/core';
import { useState } from 'react';
import { graphql } from '../api/.generated/gql';
import { sessionEnded, signOut, useSessionEnded } from '../api/session';
import { useData } from '../api/use-data';
import { type Viewer, ViewerProvider } from '../api/use-viewer';
import { ProblemNotice } from '../parts/problem-notice';
import { Shell } from './shell';
import { SignIn } from './sign-in';
import { SignInForm } from './sign-in-form';

const VIEWER = graphql(`
  query Viewer {
    viewer {
      id
      name
      role
    }
  }
`);

/**
 * The console for whom the session's cookie names, else the way in. When the session ends in the middle of something,
 * the page stays as it is below the way in: nothing that was typed is lost.
 */
export function SignedIn({ onUserChange }: { onUserChange(): void }) {
  const ended = useSessionEnded();
  const { data, problem, refresh } = useData(VIEWER, {});
  const [known, setKnown] = useState<Viewer | null>(null);
  const viewer = data?.viewer ?? known;
  if (data && data.viewer.id !== known?.id) setKnown(data.viewer);

  if (!viewer) {
    if (ended) return <SignIn onSignedIn={onUserChange} />;
    return (
      <Center h="100vh" component="main">
        {problem ? <ProblemNotice problem={problem} onRetry={refresh} /> : <Loader aria-label="Loading" />}
      </Center>
    );
  }
  const leave = async () => {
    await signOut();
    setKnown(null);
    onUserChange();
  };
  return (
    <ViewerProvider value={viewer}>
      <Shell onSignOut={leave} />
      <Modal opened={ended} onClose={() => {}} withCloseButton={false} zIndex={1000} title="Your session has ended">
        <SignInForm
          onSignedIn={() => {
            sessionEnded(false);
            refresh();
          }}
        />
      </Modal>
    </ViewerProvider>
  );
}
