import { Button, Stack, Text } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { PageNotFetched, WaitForServer, wasLoadedAgain } from './page-not-fetched';

/**
 * Keeps a fault of one page from taking the rest along. A page that could not be fetched opens once the server answers.
 * A class, because React offers no other way to catch.
 */
export class FaultBoundary extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null };

  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }

  override render() {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
    if (fault instanceof PageNotFetched && !wasLoadedAgain()) return <WaitForServer />;
    return (
      <Stack role="alert" align="start">
        <Text fw={600}>This page stopped working: {fault.message}</Text>
        <Text size="sm">Nothing that was saved is affected. Load the page again; the server may be newer than it.</Text>
        <Button onClick={() => location.reload()}>Load again</Button>
      </Stack>
    );
  }
}
