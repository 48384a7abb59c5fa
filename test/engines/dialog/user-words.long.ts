import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json.js';
import type { OutboundRequest } from '../../../src/outbound/request.js';
import { bot, entity, message, script } from './bot-builder.js';
import { converse } from './conversation.js';
import { FAILURE, scripts } from './talk.js';

interface Call {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Lets a user say `X` to a bot whose service is made of it; null when the bot calls nothing, and says the failure. */
async function called(component: JsonObject, x: string, more: { before?: string; env?: Record<string, string> } = {}) {
  const program = bot({
    Go: {
      X: entity('label', 'X?', 'P'),
      P: script(more.before ?? 'context.session.BotUserSession.copy = context.entities.X', 'S'),
      S: { type: 'service', component: { serviceType: 'rest', ...component }, next: 'b' },
      b: message('done'),
    },
  });
  const calls: Call[] = [];
  const outbound = {
    request: async ({ url, headers = {}, body = '' }: OutboundRequest) => {
      calls.push({ url, headers: headers as Record<string, string>, body: String(body) });
      return { status: 200, headers: {}, body: Buffer.from('{}'), durationMs: 1 };
    },
  };
  const conversation = converse(
    program,
    { scripts, outbound: outbound as never, settings: { services: 'LIVE' } },
    { env: more.env ?? {} },
  );
  await conversation.say('go');
  const { texts, trace } = await conversation.say(x);
  const [call] = calls;
  expect(texts).toEqual([call ? 'done' : FAILURE]);
  const why = trace.find(({ kind }) => kind === 'failure')?.error;
  return { call: call ?? null, why: String(why ?? '') };
}

const at = (path: string, host = 'api.example', protocol = 'https'): JsonObject => ({
  endPoint: { protocol, host, path, method: 'get' },
});
const posting = (body: string, type: string, headers: JsonObject = {}): JsonObject => ({
  endPoint: { protocol: 'https', host: 'api.example', path: '/', method: 'post' },
  headers: { value: JSON.stringify(headers) },
  payload: { type, value: encodeURIComponent(body) },
});

describe("a user's words in the address of a service", () => {
  it.each([
    ['/find?q={{context.entities.X}}&role=user', 'a%20&role=admin', '/find?q=a%2520%26role%3Dadmin&role=user'],
    ['/find?q=is:{{context.entities.X}}', 'a&b=#c', '/find?q=is:a%26b%3D%23c'],
    ['/find?{{context.entities.X}}', 'role=admin', '/find?role%3Dadmin'],
    ['/find?q={{ context["entities"]["X"] }}', '%26role=admin', '/find?q=%2526role%3Dadmin'],
    ['/find?q={{context.entities.X.trim()}}', 'a&b', '/find?q=a%26b'],
    ['/find?q={{entities.X}}', 'a&b', '/find?q=a%26b'],
    ['/find?q={{context.userInputs.originalInput.sentence}}', 'a+b c', '/find?q=a%2Bb%20c'],
    ['/find?q={{context.session.BotUserSession.copy}}', 'a%20&role=admin', '/find?q=a%2520%26role%3Dadmin'],
    ['/orders/{{context.entities.X}}', '../../admin?x=1#', '/orders/..%2F..%2Fadmin%3Fx%3D1%23'],
    ['/orders/{{context.entities.X}}/items', '%2e%2e', '/orders/%252e%252e/items'],
    ['/orders/{{context.entities.X}}', '..\\..\\admin', '/orders/..%5C..%5Cadmin'],
    ['/orders/{{context.entities.X}}', '\uff0e\uff0e\uff0fadmin', '/orders/%EF%BC%8E%EF%BC%8E%EF%BC%8Fadmin'],
    ['/orders/{{context.entities.X}}', '.\t./admin', '/orders/.%09.%2Fadmin'],
    ['/orders/{{context.entities.X}}', '\ud800', '/orders/%EF%BF%BD'],
    ['/orders/{{context.entities.X}};v=1', 'a;v=2', '/orders/a%3Bv%3D2;v=1'],
    ['{{context.entities.X}}/items', '@evil.example', '/%40evil.example/items'],
    ['{{context.entities.X}}', '//evil.example', '/%2F%2Fevil.example'],
    ['#{{context.entities.X}}', 'a b', '/#a%20b'],
  ])('%s with %s', async (path, x, expected) => {
    expect((await called(at(path), x)).call?.url).toBe(`https://api.example${expected}`);
  });

  it.each([
    ['/orders/{{context.entities.X}}', '..'],
    ['/orders/{{context.entities.X}}/items', '.'],
    ['/orders/.{{context.entities.X}}', '.'],
    ['/orders/%2e{{context.entities.X}}', '.'],
    ['/orders/{{context.session.BotUserSession.copy}}', '%2E%2e'],
  ])('never name another path: %s with %s calls nothing', async (path, x) => {
    expect(await called(at(path), x)).toMatchObject({ call: null, why: expect.stringContaining('names another path') });
  });

  it.each([
    ['{{context.entities.X}}', '/', 'evil.example'],
    ['api.{{context.entities.X}}', '/', 'evil.example'],
    ['api.example{{context.entities.X}}', '/', '@evil.example'],
    ['api.example:{{context.entities.X}}', '/', '80@evil.example'],
    ['{{context.entities.X}}@api.example', '/', 'evil.example/'],
    ['{{context.session.BotUserSession.copy}}', '/', 'evil.example'],
    ['{{context.session.UserContext._id}}', '/', 'x'],
    ['', '{{context.entities.X}}', 'https://evil.example/'],
    ['', '{{context.entities.X}}', 'https://named.example/admin'],
    ['', '{{context.entities.X.trim()}}', 'https://evil.example/'],
    ['', '{{context.session.BotUserSession.copy}}/login', 'https://evil.example'],
    ['', 'https://{{context.entities.X}}/login', 'evil.example'],
    ['', '{{env.MISSING}}{{context.entities.X}}', 'https://evil.example'],
    ['', '{{env.MISSING}}/{{context.entities.X}}', 'evil.example'],
    ['', '{{env.BARE}}{{context.entities.X}}', '.evil.example'],
    ['', '{{env.BARE}}{{context.entities.X}}', '@evil.example'],
    ['', '{{env.BARE}}{{context.entities.X}}', ':8443'],
    ['', '{{env.BROKEN}}/{{context.entities.X}}', 'evil.example'],
    ['', '{{context.session.BotUserSession.copy}}{{context.entities.X}}', 'https://named.example\\@evil.example'],
    ['', '{{context.session.BotUserSession.copy}}', 'https://named.example@evil.example'],
    ['', '{{context.session.BotUserSession.copy}}', 'https://named.example\t@evil.example'],
    ['', '{{context.session.BotUserSession.copy}}', 'https://evil.example#https://named.example/'],
    ['', '{{context.session.BotUserSession.copy}}', 'https://named.example:8443/'],
    ['', '{{context.session.BotUserSession.copy}}', '//evil.example'],
    ['', '{{context.session.BotUserSession.copy}}', 'ftp://named.example/'],
  ])('never choose a host: %s %s with %s calls nothing', async (host, path, x) => {
    const env = { BARE: 'https://named.example', BROKEN: 'https://\n', OTHER: 'https://named.example/v1' };
    const { call, why } = await called(at(path, host), x, { env });
    expect(call).toBeNull();
    expect(why).toMatch(/would take its host from|no usable address/);
    expect(why).not.toContain('evil');
  });

  it.each([
    ['', '{{env.URL}}login', { URL: 'https://api.example/v1/' }, 'https://api.example/v1/login'],
    [
      '',
      '{{env.URL}}/orders/{{context.entities.X}}',
      { URL: 'api.example:8443/v1' },
      'https://api.example:8443/v1/orders/a%2Fb',
    ],
    [
      '',
      'https://{{env.HOST}}/orders/{{context.entities.X}}',
      { HOST: 'api.example' },
      'https://api.example/orders/a%2Fb',
    ],
    ['{{env.HOST}}', '/orders', { HOST: 'http://api.example/base/' }, 'https://api.example/base/orders'],
    [
      '{{env.HOST}}',
      '{{env.PATH}}?{{env.QUERY}}',
      { HOST: 'api.example', PATH: '/a/b', QUERY: 'c=d&e=f' },
      'https://api.example/a/b?c=d&e=f',
    ],
    ['api.example', '/?key={{env.KEY}}', { KEY: 'a+b/c=' }, 'https://api.example/?key=a%2Bb%2Fc%3D'],
    ['api.example', '/?q={{env.Q}}', { Q: 'a%20b' }, 'https://api.example/?q=a%20b'],
  ])('leave to the author what is his: %s %s', async (host, path, env, url) => {
    expect((await called(at(path, host), 'a/b', { env: env as Record<string, string> })).call?.url).toBe(url);
  });

  const built = '{{context.session.BotUserSession.url}}';
  it.each([
    [
      'context.session.BotUserSession.url = "https://api.example/find?q=" + encodeURIComponent(context.entities.X)',
      built,
      'https://api.example/find?q=a%26b',
    ],
    [
      'context.session.BotUserSession.url = env.BASE + "/find"',
      `${built}?q={{context.entities.X}}`,
      'https://base.example/find?q=a%26b',
    ],
    ['context.session.BotUserSession.url = env.BASE', `${built}{{context.entities.X}}`, 'https://base.example/a%26b'],
    [
      'context.session.BotUserSession.q = encodeURIComponent(context.entities.X)',
      'https://api.example/{{context.session.BotUserSession.q}}',
      'https://api.example/a%26b',
    ],
  ])('may be part of an address that a script builds on a host the author names: %s', async (before, path, url) => {
    const { call } = await called(at(path, ''), 'a&b', { before, env: { BASE: 'https://base.example' } });
    expect(call?.url).toBe(url);
  });

  it('leave host, path and other parameters as the author wrote them, whatever they are', async () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          ...'/\\?#&=@:.%;+ \t\n\r\0[]',
          '..',
          '%2f',
          '%2e',
          '//',
          'https://',
          '\u3002',
          '\uff0e',
          '\u2044',
          '\ud800',
        ),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
      maxLength: 12,
    });
    const component = at(
      '/a/{{context.entities.X}}/b?c={{context.entities.X}}&d={{context.session.BotUserSession.copy}}&e=1',
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (words) => {
        const x = `x${words}`.trim();
        const { call } = await called(component, x);
        if (!call) throw new Error('nothing was called');
        const url = new URL(call.url);
        expect([url.origin, url.username, url.hash]).toEqual(['https://api.example', '', '']);
        expect(url.pathname.split('/')).toEqual(['', 'a', encodeURIComponent(x.toWellFormed()), 'b']);
        expect([...url.searchParams.keys()]).toEqual(['c', 'd', 'e']);
        expect(url.searchParams.get('c')).toBe(x.toWellFormed());
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe("a user's words in what is sent to a service", () => {
  it('end no header, name none, and arrive in the bytes of UTF-8', async () => {
    const headers = { value: '{"X-Name":"{{context.entities.X}}","{{env.NAME}}":"1","X-Last":"2"}' };
    const component = { ...at('/'), headers };
    const { call } = await called(component, 'a\r\nX-Role: admin\r\n\r\nGET /\0', { env: { NAME: 'X-Own' } });
    expect(call?.headers).toMatchObject({ 'x-name': 'a X-Role: admin GET /', 'x-own': '1', 'x-last': '2' });
    expect(call?.headers).not.toHaveProperty('x-role');
    const quote = await called(component, '","Authorization":"admin', { env: { NAME: 'X-Own' } });
    expect(quote.call?.headers).not.toHaveProperty('authorization');
    expect((await called(component, '日本', { env: { NAME: 'X-Own' } })).call?.headers['x-name']).toBe(
      Buffer.from('日本').toString('latin1'),
    );
    const named = await called({ ...at('/'), headers: { value: '{"{{context.entities.X}}":"1"}' } }, 'Authorization');
    expect(named).toMatchObject({ call: null, why: expect.stringContaining('may name headers') });
    const loose = { ...at('/'), headers: { value: '{"X-Level": {{context.entities.X}}}' } };
    expect((await called(loose, '1, "Authorization": "admin"')).call?.headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['{"a":"{{context.entities.X}}"}', '","role":"admin', { a: '","role":"admin' }],
    ['{"a":"{{context.entities.X}}"}', '\\', { a: '\\' }],
    ['{"a":{{context.entities.X}}}', '1,"role":"admin"', { a: '1,"role":"admin"' }],
    ['{"a":{{context.entities.X}}}', '{"$gt":""}', { a: '{"$gt":""}' }],
    ['{"a":{{context.entities.X}},"b":{{context.entities}}}', '12', { a: 12, b: { X: '12' } }],
    ['{"a":{{context.session.BotUserSession.copy}}}', '1}, {"b":2', { a: '1}, {"b":2' }],
    ['{"a":{{context.session.BotUserSession.none}}}', 'x', { a: null }],
    ['{{JSON.stringify({a: context.entities.X})}}', '"', { a: '"' }],
  ])('end no JSON string and add no member: %s with %s', async (body, x, expected) => {
    expect(JSON.parse((await called(posting(body, 'raw'), x)).call?.body ?? '')).toEqual(expected);
  });

  it('may come as a body that a script built', async () => {
    const before = 'context.session.BotUserSession.copy = JSON.stringify({prompt: context.entities.X})';
    const { call } = await called(posting('{{context.session.BotUserSession.copy}}', 'raw'), 'a"b', { before });
    expect(call?.body).toBe('{"prompt":"a\\"b"}');
  });

  it.each([
    ['Body={{context.entities.X}}&To=1', 'a&To=2', 'Body=a%26To%3D2&To=1'],
    ['Body={{context.session.BotUserSession.copy}}&To=1', 'a&To=2', 'Body=a%26To%3D2&To=1'],
    ['{{context.entities.X}}', 'To=2&From=3', 'To%3D2%26From%3D3'],
    ['{"Body":"{{context.entities.X}}","To":"1"}', '","To":"2', 'Body=%22%2C%22To%22%3A%222&To=1'],
    ['{"Body":"{{context.entities.X}}","To":"1"}', 'a&To=2', 'Body=a%26To%3D2&To=1'],
  ])('add no field to a form: %s with %s', async (body, x, expected) => {
    expect((await called(posting(body, 'urlencoded'), x)).call?.body).toBe(expected);
  });

  it.each([
    [
      '<a b="{{context.entities.X}}">{{context.entities.X}}</a>',
      `"'<x/>&\u0001`,
      '<a b="&quot;&apos;&lt;x/&gt;&amp;">&quot;&apos;&lt;x/&gt;&amp;</a>',
    ],
    ['<a><![CDATA[{{context.entities.X}}]]></a>', ']]><role/>', '<a><![CDATA[]]]]><![CDATA[><role/>]]></a>'],
    ['<a><![CDATA[x]]>{{context.entities.X}}</a>', '<role/>', '<a><![CDATA[x]]>&lt;role/&gt;</a>'],
  ])('open no tag in XML: %s with %s', async (body, x, expected) => {
    const { call } = await called(posting(body, 'raw', { 'Content-Type': 'application/soap+xml' }), x);
    expect(call).toMatchObject({ body: expected, headers: { 'content-type': 'application/soap+xml' } });
  });

  it('are a value and nothing else in JSON and in forms, whatever they are', async () => {
    const words = fc.string({
      unit: fc.oneof(fc.constantFrom(...'"\\{}[],:&=%+\n\u2028'), fc.string({ maxLength: 2 })),
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(words, async (given) => {
        const x = `x${given}`.trim();
        const template = '{"a":"{{context.entities.X}}","b":{{context.entities.X}},"c":1}';
        const json = await called(posting(template, 'raw'), x);
        expect(JSON.parse(json.call?.body ?? '')).toEqual({ a: x, b: x, c: 1 });
        const form = await called(posting('a={{context.entities.X}}&c=1', 'urlencoded'), x);
        expect([...new URLSearchParams(form.call?.body)]).toEqual([
          ['a', x.toWellFormed()],
          ['c', '1'],
        ]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
