import { Anchor, Group } from '@mantine/core';
import { Link } from 'wouter';
import type { ApprovalKind, EndingKind } from '../../api/.generated/graphql';
import { useRights } from '../../api/use-viewer';
import { counted } from '../../parts/callback-words';
import { Moment } from '../../parts/moment';
import type { Attention, WaitingRequests } from './home-query';
import { Matter, MatterList, Way } from './matter-list';

const REQUESTS: Record<ApprovalKind, string> = {
  CHANNEL: 'A new channel',
  CHANNEL_UPGRADE: 'A changed channel',
  PUBLISH: 'A version to publish',
};

const ENDINGS: Record<EndingKind, string> = {
  API_TOKEN: 'API token',
  APP_SECRET: 'Replaced client secret',
  SIGNING_SECRET: 'Replaced signing secret',
  CERTIFICATE: 'Certificate of callbacks',
};

/** What of requests, bots and secrets waits for somebody. */
export function AccountMatters({ attention, requests }: { attention: Attention; requests: WaitingRequests }) {
  const { isAdmin, mayBuild } = useRights();
  const { unfilledBotCount, unfilledVariables, failingBots, ending } = attention;
  return (
    <>
      {requests.totalCount > 0 && (
        <MatterList
          title={counted(requests.totalCount, 'approval waiting', 'approvals waiting')}
          more={
            requests.totalCount > requests.edges.length && (
              <Anchor component={Link} href="/approvals" size="sm" underline="always">
                All of them
              </Anchor>
            )
          }
        >
          {requests.edges.map(({ node: { id, kind, bot, channel, version, createdAt } }) => {
            const place = channel ? `${bot.name} · ${channel.name}` : bot.name;
            return (
              <Matter
                key={id}
                name={place}
                note={
                  <>
                    {version?.rollbackOf ? `Back to version ${version.rollbackOf}` : REQUESTS[kind]}, asked for{' '}
                    <Moment at={createdAt} />
                  </>
                }
                action={<Way to={`/approvals/${id}`} name={isAdmin ? 'Review' : 'See the request'} about={place} />}
              />
            );
          })}
        </MatterList>
      )}
      {unfilledBotCount > 0 && (
        <MatterList
          title={counted(unfilledBotCount, 'bot with variables to fill in', 'bots with variables to fill in')}
        >
          {unfilledVariables.map(({ bot, keys }) => (
            <Matter
              key={bot.id}
              name={bot.name}
              note={keys.join(', ')}
              action={<Way to={`/bots/${bot.id}/settings`} name={mayBuild ? 'Fill in' : 'See'} about={bot.name} />}
            />
          ))}
        </MatterList>
      )}
      {failingBots.length > 0 && (
        <MatterList title="Bots whose scripts or engine failed within the last day">
          {failingBots.map(({ bot, failed }) => (
            <Matter
              key={bot.id}
              name={bot.name}
              note={counted(failed, 'failed turn', 'failed turns')}
              action={
                <Group gap="xs">
                  {mayBuild && <Way to={`/bots/${bot.id}/playground`} name="Try it" about={bot.name} />}
                  <Way to={`/conversations?botId=${bot.id}&failed=yes`} name="Read what happened" about={bot.name} />
                </Group>
              }
            />
          ))}
        </MatterList>
      )}
      {ending.length > 0 && (
        <MatterList title="Ends soon">
          {ending.map(({ kind, name, channel, endsAt }) => {
            const place = channel ? `${channel.bot.name} · ${channel.name}` : (name ?? '');
            return (
              <Matter
                key={`${kind} ${place} ${endsAt}`}
                name={place}
                note={
                  <>
                    {ENDINGS[kind]}, ends <Moment at={endsAt} />
                  </>
                }
                action={<Way to={whereItIsRenewed(kind, channel)} name="Renew" about={place} />}
              />
            );
          })}
        </MatterList>
      )}
    </>
  );
}

function whereItIsRenewed(kind: EndingKind, channel: { id: string; bot: { id: string } } | null | undefined): string {
  if (channel) return `/bots/${channel.bot.id}/channels/${channel.id}/delivery-settings`;
  return kind === 'API_TOKEN' ? '/users' : '/apps';
}
