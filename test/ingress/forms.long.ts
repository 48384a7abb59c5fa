import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { DAY, MINUTE, systemClock } from '../../src/time.js';
import { exportOf, message } from '../engines/dialog/bot-builder.js';
import { createCaller, goLive, type LiveChannel, startTestApp, type TestApp } from '../support/app.js';
import { type Line, lineOf } from '../support/own-bot.js';
import { createReceiver, type Receiver } from '../support/receiver.js';

const EVIL = `"'><script>alert(1)</script>`;

const component = (key: string, type: string, more: JsonObject = {}): JsonObject => ({
  _id: `c-${key}`,
  metaData: { key, type, displayName: key, ...more },
});
const choices = ['red', 'green'].map((value) => ({ title: value.toUpperCase(), value }));
const components = [
  component('', 'note', { displayName: `All <b>is</b> ${EVIL}` }),
  component('street', 'textField', { required: true, displayName: `Street ${EVIL}`, placeholder: EVIL }),
  component('remarks', 'textArea'),
  component('age', 'number'),
  component('one', 'radio', { values: choices }),
  component('several', 'checkbox', { values: [...choices, { title: EVIL, value: EVIL }] }),
  component('list', 'dropdown', { values: choices }),
  component('agreed', 'toggle'),
  component('day', 'date'),
  component('mail', 'email'),
  component('phone', 'phoneNumber'),
  component('site', 'url'),
  component('hidden', 'textField', { required: true, isVisible: false }),
  component('go', 'button', { displayName: 'Book it' }),
];
const forms = [
  { _id: 'fm-1', refId: 'form-1', name: 'Address', displayName: `Address ${EVIL}`, components },
  {
    _id: 'fm-2',
    refId: 'form-2',
    name: 'Second',
    displayName: 'Second',
    components: [component('more', 'textField')],
  },
];
const definition = exportOf(
  {
    'fill in': {
      f: { type: 'form', component: { resourceId: 'form-1' }, next: 'm' },
      m: message('Got {{JSON.stringify(context.forms.Address)}}', 'g'),
      g: { type: 'form', component: { resourceId: 'form-2' }, next: 'n' },
      n: message('More: {{context.forms.Second.more}}'),
    },
  },
  { forms },
);

let app: TestApp;
let shared: Line;
let line: Line;
let later = 0;
let users = 0;
/** Used by one test alone. */
let user: string;
beforeAll(async () => {
  app = await startTestApp({ clock: { ...systemClock, now: () => Date.now() + later } });
  shared = await openBot();
});
beforeEach(() => {
  line = shared;
  users += 1;
  user = `u${users}`;
});
afterAll(() => app.remove());

async function openBot(channel: Record<string, unknown> = {}, file: JsonObject = definition): Promise<Line> {
  const { importBot } = await app.gql(
    'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } warnings { message } } }',
    { input: { definition: file, config: {}, mode: 'NEW' } },
  );
  expect(importBot.warnings).toEqual([]);
  const caller = await createCaller(app);
  const [made] = (await goLive(app, importBot.bot.id, [{ appClientId: caller.clientId, ...channel }])) as [LiveChannel];
  return lineOf(app, caller, made);
}

const linkIn = (text: string): URL => new URL(/https?:\/\/\S+/.exec(text)?.[0] ?? '');
const ask = async (): Promise<URL> =>
  linkIn((await line.v1({ message: { text: 'fill in' }, from: { id: user } })).body.text);

interface Page {
  status: number;
  headers: Headers;
  text: string;
}

