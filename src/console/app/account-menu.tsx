import {
  ArrowRightStartOnRectangleIcon,
  ChevronDownIcon,
  ComputerDesktopIcon,
  IdentificationIcon,
  MoonIcon,
  SunIcon,
  UserIcon,
} from '@heroicons/react/24/outline';
import { Avatar, Button, Menu, useMantineColorScheme } from '@mantine/core';
import { Link } from 'wouter';
import { useViewer } from '../api/use-viewer';

const SCHEMES = [
  { value: 'light', name: 'Light', Icon: SunIcon, UserIcon },
  { value: 'dark', name: 'Dark', Icon: MoonIcon },
  { value: 'auto', name: 'As the system', Icon: ComputerDesktopIcon },
] as const;

/** Who is signed in, light or dark, and the way out. */
export function AccountMenu({ onSignOut }: { onSignOut(): Promise<void> }) {
  const viewer = useViewer();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          c="inherit"
          aria-label={`Account menu of ${viewer.name}`}
          rightSection={<ChevronDownIcon width={14} aria-hidden />}
        >
          <Avatar size={24} radius="xl" color="hook" variant="filled">
            <UserIcon width={15} aria-hidden />
          </Avatar>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label c="dimmed">
          {viewer.name} · {viewer.role.toLowerCase()}
        </Menu.Label>
        <Menu.Item component={Link} href="/account" leftSection={<IdentificationIcon width={16} aria-hidden />}>
          Own account
        </Menu.Item>
        <Menu.Divider />
        {SCHEMES.map(({ value, name, Icon }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={<Icon width={16} aria-hidden />}
            fw={colorScheme === value ? 700 : 400}
            onClick={() => setColorScheme(value)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<ArrowRightStartOnRectangleIcon width={16} aria-hidden />}
          onClick={() => void onSignOut()}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
