import {
  BellIcon,
  BookOpenIcon,
  ChartBarIcon,
  ChatBubbleLeftRightIcon,
  CheckBadgeIcon,
  ClockIcon,
  CodeBracketIcon,
  Cog6ToothIcon,
  CpuChipIcon,
  FingerPrintIcon,
  HomeIcon,
  KeyIcon,
  PaperAirplaneIcon,
  SignalIcon,
  UsersIcon,
} from '@heroicons/react/24/outline';
import { Anchor, NavLink, Stack, Text } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { useAbout } from '../api/use-about';
import { useMayInAccount } from '../api/use-viewer';

const BUILD = [
  { to: '/bots', name: 'Bots', Icon: CpuChipIcon },
  { to: '/channels', name: 'Channels', Icon: SignalIcon },
  { to: '/apps', name: 'Apps', Icon: KeyIcon },
  { to: '/approvals', name: 'Approvals', Icon: CheckBadgeIcon },
];
const WATCH = [
  { to: '/dashboard', name: 'Dashboard', Icon: ChartBarIcon },
  { to: '/conversations', name: 'Conversations', Icon: ChatBubbleLeftRightIcon },
  { to: '/deliveries', name: 'Deliveries', Icon: PaperAirplaneIcon },
  { to: '/audit', name: 'Audit log', Icon: ClockIcon },
];
const ACCOUNT = [
  { to: '/users', name: 'Users and tokens', Icon: UsersIcon, needs: null },
  { to: '/alerts', name: 'Alerts', Icon: BellIcon, needs: 'alert.read' },
  { to: '/sign-in-providers', name: 'Sign-in providers', Icon: FingerPrintIcon, needs: 'sign-in-provider.read' },
  { to: '/settings', name: 'Account settings', Icon: Cog6ToothIcon, needs: 'account.update' },
];

export function Navigation() {
  const may = useMayInAccount();
  const about = useAbout();
  const [location] = useLocation();
  return (
    <Stack gap="md">
      <NavLink
        component={Link}
        href="/"
        label="Home"
        active={location === '/'}
        aria-current={location === '/' ? 'page' : undefined}
        leftSection={<HomeIcon width={18} aria-hidden />}
        styles={{ root: { borderRadius: 8 } }}
      />
      <Section name="Build" links={BUILD} />
      <Section name="Watch" links={WATCH} />
      <Section name="Account" links={ACCOUNT.filter(({ needs }) => needs === null || may(needs))} />
      <div>
        <NavLink
          component="a"
          href="/console/explorer/"
          label="GraphQL explorer"
          leftSection={<CodeBracketIcon width={18} />}
        />
        <NavLink component="a" href="/console/docs/" label="Documentation" leftSection={<BookOpenIcon width={18} />} />
      </div>
      {about && (
        <Anchor href="/console/docs/CHANGELOG" target="_blank" size="xs" c="dimmed" px="sm" underline="always">
          Hookswitch {about.version}
        </Anchor>
      )}
    </Stack>
  );
}

function Section({ name, links }: { name: string; links: readonly (typeof BUILD)[number][] }) {
  const [location] = useLocation();
  return (
    <div>
      <Text size="xs" fw={700} c="dimmed" px="sm" pb={4}>
        {name}
      </Text>
      {links.map(({ to, name: label, Icon }) => {
        const active = location === to || location.startsWith(`${to}/`);
        return (
          <NavLink
            key={to}
            component={Link}
            href={to}
            label={label}
            active={active}
            aria-current={active ? 'page' : undefined}
            leftSection={<Icon width={18} aria-hidden />}
            styles={{ root: { borderRadius: 8 } }}
          />
        );
      })}
    </div>
  );
}
