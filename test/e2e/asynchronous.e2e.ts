import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { GREETING } from './greeter.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';
import { call, talk } from './steps.js';

describe.skipIf(noBrowser)('an asynchronous channel', () => {
  const session = useConsole();
  let receiver: Receiver;
  let bot: LiveBot;

  beforeAll(async () => {
    if (noBrowser) return;
    receiver = await createReceiver();
    bot = await makeLiveBot(session.server, 'Courier', { mode: 'ASYNC', postUrl: `${receiver.url}/replies` });
  });
  afterAll(() => receiver?.close());

  it('POSTs what its bot says, but for what is said in the playground', async () => {
    const { visit } = session;
    const before = receiver.requests.length;
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}`);
    const log = await talk(session, 'hello');
    await log.getByText(GREETING).waitFor();
    expect(receiver.requests).toHaveLength(before);
    await call(session, bot.channelId, bot.secret, 'hello');
    const [message, end] = (await receiver.received(before + 2)).slice(before);
    expect(message?.json()).toMatchObject({ text: GREETING });
    expect(end?.json()).toMatchObject({ endOfTask: true });
  });

  it('lists what was delivered as it is delivered, and delivers it again when asked, under the same id', async () => {
    const { page, visit, server } = session;
    const before = receiver.requests.length;
    await call(session, bot.channelId, bot.secret, 'hello');
    await receiver.received(before + 2);
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}/deliveries`);
    const rows = page.getByRole('table', { name: 'Deliveries' }).getByRole('row');
    await rows.filter({ hasText: 'Delivered' }).first().waitFor();
    receiver.script(answer(410)); // gone: it is given up at once
    await server.gql(
      'mutation($id: ID!) { sendMessage(channelId: $id, to: "ann", contents: [{ type: TEXT, value: "News" }]) { id } }',
      { id: bot.channelId },
    );
    await rows.filter({ hasText: 'Given up' }).waitFor();

    await visit(`/bots/${bot.botId}/channels/${bot.channelId}/deliveries?status=DEAD`);
    await page.getByRole('button', { name: /^Details of/ }).click();
    const details = page.getByRole('dialog', { name: 'Delivery' });
    await details.getByText('1. 410').waitFor();
    await details.getByRole('button', { name: 'Replay' }).click();
    const [first, again] = (await receiver.received(before + 4)).slice(before + 2);
    expect(first?.json()).toMatchObject({ text: 'News' });
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    await details.getByText('2. 200').waitFor();
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}/deliveries`);
    await rows.filter({ hasText: 'Delivered' }).nth(2).waitFor();
  });

  it('is found by a filter in the address, and all that was given up goes out again with one button', async () => {
    const { page, visit, server } = session;
    const before = receiver.requests.length;
    receiver.script(answer(410), answer(410));
    await server.gql(
      'mutation($id: ID!, $contents: [MessageContentInput!]!) { sendMessage(channelId: $id, to: "cleo", contents: $contents) { id } }',
      { id: bot.channelId, contents: ['One', 'Two'].map((value) => ({ type: 'TEXT', value })) },
    );
    await receiver.received(before + 2);
    await visit('/deliveries?status=DEAD&statusCode=410');
    const rows = page.getByRole('table', { name: 'Deliveries' }).getByRole('row');
    await rows.filter({ hasText: 'Given up' }).nth(1).waitFor();
    const replayAll = page.getByRole('button', { name: 'Replay all that match' });
    expect(await replayAll.isDisabled()).toBe(true); // that could be everything
    await page.getByLabel('User').fill('cleo');
    await page.getByRole('button', { name: 'Show' }).click();
    await replayAll.click();
    const dialog = page.getByRole('dialog', { name: 'Replay all that match' });
    await dialog.getByRole('button', { name: 'Replay 2', exact: true }).click();
    await dialog.getByText(/^Done\. 2 of 2 sent again/).waitFor();
    const again = (await receiver.received(before + 4)).slice(before + 2);
    expect(again.map((request) => (request.json() as { text: string }).text)).toEqual(['One', 'Two']);
  });

  it('says in every list that its callbacks fail, and is tried again when asked', async () => {
    const { page, visit, server } = session;
    receiver.script(answer(503, '', { 'retry-after': '3600' }));
    const before = receiver.requests.length;
    await server.gql(
      'mutation($id: ID!) { sendMessage(channelId: $id, to: "ben", contents: [{ type: TEXT, value: "News" }]) { id } }',
      { id: bot.channelId },
    );
    await receiver.received(before + 1);
    await visit(`/bots/${bot.botId}`);
    await page.getByText('Working, but callbacks fail').waitFor();
    await page.getByText(/^Its callbacks fail since .*503/).waitFor();
    await visit('/bots');
    await page.getByText('1 channel with failing callbacks').waitFor();
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}`);
    await page.getByRole('button', { name: 'Try now' }).click();
    await receiver.received(before + 2);
    await page.getByText('Working', { exact: true }).waitFor();
  });
});
