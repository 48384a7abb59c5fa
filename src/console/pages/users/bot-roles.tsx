import { Anchor, Badge, Button, Group, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { Role } from '../../api/.generated/graphql';
import { useChange } from '../../api/use-change';
import { BotSelect } from '../../parts/bot-select';
import { ConfirmButton } from '../../parts/confirm-button';
import { CreateDialog } from '../../parts/create-dialog';
import { told } from '../../parts/told';
import { botRoleChoices, ROLE_NAMES } from './roles';
import type { UserNode } from './users-query';

const SET = graphql(`
  mutation SetBotRole($userId: ID!, $botId: ID!, $role: Role) {
    setBotRole(userId: $userId, botId: $botId, role: $role) {
      id
    }
  }
`);

interface BotRolesProps {
  user: Pick<UserNode, 'id' | 'name' | 'service' | 'botRoles'>;
  mayChange: boolean;
}

/** What a user may do with single bots, besides what the role in the account allows. */
export function BotRoles({ user, mayChange }: BotRolesProps) {
  const [giving, setGiving] = useState(false);
  const remove = useChange(SET);
  if (user.botRoles.length === 0 && !mayChange) return null;
  return (
    <Stack gap="xs">
      {user.botRoles.length > 0 && (
        <Stack component="ul" gap={6} m={0} p={0} style={{ listStyle: 'none' }} aria-label={`Bots of ${user.name}`}>
          {user.botRoles.map(({ bot, role }) => (
            <Group component="li" key={bot.id} gap="xs">
              <Badge variant="default">{ROLE_NAMES[role]}</Badge>
              <Text size="sm" span>
                on{' '}
                <Anchor component={Link} href={`/bots/${bot.id}`} underline="always">
                  {bot.name}
                </Anchor>
              </Text>
              {mayChange && (
                <ConfirmButton
                  size="compact-xs"
                  action="Take away"
                  aria-label={`Take away the role of ${user.name} on ${bot.name}`}
                  consequence={`${user.name} may do with “${bot.name}” what the role in the account allows, and no more.`}
                  problem={remove.problem}
                  onConfirm={async () => Boolean(await remove.run({ userId: user.id, botId: bot.id, role: null }))}
                />
              )}
            </Group>
          ))}
        </Stack>
      )}
      {mayChange && (
        <Group>
          <Button
            size="xs"
            variant="default"
            aria-label={`Give ${user.name} a role on a bot`}
            onClick={() => setGiving(true)}
          >
            Role on a bot
          </Button>
        </Group>
      )}
      {giving && <GiveRole user={user} onClose={() => setGiving(false)} />}
    </Stack>
  );
}

function GiveRole({ user, onClose }: { user: BotRolesProps['user']; onClose(): void }) {
  const [bot, setBot] = useState<{ id: string; name: string } | null>(null);
  const [role, setRole] = useState<Role>('DEVELOPER');
  const give = useChange(SET);
  const submit = async () => {
    if (!bot || !(await give.run({ userId: user.id, botId: bot.id, role }))) return;
    told(`${user.name} is ${ROLE_NAMES[role].toLowerCase()} on “${bot.name}” now.`);
    onClose();
  };
  return (
    <CreateDialog
      opened
      onClose={onClose}
      title={`Role of ${user.name} on a bot`}
      action="Give role"
      change={give}
      onSubmit={submit}
    >
      <Text size="sm">
        It adds to the role in the account and does not reach the smart bots that inherit from the bot.
      </Text>
      <BotSelect value={bot?.id ?? null} onChange={(id, name) => setBot(id === null ? null : { id, name })} />
      <Select
        label="Role"
        data={botRoleChoices(user.service)}
        allowDeselect={false}
        value={role}
        onChange={(value) => value && setRole(value)}
      />
    </CreateDialog>
  );
}
