import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { exportOf, message, script } from '../engines/dialog/bot-builder.js';
import { expectAccessible } from './axe.js';
import { noBrowser } from './browser.js';
import { useConsole } from './console-session.js';

const colours = { values: ['red', 'green'].map((value) => ({ title: value.toUpperCase(), value })) };
const component = (name: string, type: string, more: JsonObject = {}): JsonObject => ({
  _id: `c-${name}`,
  metaData: { key: type, type, name, displayName: name, ...more },
});
const form = {
  ...{ _id: 'fm-1', refId: 'form-1', name: 'Booking', displayName: 'Booking' },
  components: [
    component('All are asked', 'note'),
    component('Street', 'textField', { required: true }),
    component('Remarks', 'textArea'),
    component('Age', 'number'),
    component('Colour', 'radio', { ...colours, required: true }),
    component('Several', 'checkbox', { ...colours, required: true }),
    component('List', 'dropdown', colours),
    component('Agreed', 'toggle'),
    component('Day', 'date'),
    component('Mail', 'email'),
    component('Phone', 'phoneNumber'),
    component('Site', 'url'),
    component('Pin', 'password'),
    component('Hidden', 'textField', { required: true, isVisible: false }),
    component('Book it', 'button'),
  ],
};
const files = `const files = context.session.BotUserSession.lastMessage.messagePayload.message.attachments || [];
context.files = files.map(function (file) { return file.fileName + (file.fileId ? ' uploaded' : ''); }).join(', ') || 'none';`;
const definition = exportOf(
  {
    book: {
      f: { type: 'form', component: { resourceId: 'form-1' }, next: 'm' },
      m: message('Got {{JSON.stringify(context.forms.Booking)}}'),
    },
    files: { s: { ...script(files), next: 'm' }, m: message('Files: {{context.files}}') },
  },
  { forms: [form], channels: [{ displayName: 'Web', type: 'ivr', isAsync: false, enable: true, enablePolling: true }] },
);

describe.skipIf(noBrowser)('the playground', () => {
  // As a telephone at night shows it; no file larger than two kilobytes.
  const session = useConsole({
    colorScheme: 'dark',
    viewport: { width: 400, height: 800 },
    env: { MAX_ATTACHMENT_BYTES: '2048' },
  });
  let botId: string;

  beforeAll(async () => {
    if (noBrowser) return;
    const { importBot } = await session.server.gql(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } } }',
      { input: { mode: 'NEW', definition, config: { name: 'Booker' } } },
    );
    botId = importBot.bot.id;
  });

  const log = () => session.page.getByRole('log');
  const say = async (text: string) => {
    await session.page.getByRole('textbox', { name: 'Message' }).fill(text);
    await session.page.getByRole('button', { name: 'Send', exact: true }).click();
  };

  it('has forms filled in where the bot asks for them, checks each field, and shows what the bot says to it', async () => {
    const { page, visit } = session;
    await visit(`/bots/${botId}/playground?version=DRAFT`);
    await say('book');
    const asked = page.getByRole('form', { name: 'Form Booking' });
    await asked.getByText('All are asked').waitFor();
    expect(await asked.getByText('Hidden').count()).toBe(0);
    const field = (name: string) => asked.getByLabel(name, { exact: false });
    await field('Age').fill('42');
    await field('Mail').fill('nobody');
    await field('Phone').fill('?');
    await field('Site').fill('ftp://example.com');
    await asked.getByRole('button', { name: 'Book it' }).click();
    await asked.getByText('Enter a phone number').waitFor();
    for (const fault of ['Choose an answer.', 'Enter an address that begins with https://', /@/])
      await asked.getByText(fault).first().waitFor();
    expect(await field('Street').evaluate((input) => input.matches(':focus'))).toBe(true);
    expect(await log().getByText('Form Booking').count()).toBe(0);

    await expectAccessible(page);

    await field('Street').fill('12 Main St');
    await field('Remarks').fill('Ring\ntwice');
    await asked.getByRole('radio', { name: 'RED' }).check();
    await asked.getByRole('checkbox', { name: 'RED' }).check();
    await asked.getByRole('checkbox', { name: 'GREEN' }).check();
    await asked.getByRole('combobox', { name: 'List' }).selectOption('green');
    await asked.getByRole('switch', { name: 'Agreed' }).check();
    await field('Day').fill('2027-03-04');
    await field('Mail').fill('ada@example.com');
    await field('Phone').fill('+44 20 7946 0000');
    await field('Site').fill('https://example.com');
    await field('Pin').fill('hush');
    await asked.getByRole('button', { name: 'Book it' }).click();
    const answer = await log().getByText('Got {').textContent();
    expect(JSON.parse(answer?.replace(/^.*Got /, '') ?? '')).toEqual({
      ...{ Street: '12 Main St', Remarks: 'Ring\ntwice', Age: '42', Colour: 'red', Several: ['red', 'green'] },
      ...{ List: 'green', Agreed: true, Day: '2027-03-04', Mail: 'ada@example.com', Phone: '+44 20 7946 0000' },
      ...{ Site: 'https://example.com', Pin: 'hush' },
    });
    expect(await asked.count()).toBe(0);
    const sent = log().getByText('Form Booking');
    expect(await sent.textContent()).toContain('Several: red, green');
    expect(await sent.textContent()).not.toContain('hush');
  });

  it('sends files with a text, and says before that which it would not take', async () => {
    const { page, visit } = session;
    await visit(`/bots/${botId}/playground?version=DRAFT`);
    await page.getByText('Up to 100 of any type, each of up to 2 kB.').waitFor();
    const chosen = async (name: string, buffer: Buffer) => {
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByRole('button', { name: 'Add files' }).click(),
      ]);
      await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer });
    };
    await chosen('film.mp4', Buffer.alloc(3 * 1024));
    await page.getByRole('alert').getByText('“film.mp4” has 3 kB: a file may have up to 2 kB.').waitFor();
    await chosen('left out.txt', Buffer.from('no'));
    await page.getByRole('button', { name: 'Remove left out.txt' }).click();
    await chosen('note.txt', Buffer.from('hello'));
    await page.getByText('note.txt, 5 byte').waitFor();
    await page.getByText('Files go with a text').waitFor();
    await expectAccessible(page);
    await say('files');
    await log().getByText('Files: note.txt uploaded').waitFor();
    await log().getByText('File note.txt').waitFor();
    await say('files');
    await log().getByText('Files: none').waitFor();
  });

  it('sends events and custom data as the user it is told', async () => {
    const { page, visit, server } = session;
    await visit(`/bots/${botId}/playground?version=DRAFT`);
    await page.getByRole('button', { name: 'User, custom data, events' }).click();
    await page.getByRole('textbox', { name: 'User id' }).fill('ada-tests');
    await page.getByRole('textbox', { name: 'Custom data' }).fill('{"page": 7}');
    await page.getByRole('textbox', { name: 'Event' }).fill('ON_CONNECT');
    await page.getByRole('button', { name: 'Send event' }).click();
    await log().getByText('Event ON_CONNECT').waitFor();
    await page.getByRole('link', { name: 'Look into this turn' }).waitFor();
    const { conversations } = await server.gql(
      'query($id: ID!) { conversations(botId: $id, test: true, user: "ada-tests") { edges { node { turns { edges { node { input } } } } } } }',
      { id: botId },
    );
    expect(JSON.stringify(conversations)).toContain('"page":7');
  });
});
