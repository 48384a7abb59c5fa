import { Anchor } from '@mantine/core';
import { type ComponentType, lazy } from 'react';
import { Link, Route, Switch } from 'wouter';
import { Page } from '../parts/page';
import { PageNotFetched } from '../parts/page-not-fetched';

/** A page that is fetched when somebody goes there. */
const page = (load: () => Promise<ComponentType>) =>
  lazy(async () => {
    try {
      return { default: await load() };
    } catch (error) {
      throw new PageNotFetched(error);
    }
  });

const ROUTES: [path: string, component: ComponentType][] = [
  ['/', page(async () => (await import('../pages/home/home-page')).HomePage)],
  ['/bots', page(async () => (await import('../pages/bots/bots-page')).BotsPage)],
  [
    '/bots/:botId/channels/:channelId/:tab?',
    page(async () => (await import('../pages/channel/channel-page')).ChannelPage),
  ],
  ['/bots/:botId/playground', page(async () => (await import('../pages/playground/playground-page')).PlaygroundPage)],
  ['/bots/:botId/checks/:checkId', page(async () => (await import('../pages/check/check-page')).CheckPage)],
  ['/bots/:botId/:tab?', page(async () => (await import('../pages/bot/bot-page')).BotPage)],
  ['/channels', page(async () => (await import('../pages/channels/channels-page')).ChannelsPage)],
  ['/apps', page(async () => (await import('../pages/apps/apps-page')).AppsPage)],
  ['/approvals', page(async () => (await import('../pages/approvals/approvals-page')).ApprovalsPage)],
  ['/approvals/:id', page(async () => (await import('../pages/approvals/request-page')).RequestPage)],
  ['/dashboard', page(async () => (await import('../pages/dashboard/dashboard-page')).DashboardPage)],
  ['/conversations', page(async () => (await import('../pages/conversations/conversations-page')).ConversationsPage)],
  ['/conversations/:id', page(async () => (await import('../pages/conversations/conversation-page')).ConversationPage)],
  ['/turns/:traceId', page(async () => (await import('../pages/turn/turn-page')).TurnPage)],
  ['/deliveries/:tab?', page(async () => (await import('../pages/deliveries/deliveries-page')).DeliveriesPage)],
  ['/audit', page(async () => (await import('../pages/audit/audit-page')).AuditPage)],
  ['/users', page(async () => (await import('../pages/users/users-page')).UsersPage)],
  ['/account', page(async () => (await import('../pages/own-account/own-account-page')).OwnAccountPage)],
  ['/alerts', page(async () => (await import('../pages/alerts/alerts-page')).AlertsPage)],
  ['/sign-in-providers', page(async () => (await import('../pages/sign-in-providers/providers-page')).ProvidersPage)],
  ['/settings', page(async () => (await import('../pages/account/account-page')).AccountPage)],
];

export function Pages() {
  return (
    <Switch>
      {ROUTES.map(([path, component]) => (
        <Route key={path} path={path} component={component} />
      ))}
      <Route>
        <Page title="There is no such page">
          <Anchor component={Link} href="/">
            To the first page
          </Anchor>
        </Page>
      </Route>
    </Switch>
  );
}
