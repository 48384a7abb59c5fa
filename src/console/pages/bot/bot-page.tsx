import { Badge, Group } from '@mantine/core';
import { lazy } from 'react';
import { useParams } from 'wouter';
import { useData } from '../../api/use-data';
import { BotPermissionsProvider } from '../../api/use-viewer';
import { CallbackSummary } from '../../parts/callback-summary';
import { Nothing } from '../../parts/nothing';
import { Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem-notice';
import { RejectionNotice } from '../../parts/rejection-notice';
import { type RouteTab, RouteTabs } from '../../parts/route-tabs';
import { StateBadge } from '../../parts/state-badge';
import { Waiting } from '../../parts/waiting';
import { BOT_STATES } from '../../parts/words';
import { BotActions } from './bot-actions';
import { BotChecklist } from './bot-checklist';
import { BotProvider } from './bot-context';
import { BOT_PAGE } from './bot-query';
import { ChannelsTab } from './channels-tab';

const TABS: RouteTab[] = [
  { path: '', name: 'Channels', Content: ChannelsTab },
  {
    path: 'answers',
    name: 'Answers',
    Content: lazy(async () => ({ default: (await import('./answers-tab')).AnswersTab })),
  },
  {
    path: 'checks',
    name: 'Checks',
    Content: lazy(async () => ({ default: (await import('../check/checks-tab')).ChecksTab })),
  },
  {
    path: 'publish',
    name: 'Publish',
    Content: lazy(async () => ({ default: (await import('./publish-tab')).PublishTab })),
  },
  {
    path: 'dialogs',
    name: 'Dialogs',
    Content: lazy(async () => ({ default: (await import('../flow/dialogs-tab')).DialogsTab })),
  },
  {
    path: 'overrides',
    name: 'Overrides',
    Content: lazy(async () => ({ default: (await import('../overrides/overrides')).BotOverrides })),
  },
  {
    path: 'versions',
    name: 'Versions',
    Content: lazy(async () => ({ default: (await import('./versions-tab')).VersionsTab })),
  },
  {
    path: 'smart-bots',
    name: 'Smart bots',
    Content: lazy(async () => ({ default: (await import('./smart-bots-tab')).SmartBotsTab })),
  },
  {
    path: 'privacy',
    name: 'Privacy',
    Content: lazy(async () => ({ default: (await import('./privacy-tab')).PrivacyTab })),
  },
  {
    path: 'settings',
    name: 'Settings',
    Content: lazy(async () => ({ default: (await import('./settings-tab')).SettingsTab })),
  },
];

/** Dialogs are shown of a bot that has them here, to who may read its file. */
const tabsOf = ({ engine, permissions }: { engine: string; permissions: readonly string[] }): RouteTab[] =>
  engine === 'DIALOG' && permissions.includes('bot.export') ? TABS : TABS.filter(({ path }) => path !== 'dialogs');

export function BotPage() {
  const { botId = '', tab = '' } = useParams<{ botId: string; tab?: string }>();
  const { data, problem, loading, refresh } = useData(BOT_PAGE, { id: botId }, { watch: { topic: 'CONFIGURATION' } });
  const bot = data?.bot;
  const path = [{ name: 'Bots', to: '/bots' }];
  if (!bot) {
    return (
      <Page title="Bot" path={path}>
        <ProblemNotice problem={problem} onRetry={refresh} />
        {loading ? <Waiting /> : !problem && <Nothing title="There is no such bot in this account" />}
      </Page>
    );
  }
  return (
    <BotPermissionsProvider value={bot.permissions}>
      <BotProvider value={bot}>
        <Page
          title={bot.name}
          path={path}
          intro={
            <Group component="span" gap="xs">
              <StateBadge label={BOT_STATES[bot.state]} />
              {bot.kind === 'SMART' && <Badge variant="default">Smart bot</Badge>}
              {bot.liveVersion && <span>Version {bot.liveVersion.number} is live</span>}
              {bot.suspendedReason && <span>Reason: {bot.suspendedReason}</span>}
              <CallbackSummary bot={bot} />
            </Group>
          }
          actions={<BotActions />}
        >
          <RejectionNotice what="The last publish" rejection={bot.rejection} />
          <BotChecklist />
          <RouteTabs base={`/bots/${bot.id}`} current={tab} tabs={tabsOf(bot)} label={`Parts of ${bot.name}`} />
        </Page>
      </BotProvider>
    </BotPermissionsProvider>
  );
}
