import { Avatar, Button, Menu, useMantineColorScheme } from '@mantine/core';
import { IconChevronDown, IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react';
import { useViewer } from '../api/use-viewer';

const SCHEMES = [
  { value: 'light', name: 'Light', Icon: IconSun, IconUser },
  { value: 'dark', name: 'Dark', Icon: IconMoon },
  { value: 'auto', name: 'As the system', Icon: IconDeviceDesktop },
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
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          <Avatar size={24} radius="xl" color="hook" variant="filled">
            <IconUser size={15} aria-hidden />
          </Avatar>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label c="dimmed">
          {viewer.name} · {viewer.role.toLowerCase()}
        </Menu.Label>
        {SCHEMES.map(({ value, name, Icon }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={<Icon size={16} aria-hidden />}
            fw={colorScheme === value ? 700 : 400}
            onClick={() => setColorScheme(value)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void onSignOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
