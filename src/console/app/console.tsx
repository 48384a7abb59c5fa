import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Provider } from 'urql';
import { Router } from 'wouter';
import { createClient } from '../api/client';
import { sessionEnded } from '../api/session';
import { SignedIn } from './signed-in';
import { cssVariables, theme } from './theme';

/** The whole console. A new client for each user: nothing of the former one's answers may be seen. */
export function Console() {
  const [client, setClient] = useState(createClient);
  const startOver = () => {
    sessionEnded(false);
    setClient(createClient());
  };
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-right" />
      <Provider value={client}>
        <Router base="/console">
          <SignedIn onUserChange={startOver} />
        </Router>
      </Provider>
    </MantineProvider>
  );
}
