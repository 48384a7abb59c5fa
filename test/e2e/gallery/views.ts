import type { Page } from 'playwright-core';
import type { Hotel } from './hotel.js';

/** A view of the console: its picture's name, its address, and what is done there before the picture is taken. */
export interface View {
  name: string;
  path: string;
  show?(page: Page): Promise<void>;
}

/** Presses a button, and waits for the dialog or drawer that it opens. */
const opens =
  (button: string | RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: button, exact: true }).first().click();
    await page.getByRole('dialog').first().waitFor();
  };

const chart = async (page: Page): Promise<void> => page.locator('canvas').first().waitFor(); // comes after its figures

/** Every page of the console and what opens on it, in the order of the navigation. */
export function viewsOf(hotel: Hotel): View[] {
  const { bot, sync, async, waiting } = hotel;
  const ofBot = `/bots/${bot}`;
  const ofSync = `${ofBot}/channels/${sync}`;
  const ofAsync = `${ofBot}/channels/${async}`;
  return [
    { name: 'home', path: '/', show: chart },
    {
      name: 'search',
      path: '/',
      show: async (page) => {
        await page.keyboard.press('Control+k');
        await page.getByLabel('Search everything').fill('lobby');
        await page.getByRole('dialog').getByText('Lobby screens').first().waitFor();
      },
    },
    { name: 'bots', path: '/bots' },
    { name: 'bots-create', path: '/bots', show: opens('Create bot') },
    { name: 'bots-import', path: '/bots', show: opens('Import') },
    { name: 'bot-channels', path: ofBot },
    { name: 'bot-answers', path: `/bots/${hotel.starter}/answers` },
    { name: 'bot-checks', path: `${ofBot}/checks` },
    { name: 'bot-check', path: `${ofBot}/checks/${hotel.check}` },
    { name: 'bot-publish', path: `${ofBot}/publish` },
    { name: 'bot-dialogs', path: `${ofBot}/dialogs?dialog=dg-book-a-stay&node=price` },
    { name: 'bot-overrides-matrix', path: `${ofBot}/overrides` },
    { name: 'bot-overrides-channel', path: `${ofBot}/overrides?view=channel` },
    { name: 'bot-versions', path: `${ofBot}/versions` },
    { name: 'bot-versions-compare', path: `${ofBot}/versions`, show: opens('Compare version 1') },
    { name: 'bot-canary', path: `/bots/${hotel.canary}/versions` },
    { name: 'bot-smart-bots', path: `${ofBot}/smart-bots` },
    { name: 'bot-privacy', path: `${ofBot}/privacy` },
    { name: 'bot-settings', path: `${ofBot}/settings` },
    {
      name: 'bot-playground',
      path: `${ofBot}/playground`,
      show: async (page) => {
        await page.getByRole('textbox', { name: 'Message' }).fill('book a stay');
        await page.getByRole('button', { name: 'Send', exact: true }).click();
        await page.getByRole('log').getByText('How many nights?').waitFor();
      },
    },
    { name: 'channels', path: '/channels' },
    { name: 'channel-new', path: `${ofBot}/channels/new` },
    { name: 'channel-configuration', path: ofAsync },
    { name: 'channel-waiting', path: `${ofBot}/channels/${waiting}` },
    { name: 'channel-payload-formats', path: `${ofSync}/payload-formats` },
    { name: 'channel-overrides', path: `${ofSync}/overrides` },
    { name: 'channel-delivery-settings', path: `${ofAsync}/delivery-settings` },
    { name: 'channel-deliveries', path: `${ofAsync}/deliveries` },
    { name: 'channel-test-callback', path: `${ofAsync}/deliveries`, show: opens('Send a test callback') },
    { name: 'channel-privacy', path: `${ofSync}/privacy` },
    { name: 'channel-metrics', path: `${ofSync}/metrics`, show: chart },
    { name: 'apps', path: '/apps' },
    { name: 'app-scopes', path: '/apps', show: opens('Scopes of Guest app') },
    { name: 'approvals', path: '/approvals' },
    { name: 'approval', path: `/approvals/${hotel.request}` },
    { name: 'dashboard', path: `/dashboard?bot=${bot}`, show: chart },
    { name: 'conversations', path: '/conversations' },
    { name: 'conversation', path: `/conversations/${hotel.conversation}` },
    { name: 'turn', path: `/turns/${hotel.recorded}` },
    { name: 'turn-failed', path: `/turns/${hotel.failed}` },
    { name: 'turn-delivered', path: `/turns/${hotel.delivered}` },
    { name: 'deliveries', path: '/deliveries' },
    { name: 'delivery', path: '/deliveries?status=DEAD', show: opens(/^Details of/) },
    { name: 'delivery-pending', path: '/deliveries?status=PENDING', show: opens(/^Details of/) },
    { name: 'endpoints', path: '/deliveries/endpoints' },
    { name: 'audit', path: '/audit' },
    { name: 'users', path: '/users' },
    { name: 'alerts', path: '/alerts' },
    { name: 'alerts-new', path: '/alerts', show: opens('New subscription') },
    { name: 'sign-in-providers', path: '/sign-in-providers' },
    { name: 'settings', path: '/settings' },
    { name: 'own-account', path: '/account' },
    { name: 'no-such-page', path: '/nowhere' },
  ];
}
