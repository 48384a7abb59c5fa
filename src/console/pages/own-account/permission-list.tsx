import { Code, Group, Stack, Text } from '@mantine/core';

/** What the viewer may do in the whole account, by noun. */
export function PermissionList({ permissions }: { permissions: readonly string[] }) {
  if (permissions.length === 0) {
    return <Text size="sm">In the account as a whole you may do nothing with what you signed in with.</Text>;
  }
  const byNoun = new Map<string, string[]>();
  for (const permission of permissions) {
    const noun = permission.split('.')[0] ?? permission;
    byNoun.set(noun, [...(byNoun.get(noun) ?? []), permission]);
  }
  return (
    <Stack gap="xs">
      <Text size="sm">In the whole account you may:</Text>
      <Stack component="ul" gap={6} m={0} p={0} style={{ listStyle: 'none' }}>
        {[...byNoun].map(([noun, names]) => (
          <Group key={noun} component="li" gap={6}>
            {names.map((name) => (
              <Code key={name}>{name}</Code>
            ))}
          </Group>
        ))}
      </Stack>
    </Stack>
  );
}
