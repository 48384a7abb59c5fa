import { NavLink, Stack, Text } from '@mantine/core';
import {
  IconBell,
  IconChartLine,
  IconCode,
  IconHistory,
  IconKey,
  IconMessages,
  IconRobot,
  IconRubberStamp,
  IconSend,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { useRights } from '../api/use-viewer';

const BUILD = [
  { to: '/bots', name: 'Bots', Icon: IconRobot },
  { to: '/apps', name: 'Apps', Icon: IconKey },
  { to: '/approvals', name: 'Approvals', Icon: IconRubberStamp },
];
const WATCH = [
  { to: '/dashboard', name: 'Dashboard', Icon: IconChartLine },
  { to: '/conversations', name: 'Conversations', Icon: IconMessages },
  { to: '/deliveries', name: 'Deliveries', Icon: IconSend },
  { to: '/audit', name: 'Audit log', Icon: IconHistory },
];
const ACCOUNT = [
  { to: '/users', name: 'Users and tokens', Icon: IconUsers },
  { to: '/alerts', name: 'Alerts', Icon: IconBell },
  { to: '/settings', name: 'Account settings', Icon: IconSettings },
];

export function Navigation() {
  const { isAdmin } = useRights();
  return (
    <Stack gap="md" component="nav" aria-label="Main">
      <Section name="Build" links={BUILD} />
      <Section name="Watch" links={WATCH} />
      <Section name="Account" links={isAdmin ? ACCOUNT : ACCOUNT.slice(0, 1)} />
      <NavLink component="a" href="/console/explorer/" label="GraphQL explorer" leftSection={<IconCode size={18} />} />
    </Stack>
  );
}

function Section({ name, links }: { name: string; links: typeof BUILD }) {
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
            leftSection={<Icon size={18} aria-hidden />}
            styles={{ root: { borderRadius: 8 } }}
          />
        );
      })}
    </div>
  );
}