async function visit(link: URL, init: RequestInit = {}): Promise<Page> {
  const response = await fetch(`${app.url}${link.pathname}${link.search}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const send = (link: URL, fields: Record<string, string> | [string, string][]): Promise<Page> =>
  visit(link, { method: 'POST', body: new URLSearchParams(fields) });

describe('the page of a form', () => {
  it('shows every component, escaped, and lets nothing run, load, frame, cache or refer', async () => {
    const { status, headers, text } = await visit(await ask());
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/<script|<b>|<form[^>]*action/);
    expect(text).toContain('Street &quot;&#39;&gt;&lt;script&gt;');
    expect(text).toContain('placeholder="&quot;&#39;&gt;&lt;script&gt;');
    for (const control of ['<textarea', '<select', 'type="radio"', 'type="checkbox"', 'type="number"', 'type="date"'])
      expect(text).toContain(control);
    for (const control of ['type="email"', 'type="tel"', 'type="url"', '<button type="submit">Book it<'])
      expect(text).toContain(control);
    expect(text).not.toContain('c-hidden');
  });

  it('names every control by a label', async () => {
    const { text } = await visit(await ask());
    const ids = [
      ...text.matchAll(/<(?:input type="(?:text|number|date|email|tel|url)"|textarea|select)[^>]* id="([^"]+)"/g),
    ];
    expect(ids).toHaveLength(8);
    for (const [, id] of ids) expect(text).toContain(`for="${id}"`);
    expect(text.match(/<legend/g)).toHaveLength(2);
  });
});

describe('a form that is sent', () => {
  it('reaches the bot, whose answer is shown where nobody else could show it', async () => {
    const sent = await send(await ask(), [
      ['c-street', EVIL],
      ['c-age', '42'],
      ['c-several', 'red'],
      ['c-several', 'green'],
      ['c-list', 'red'],
      ['c-agreed', 'true'],
      ['c-remarks', ' '],
    ]);
    expect(sent.status).toBe(200);
    expect(sent.text).toContain('Thank you');
    expect(sent.text).not.toContain('<script');
    const shown = sent.text
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>');
    const got = JSON.parse(/Got (.*)<\/p>/.exec(shown)?.[1] ?? '');
    expect(got).toEqual({ street: EVIL, age: '42', several: ['red', 'green'], list: 'red', agreed: true });
    const next = /<a href="([^"]+)"/.exec(sent.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await send(new URL(next), { 'c-more': 'yes' })).text).toContain('More: yes');
  });

  it('is told by callback on an asynchronous channel', async () => {
    const receiver = await createReceiver();
    try {
      line = await openBot({ mode: 'ASYNC', postUrl: receiver.url });
      await line.v2({ type: 'text', val: 'fill in' }, { from: { id: user } });
      const link = linkIn(textsOf(await receiver.received(1)).join());
      const sent = await send(link, { 'c-street': 'Main St' });
      expect(sent.text).toContain('go back to the conversation');
      expect(sent.text).not.toContain('Got');
      const requests = await receiver.received(3);
      expect(textsOf(requests)[1]).toContain('Got {"street":"Main St"');
      expect(requests[1]?.json()).toMatchObject({ _v: 'v2', to: user });
    } finally {
      await receiver.close();
    }
  });

  it('is sent once: again, it has the same answer; with other answers, and opened again, it says so', async () => {
    const link = await ask();
    const [first, twin] = await Promise.all([send(link, { 'c-street': 'A' }), send(link, { 'c-street': 'A' })]);
    expect(first.text).toContain('Got');
    expect(twin.text).toBe(first.text);
    for (const page of [await send(link, { 'c-street': 'B' }), await visit(link)]) {
      expect(page.status).toBe(410);
      expect(page.text).toContain('Already sent');
    }
  });

  it('says what is missing or wrong, keeps what was right, and tells the bot nothing', async () => {
    const link = await ask();
    const refused = await send(link, {
      'c-street': '  ',
      'c-remarks': `</textarea>${EVIL}`,
      'c-age': 'old',
      'c-one': 'blue',
      'c-several': 'blue',
      'c-list': 'blue',
      'c-day': '2026-02-31',
      'c-mail': 'nobody',
      'c-phone': 'call me',
      'c-site': 'javascript:alert(1)',
    });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('<title>Error: ');
    expect(refused.text.match(/class="fault" id/g)).toHaveLength(9);
    expect(refused.text).toContain('&lt;/textarea&gt;&quot;&#39;&gt;&lt;script&gt;');
    expect(refused.text).not.toContain('<script');
    expect((await send(link, { 'c-street': 'Main St' })).text).toContain('Got');
  });

  it('works after a restart', async () => {
    const link = await ask();
    await app.restart();
    expect((await send(link, { 'c-street': 'Main St' })).text).toContain('Got');
  });

  it.each<[string, RequestInit, number]>([
    ['JSON', { body: '{}', headers: { 'content-type': 'application/json' } }, 415],
    ['a file', { body: new FormData() }, 415],
    ['what is too large', { body: new URLSearchParams({ 'c-street': 'x'.repeat(2_000_000) }) }, 413],
    ['a text that is too long', { body: new URLSearchParams({ 'c-street': 'x'.repeat(10_001) }) }, 400],
  ])('does not take %s', async (_title, init, status) => {
    const link = await ask();
    expect((await visit(link, { method: 'POST', ...init })).status).toBe(status);
    expect((await visit(link)).status).toBe(200);
  });

  it('that is not the one that was asked for is no answer', async () => {
    const first = await ask();
    const again = linkIn((await line.v1({ message: { text: 'hm' }, from: { id: user } })).body.text);
    expect(again.search).not.toBe(first.search);
    await send(first, { 'c-street': 'Main St' }); // the bot asks for the second form now
    const late = await send(again, { 'c-street': 'Side St' });
    expect(late.text).not.toContain('More:');
    expect(late.text).toContain('/chatbot/forms/');
  });
});

describe('a link', () => {
  it.each<[string, (link: URL) => void]>([
    ['for another turn', (link) => link.searchParams.set('turn', `tn-${'0'.repeat(32)}`)],
    ['with a later end', (link) => link.searchParams.set('expires', String(Date.now() + 9 * DAY))],
    ['without a signature', (link) => link.searchParams.delete('signature')],
    ['to another form', (link) => (link.pathname = link.pathname.replace('form-1', 'form-2'))],
    ['that was cut', (link) => (link.search = link.search.slice(0, -1))],
  ])('%s opens nothing and sends nothing', async (_title, tamper) => {
    const link = await ask();
    tamper(link);
    for (const page of [await visit(link), await send(link, { 'c-street': 'Main St' })]) {
      expect(page.status).toBe(404);
      expect(page.text).toContain('This link does not work');
    }
  });

  it.each([
    ['after a day', DAY],
    ['when the session is over', 16 * MINUTE],
  ])('has expired %s', async (_title, ms) => {
    const link = await ask();
    later += ms; // never back: the server goes by it as well
    for (const page of [await visit(link), await send(link, { 'c-street': 'Main St' })]) {
      expect(page.status).toBe(410);
      expect(page.text).toContain('expired');
    }
  });

  it('has expired once its user has begun a new session', async () => {
    const link = await ask();
    await line.v1({ session: { new: true }, message: { text: 'hello' }, from: { id: user } });
    expect((await visit(link)).status).toBe(410);
  });

  it('opens nothing while the channel takes no messages', async () => {
    line = await openBot();
    const link = await ask();
    await app.gql('mutation($id: ID!, $reason: String!) { suspendBot(botId: $id, reason: $reason) { id } }', {
      id: line.channel.botId,
      reason: 'x',
    });
    const page = await visit(link);
    expect(page.status).toBe(403);
    expect(page.text).toContain('Not available now');
  });
});

const textsOf = (requests: Awaited<ReturnType<Receiver['received']>>): string[] =>
  requests.map((request) => (request.json() as { data: { val: string }[] }).data[0]?.val ?? '');

describe('a form as real files have it', () => {
  const field = (name: string, type: string, more: JsonObject = {}): JsonObject => ({
    name,
    type,
    refId: `ref-${name}`,
    metaData: { type, key: type, name, displayName: name, isVisible: true, ...more },
    components: [],
  });
  const fields = [
    field('StartDate', 'date'),
    field('EndDate', 'date'),
    field('Colours', 'dropdown', {
      isMultiSelect: true,
      values: choices.map(({ value }) => ({ value, selected: false })),
    }),
    field('Submit', 'button'),
  ];
  const real = exportOf(
    {
      leave: {
        f: { type: 'form', component: { resourceId: 'form-leave' }, next: 'm' },
        m: message(
          '{{context.forms.Leave.StartDate}} to {{context.forms.Leave.EndDate}}: {{context.forms.Leave.Colours}}',
        ),
      },
    },
    { forms: [{ name: 'Leave', displayName: 'Leave', type: 'regular', refId: 'form-leave', components: fields }] },
  );

  it('says the id that takes its data, and gives each field to the bot by its name', async () => {
    line = await openBot({}, real);
    const asked = await line.v2({ type: 'text', val: 'leave' }, { from: { id: user } });
    const { formDef } = asked.body.form;
    expect(formDef._id).toBe('form-leave');
    const data = formDef.components.map(({ _id }: { _id: string }, at: number) => ({
      componentId: _id,
      input: ['2027-03-04', '2027-03-09', ['red']][at],
    }));
    const val = { formId: formDef._id, data: data.slice(0, 3) };
    const { status, body } = await line.v2({ type: 'formData', val }, { from: { id: user } });
    expect([status, body.data[0].val]).toEqual([200, '2027-03-04 to 2027-03-09: ["red"]']);
  });

  it('has a page with every field of its own, and several choices where the file allows them', async () => {
    line = await openBot({}, real);
    const asked = await line.v2({ type: 'text', val: 'leave' }, { from: { id: user } });
    const link = linkIn(asked.body.data[0].val);
    expect((await visit(link)).text.match(/type="date"/g)).toHaveLength(2);
    const sent = await send(link, [
      ['ref-StartDate', '2027-03-04'],
      ['ref-EndDate', '2027-03-09'],
      ['ref-Colours', 'red'],
      ['ref-Colours', 'green'],
    ]);
    expect(sent.text).toContain('2027-03-04 to 2027-03-09: [&quot;red&quot;,&quot;green&quot;]');
  });
});
