import { Anchor, Checkbox, Code, Group, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import { graphql } from '../../api/.generated/gql';
import type { AppsQueryVariables } from '../../api/.generated/graphql';
import { appSecrets } from '../../api/app-secrets';
import { signsWithSecret } from '../../api/sign-token';
import { useChange } from '../../api/use-change';
import { useData } from '../../api/use-data';
import { useRights } from '../../api/use-viewer';
import { CallbackTrouble } from '../../parts/callback-trouble';
import { ConfirmButton } from '../../parts/confirm-button';
import { Moment } from '../../parts/moment';
import { Nothing } from '../../parts/nothing';
import { PageRows } from '../../parts/paged-table';
import { TagList } from '../../parts/tag-list';
import { told } from '../../parts/told';
import type { ListPage } from '../../parts/use-pages';
import type { Picked } from '../../parts/use-picked';
import { AppEncryption } from './app-encryption';
import { AppKeys } from './app-keys';
import { AppScopes } from './app-scopes';

/** Credentials that are shown once. */
export interface Credentials {
  clientId: string;
  secret: string;
}

const APPS = graphql(`
  query Apps($search: String, $tag: String, $order: ListOrder, $after: String) {
    apps(first: 50, search: $search, tag: $tag, order: $order, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          clientId
          name
          tags
          algorithm
          requireJti
          publicKeys
          jwksUrl
          tokenEncryption
          encryptionKeys
          encryptionKeysUrl
          scopes {
            scope
            status
          }
          createdAt
          secretRotatedAt
          previousSecretValidUntil
          channels {
            id
            name
            lastMessageAt
            endpoint {
              state
              since
              lastError
              dead
            }
            bot {
              id
              name
            }
          }
        }
      }
    }
  }
`);

const ROTATE = graphql(`
  mutation RotateAppSecret($clientId: ID!, $expected: ExpectedAppSecret!) {
    rotateAppSecret(clientId: $clientId, expected: $expected) {
      clientSecret
    }
  }
`);

const DELETE = graphql(`
  mutation DeleteApp($clientId: ID!) {
    deleteApp(clientId: $clientId)
  }
`);

/** Channels that the row of an app names; of more it says how many. */
const MOST_CHANNELS = 3;

interface AppRowsProps {
  page: ListPage;
  filter: Omit<AppsQueryVariables, 'after'>;
  picked?: Picked;
  onSecret(credentials: Credentials): void;
}

export function AppRows({ page, filter, picked, onSecret }: AppRowsProps) {
  const apps = useData(APPS, { ...filter, after: page.after });
  const { mayBuild } = useRights();
  const rotate = useChange(ROTATE);
  const remove = useChange(DELETE);
  const rotateSecret = async ({ clientId, secretRotatedAt }: { clientId: string; secretRotatedAt?: string | null }) => {
    const done = await rotate.run({ clientId, expected: { secretRotatedAt: secretRotatedAt ?? null } });
    if (!done) {
      apps.refresh();
      return false;
    }
    const secret = done.rotateAppSecret.clientSecret;
    appSecrets.set(clientId, secret);
    onSecret({ clientId, secret });
    return true;
  };
  return (
    <PageRows
      of={apps}
      connection={apps.data?.apps}
      columns={picked ? 6 : 5}
      page={page}
      empty={
        filter.search || filter.tag ? (
          <Nothing title="No app is like that" />
        ) : (
          <Nothing title="No apps yet">Make one here, or while you configure a channel.</Nothing>
        )
      }
      row={(app) => (
        <Table.Tr key={app.clientId}>
          {picked && (
            <Table.Td>
              <Checkbox
                aria-label={`Pick ${app.name}`}
                checked={picked.ids.has(app.clientId)}
                onChange={() => picked.toggle(app.clientId)}
              />
            </Table.Td>
          )}
          <Table.Td>
            <Text fw={600} size="sm">
              {app.name}
            </Text>
            <Code>{app.clientId}</Code>
            <TagList tags={app.tags} />
          </Table.Td>
          <Table.Td>
            {app.algorithm}
            {app.requireJti && ', jti enforced'}
            {app.tokenEncryption !== 'NONE' && `, encryption ${app.tokenEncryption.toLowerCase()}`}
            <Text size="xs" c="dimmed">
              {keysOf(app)}
            </Text>
          </Table.Td>
          <Table.Td>
            {app.channels.length === 0 && '–'}
            {app.channels.slice(0, MOST_CHANNELS).map((channel) => (
              <div key={channel.id}>
                <Anchor component={Link} href={`/bots/${channel.bot.id}/channels/${channel.id}`} size="sm">
                  {channel.bot.name}: {channel.name}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {channel.lastMessageAt ? (
                    <>
                      Last message <Moment at={channel.lastMessageAt} />
                    </>
                  ) : (
                    'No message'
                  )}
                </Text>
                <CallbackTrouble botId={channel.bot.id} channel={channel} />
              </div>
            ))}
            {app.channels.length > MOST_CHANNELS && (
              <Text size="sm" c="dimmed">
                and {app.channels.length - MOST_CHANNELS} more
              </Text>
            )}
          </Table.Td>
          <Table.Td>
            <Moment at={app.createdAt} />
            {app.secretRotatedAt && (
              <Text size="xs" c="dimmed">
                Secret changed <Moment at={app.secretRotatedAt} />
              </Text>
            )}
            {app.previousSecretValidUntil && (
              <Text size="xs" c="dimmed">
                The previous one is good until <Moment at={app.previousSecretValidUntil} />
              </Text>
            )}
          </Table.Td>
          <Table.Td>
            {mayBuild && (
              <Group gap={6} w={224}>
                {signsWithSecret(app.algorithm) ? (
                  <ConfirmButton
                    size="xs"
                    action="New secret"
                    aria-label={`New secret for ${app.name}`}
                    consequence={`“${app.name}” gets a new client secret. The old one stays good for a day, so that callers can change over.`}
                    problem={rotate.problem}
                    onConfirm={() => rotateSecret(app)}
                  />
                ) : (
                  <AppKeys app={app} />
                )}
                <AppEncryption app={app} />
                <AppScopes app={app} />
                <ConfirmButton
                  size="xs"
                  action="Delete"
                  aria-label={`Delete ${app.name}`}
                  color="red"
                  variant="outline"
                  consequence={`Tokens of “${app.name}” are refused at once.`}
                  problem={remove.problem}
                  onConfirm={async () => {
                    if (!(await remove.run({ clientId: app.clientId }))) return false;
                    told(`The app “${app.name}” was deleted.`);
                    return true;
                  }}
                />
              </Group>
            )}
          </Table.Td>
        </Table.Tr>
      )}
    />
  );
}

/** How many keys an app with keys has, or where they are. */
const keysOf = ({ publicKeys, jwksUrl }: { publicKeys: string[]; jwksUrl?: string | null | undefined }): string =>
  jwksUrl ??
  (publicKeys.length === 0 ? '' : publicKeys.length === 1 ? '1 public key' : `${publicKeys.length} public keys`);
