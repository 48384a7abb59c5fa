import { Center, Loader, Modal } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { type Problem, UNREACHABLE } from '../api/problem';
import { askViewer, sessionEnded, signOut, useSessionEnded } from '../api/session';
import { type Viewer, ViewerProvider } from '../api/use-viewer';
import { ProblemNotice } from '../parts/problem-notice';
import { Shell } from './shell';
import { SignIn } from './sign-in';
import { SignInForm } from './sign-in-form';

/**
 * The console for whom the session's cookie names, else the way in. When the session ends in the middle of something,
 * the page stays as it is below the way in: nothing that was typed is lost.
 */
export function SignedIn({ onUserChange }: { onUserChange(): void }) {
  const ended = useSessionEnded();
  const [viewer, setViewer] = useState<Viewer | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = useCallback(() => {
    setProblem(null);
    askViewer().then(
      (found) => {
        sessionEnded(found === null);
        if (found) setViewer(found);
      },
      () => setProblem(UNREACHABLE),
    );
  }, []);
  useEffect(ask, [ask]);

  const enter = () => {
    onUserChange();
    ask();
  };
  if (!viewer) {
    if (ended) return <SignIn onSignedIn={enter} />;
    return (
      <Center h="100vh" component="main">
        {problem ? <ProblemNotice problem={problem} onRetry={ask} /> : <Loader aria-label="Loading" />}
      </Center>
    );
  }
  const leave = async () => {
    flushSync(() => setViewer(null)); // the page asks nothing more, of what it would be refused
    onUserChange();
    try {
      const signOutUrl = await signOut();
      if (signOutUrl === null) sessionEnded(true);
      else window.location.assign(signOutUrl);
    } catch {
      setProblem(UNREACHABLE);
    }
  };
  return (
    <ViewerProvider value={viewer}>
      <Shell onSignOut={leave} />
      <Modal opened={ended} onClose={() => {}} withCloseButton={false} zIndex={1000} title="Your session has ended">
        <SignInForm onSignedIn={ask} />
      </Modal>
    </ViewerProvider>
  );
}
