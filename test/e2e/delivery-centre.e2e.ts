import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';
import { type LiveBot, makeLiveBot } from './live-bot.js';

describe.skipIf(noBrowser)('many things at once', () => {
  const session = useConsole();
  let bot: LiveBot;
  let receiver: Receiver;

  beforeAll(async () => {
    if (noBrowser) return;
    receiver = await createReceiver();
    bot = await makeLiveBot(session.server, 'Courier', { mode: 'ASYNC', postUrl: `${receiver.url}/inbox` });
  });
  afterAll(() => receiver?.close());

  const send = async (to: string, ...texts: string[]) =>
    session.server.gql(
      'mutation($id: ID!, $to: String!, $contents: [MessageContentInput!]!) { sendMessage(channelId: $id, to: $to, contents: $contents) { id } }',
      { id: bot.channelId, to, contents: texts.map((value) => ({ type: 'TEXT', value })) },
    );

  it('dead letters of all channels are picked, replayed and discarded, with user, text and last answer in their rows', async () => {
    const { page, visit } = session;
    const before = receiver.requests.length;
    receiver.script(answer(410), answer(410));
    await send('ann', 'One', 'Two');
    await receiver.received(before + 2);
    await visit('/deliveries?status=DEAD');
    const rows = page.getByRole('table', { name: 'Deliveries' }).getByRole('row');
    await rows.filter({ hasText: 'One' }).filter({ hasText: 'ann' }).filter({ hasText: '410' }).waitFor();
    await expectAccessible(page);
    await rows.filter({ hasText: 'One' }).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Replay 1 picked' }).click();
    await receiver.received(before + 3);
    await rows.filter({ hasText: 'One' }).waitFor({ state: 'detached' });
    await rows.filter({ hasText: 'Two' }).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Discard 1 picked' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard 1 picked' }).click();
    await rows.filter({ hasText: 'Two' }).waitFor({ state: 'detached' });
  });

  it('the details of a delivery have an address, say whose it is and why it was given up, and give its POST as curl', async () => {
    const { page, visit, browser } = session;
    await browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const before = receiver.requests.length;
    receiver.script(answer(410));
    await send('cora', "It's late");
    await receiver.received(before + 1);
    await visit('/deliveries?status=DEAD');
    await page
      .getByRole('table', { name: 'Deliveries' })
      .getByRole('row')
      .filter({ hasText: 'cora' })
      .getByRole('button', { name: /^Details of/ })
      .click();
    const details = page.getByRole('dialog', { name: 'Delivery' });
    const facts = details.getByRole('table', { name: 'How the delivery stands' });
    await facts.getByRole('row', { name: /^To cora$/ }).waitFor();
    await facts.getByText('the endpoint answered 410: it is gone for good').waitFor();
    await facts.getByRole('link', { name: 'Courier: Front desk' }).waitFor();
    await expectAccessible(page);
    await details.getByRole('button', { name: 'Copy as curl' }).click();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain(`curl -X POST '${receiver.url}/inbox'`);
    expect(copied).toContain("-H 'webhook-attempt: 1'");
    expect(copied).toContain("It'\\''s late");
    expect(copied).not.toContain('content-length');

    await page.reload();
    await facts.getByRole('row', { name: /^To cora$/ }).waitFor();
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('delivery=');
    await page.getByRole('row').filter({ hasText: 'cora' }).waitFor();
  });

  it('a delivery that waits behind another of its conversation says so', async () => {
    const { page, visit } = session;
    const before = receiver.requests.length;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    receiver.script(async (exchange) => {
      await held;
      await answer(200)(exchange);
    });
    await send('dora', 'Comes first', 'Comes second');
    await receiver.received(before + 1);
    await visit('/deliveries?status=PENDING');
    await page.getByRole('row').filter({ hasText: 'Comes second' }).getByText('When its turn comes').waitFor();
    release();
    await receiver.received(before + 2);
  });

  it.each(['deliveries', 'conversations'])('a filter of %s is kept under a name, and chosen again', async (list) => {
    const { page, visit } = session;
    await visit(`/${list}?user=cora`);
    await page.getByRole('button', { name: 'Views', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Keep this view …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Keep this view' });
    await dialog.getByLabel('Name').fill('Of Cora');
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await visit(`/${list}`);
    const user = page.getByRole('textbox', { name: 'User' });
    await user.fill('not asked for');
    await page.getByRole('button', { name: 'Views', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Of Cora' }).click();
    await page.getByRole('button', { name: 'View: Of Cora' }).waitFor();
    expect(await user.inputValue()).toBe('cora');
    expect(page.url()).toContain('user=cora');
  });

  it('a test callback shows what was sent, what came back, and how to verify it', async () => {
    const { page, visit } = session;
    await visit(`/bots/${bot.botId}/channels/${bot.channelId}/deliveries`);
    receiver.script(answer(202, 'thanks'));
    await page.getByRole('button', { name: 'Send a test callback' }).click();
    const dialog = page.getByRole('dialog', { name: 'Test callback' });
    await dialog.getByText('Taken: 202').waitFor();
    await dialog.getByText('webhook-signature').first().waitFor();
    await dialog.getByText('thanks').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
  });

  it('an endpoint is paused and resumed', async () => {
    const { page, visit } = session;
    const sent = receiver.requests.length;
    await send('ben', 'Now');
    await receiver.received(sent + 1);
    await visit('/deliveries/endpoints');
    const row = page.getByRole('table', { name: 'Endpoints' }).getByRole('row').filter({ hasText: receiver.url });
    await expect.poll(() => row.getByRole('cell').nth(3).textContent()).toMatch(/now|ago/); // the last success
    await page.getByRole('button', { name: `Pause ${receiver.url}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: true }).waitFor();
    const before = receiver.requests.length;
    await send('ben', 'Later');
    await page.getByRole('button', { name: `Resume ${receiver.url}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await receiver.received(before + 1);
  });

  it('overrides are written, copied, pasted and taken away in the matrix by keyboard alone', async () => {
    const { page, visit, server } = session;
    const overrides = async () => {
      const { bot: found } = await server.gql(
        'query($id: ID!) { bot(id: $id) { messages(first: 100, overriddenOnly: true) { edges { node { name overrides { channel { id } contents { value } } } } } } }',
        { id: bot.botId },
      );
      return found.messages.edges.flatMap(
        ({ node }: { node: { overrides: { channel: { id: string } | null; contents: { value: string }[] }[] } }) =>
          node.overrides.map((one) => [one.channel?.id ?? 'all', one.contents[0]?.value]),
      );
    };
    await visit(`/bots/${bot.botId}/overrides`);
    const grid = page.getByRole('grid', { name: 'Messages by channels and languages' });
    await grid.getByRole('rowheader').first().waitFor();
    await grid.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.keyboard.type('For all webhooks');
    await page.keyboard.press('Enter');
    await expect.poll(overrides).toEqual([['all', 'For all webhooks']]);
    await page.keyboard.press('F2');
    await page.keyboard.type(' (not kept)');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Control+v');
    await expect.poll(async () => (await overrides()).length).toBe(2);
    expect(await overrides()).toContainEqual([bot.channelId, 'For all webhooks']);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Delete');
    await expect.poll(overrides).toEqual([[bot.channelId, 'For all webhooks']]);
    await expectAccessible(page);
  });

  it('the palette leads to a channel by a part of its name, and to a conversation by its user', async () => {
    const { page, visit } = session;
    await send('cleopatra', 'Hello');
    await visit('/');
    await page.getByRole('button', { name: 'Search' }).waitFor();
    await page.keyboard.press('Control+k');
    const search = page.getByLabel('Search everything');
    await search.fill('front');
    await page.getByText('Front desk', { exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/bots/${bot.botId}/channels/${bot.channelId}`);
    await page.keyboard.press('Control+k');
    await search.fill('cleopatra');
    await page.getByRole('dialog').getByText('cleopatra').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/conversations/cv-*');
  });

  it('bots are tagged together and found by the tag, which stays in the address', async () => {
    const { page, visit } = session;
    await visit('/bots');
    await page.getByRole('checkbox', { name: 'Pick Courier' }).check();
    await page.getByRole('button', { name: 'Tag 1 picked' }).click();
    const dialog = page.getByRole('dialog', { name: 'Tags' });
    await dialog.getByRole('combobox', { name: 'Add' }).fill('north');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('north', { exact: true }).first().waitFor();
    await visit('/bots?tag=north&search=cour');
    await page.getByRole('link', { name: 'Courier' }).click();
    await page.goBack();
    expect(await page.getByRole('textbox', { name: 'Search bots' }).inputValue()).toBe('cour');
    await page.getByRole('link', { name: 'Courier' }).waitFor();
  });
});
