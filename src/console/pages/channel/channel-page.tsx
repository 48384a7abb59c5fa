import { Group } from '@mantine/core';
import { lazy } from 'react';
import { useParams } from 'wouter';
import { useData } from '../../api/use-data';
import { BotPermissionsProvider } from '../../api/use-viewer';
import { BlockerList } from '../../parts/blocker-list';
import { ChannelState } from '../../parts/channel-state';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { RejectionNotice } from '../../parts/rejection-notice';
import { type RouteTab, RouteTabs } from '../../parts/route-tabs';
import { Waiting } from '../../parts/waiting';
import { ChannelActions } from './channel-actions';
import { ChannelProvider } from './channel-context';
import { CHANNEL_PAGE } from './channel-query';
import { ConfigurationTab } from './configuration-tab';
import { EndpointNotice } from './endpoint-notice';
import { NewChannel } from './new-channel';

const TABS: RouteTab[] = [
  { path: '', name: 'Configuration', Content: ConfigurationTab },
  {
    path: 'payload-formats',
    name: 'Payload formats',
    Content: lazy(async () => ({ default: (await import('./payload-formats-tab')).PayloadFormatsTab })),
  },
  {
    path: 'overrides',
    name: 'Overrides',
    Content: lazy(async () => ({ default: (await import('../overrides/channel-overrides')).ChannelOverrides })),
  },
  {
    path: 'delivery-settings',
    name: 'Delivery settings',
    Content: lazy(async () => ({ default: (await import('./delivery-settings-tab')).DeliverySettingsTab })),
  },
  {
    path: 'deliveries',
    name: 'Deliveries',
    Content: lazy(async () => ({ default: (await import('./deliveries-tab')).DeliveriesTab })),
  },
  {
    path: 'privacy',
    name: 'Privacy',
    Content: lazy(async () => ({ default: (await import('./privacy-tab')).PrivacyTab })),
  },
  {
    path: 'metrics',
    name: 'Metrics',
    Content: lazy(async () => ({ default: (await import('./metrics-tab')).MetricsTab })),
  },
];

export function ChannelPage() {
  const { botId = '', channelId = '' } = useParams<{ botId: string; channelId: string }>();
  return channelId === 'new' ? <NewChannel botId={botId} /> : <ExistingChannel key={channelId} id={channelId} />;
}

function ExistingChannel({ id }: { id: string }) {
  const { tab = '' } = useParams<{ tab?: string }>();
  const { data, problem, loading, refresh } = useData(CHANNEL_PAGE, { id }, { watch: { topic: 'CONFIGURATION' } });
  const channel = data?.channel;
  if (!channel) {
    return (
      <Page title="Channel" path={[{ name: 'Bots', to: '/bots' }]}>
        <ProblemNotice problem={problem} onRetry={refresh} />
        {loading ? <Waiting /> : !problem && <Nothing title="There is no such channel in this account" />}
      </Page>
    );
  }
  const { bot } = channel;
  const path = [
    { name: 'Bots', to: '/bots' },
    { name: bot.name, to: `/bots/${bot.id}` },
  ];
  return (
    <BotPermissionsProvider value={bot.permissions}>
      <ChannelProvider value={channel}>
        <Page
          title={channel.name}
          path={path}
          intro={
            <Group component="span" gap="xs">
              <ChannelState channel={channel} />
              <span>
                Webhook channel, {channel.mode === 'ASYNC' ? 'asynchronous' : 'synchronous'}
                {channel.isDefault && ', default of the bot'}
              </span>
            </Group>
          }
          actions={<ChannelActions />}
        >
          <RejectionNotice what="This channel" rejection={channel.rejection} />
          <BlockerList bot={bot} channel={channel} />
          <EndpointNotice channel={channel} />
          <RouteTabs
            base={`/bots/${bot.id}/channels/${id}`}
            current={tab}
            tabs={TABS}
            label={`Parts of ${channel.name}`}
          />
        </Page>
      </ChannelProvider>
    </BotPermissionsProvider>
  );
}
