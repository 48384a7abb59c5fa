import { AppShell, Badge, Burger, Group, Image, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense, useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { useAbout } from '../api/use-about';
import icon from '../icon.svg';
import { FaultBoundary } from '../parts/fault-boundary';
import { Waiting } from '../parts/waiting';
import { AccountMenu } from './account-menu';
import { ApprovalsButton } from './approvals-button';
import { Navigation } from './navigation';
import { Pages } from './pages';
import { PaletteButton } from './palette-button';

/** Header, navigation, page. In a narrow window the navigation hides behind a button. */
export function Shell({ onSignOut }: { onSignOut(): Promise<void> }) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const [location] = useLocation();
  const about = useAbout();
  // biome-ignore lint/correctness/useExhaustiveDependencies: closes whenever the page changes
  useEffect(close, [location]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 230, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', md: 'xl' }}
    >
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Link
              href="/"
              aria-label="Hookswitch, to the first page"
              style={{ textDecoration: 'none', color: 'inherit' }}
            >
              <Group gap={10} wrap="nowrap">
                <Image src={icon} alt="" w={28} h={28} />
                <Text fw={700} visibleFrom="xs">
                  Hookswitch
                </Text>
              </Group>
            </Link>
            {about?.instanceName && <Badge variant="default">{about.instanceName}</Badge>}
          </Group>
          <Group gap="xs" wrap="nowrap" className="header-actions">
            <PaletteButton />
            <ApprovalsButton />
            <AccountMenu onSignOut={onSignOut} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Main" style={{ overflowY: 'auto' }}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} style={{ outline: 'none' }}>
        <FaultBoundary key={location.split('/', 3).join('/')}>
          <Suspense fallback={<Waiting />}>
            <Pages />
          </Suspense>
        </FaultBoundary>
      </AppShell.Main>
    </AppShell>
  );
}
