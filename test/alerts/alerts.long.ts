import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/bots/engine.js';
import type { Database } from '../../src/store/database/database.js';
import { createBot, createCaller, goLive, startTestApp } from '../support/app.js';
import { createTestClock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { createMailServer, type MailServer } from '../support/mail-server.js';
import { echo, end, engineOf, type Line, lineOf, textOf } from '../support/own-bot.js';
import { answer, createReceiver, type Receiver, silence } from '../support/receiver.js';

/** Says what it was sent; "fail" it does not survive. */
const fragile: Engine['reply'] = async function* (turn, signal) {
  if (textOf(turn) === 'fail') throw new Error('the bot is broken');
  if (textOf(turn) === 'hush') yield end(turn);
  else yield* echo(turn, signal);
};

let mail: MailServer;
let line: Line;
let database: Database;
const open: Receiver[] = [];

async function receiver(...args: Parameters<typeof createReceiver>): Promise<Receiver> {
  const made = await createReceiver(...args);
  open.push(made);
  return made;
}

beforeAll(async () => {
  mail = await createMailServer();
  const app = await startTestApp({
    ...engineOf(fragile),
    env: { SMTP_URL: mail.url, SMTP_FROM: 'Hookswitch <hooks@example.com>' },
    database(real) {
      database = real;
      return real;
    },
  });
  const caller = await createCaller(app);
  const [channel] = await goLive(app, await createBot(app, { name: 'Greeter *1*' }), [
    { appClientId: caller.clientId, name: 'Web <b>' },
  ]);
  if (!channel) throw new Error('no channel');
  line = lineOf(app, caller, channel);
});
afterAll(async () => {
  await line.app.remove();
  await mail.close();
});
afterEach(async () => {
  const { alertSubscriptions } = await gql('{ alertSubscriptions { id } }');
  for (const { id } of alertSubscriptions) await gql(DELETE, { id });
  for (const made of open.splice(0)) await made.close();
});

const gql: Line['app']['gql'] = (document, variables, token) => line.app.gql(document, variables, token);
const FIELDS = 'id name topics format target enabled lastSentAt lastError';
const CREATE = `mutation($input: AlertSubscriptionInput!) {
  createAlertSubscription(input: $input) { signingSecret subscription { ${FIELDS} } } }`;
const UPDATE = `mutation($id: ID!, $input: AlertSubscriptionInput!) {
  updateAlertSubscription(id: $id, input: $input) { ${FIELDS} } }`;
const TEST = `mutation($id: ID!) { testAlertSubscription(id: $id) { ${FIELDS} } }`;
const DELETE = 'mutation($id: ID!) { deleteAlertSubscription(id: $id) }';

async function subscribe(topics: string[], target: string, format = 'CLOUDEVENTS') {
  const { createAlertSubscription: made } = await gql(CREATE, { input: { name: 'Ops', topics, format, target } });
  return { ...made.subscription, signingSecret: made.signingSecret };
}

const eventsOf = (target: Receiver) => target.requests.map((request) => request.json() as CloudEvent);
interface CloudEvent {
  type: string;
  subject: string;
  data: { state: string; count: number; title: string; text: string; facts: Record<string, unknown> };
}

async function asyncLine(postUrl: string): Promise<Line> {
  const [channel] = await goLive(line.app, await createBot(line.app), [
    { appClientId: line.caller.clientId, mode: 'ASYNC', postUrl },
  ]);
  if (!channel) throw new Error('no channel');
  return lineOf(line.app, line.caller, channel);
}

describe('an entry of the audit log', () => {
  it('is told of as an alert of its own, with what the entry says', async () => {
    const target = await receiver();
    await subscribe(['AUDIT_ENTRY'], target.url);
    const names = ['Told 1', 'Told 2'];
    for (const name of names) await createBot(line.app, { name });
    await target.received(3); // the subscription itself is the first
    const told = eventsOf(target).filter(({ data }) => data.facts.action === 'bot.create');
    expect(told.map(({ data }) => data.facts.subjectName)).toEqual(names);
    for (const { type, data } of told) {
      expect(type).toBe('hookswitch.alert.audit-entry');
      expect(data.facts).toMatchObject({ actor: 'Admin', address: '127.0.0.1' });
    }
  });
});

describe('an approval', () => {
  it('is told of as a signed CloudEvent when it is requested and when it is decided', async () => {
    const target = await receiver();
    const made = await subscribe(['APPROVAL_REQUESTED', 'APPROVAL_DECIDED'], `${target.url}/in?key=k`);
    expect(made).toMatchObject({ enabled: true, lastSentAt: null, lastError: null, target: `${target.url}/in?key=k` });
    const { createWebhookChannel: saved } = await gql(
      `mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) {
        approvalRequest { id } channel { id } } }`,
      {
        input: {
          botId: line.channel.botId,
          name: 'Second',
          mode: 'SYNC',
          enabled: true,
          appClientId: line.caller.clientId,
        },
      },
    );
    const { id } = saved.approvalRequest;
    await target.received(1);
    await gql('mutation($id: ID!) { reject(requestId: $id, reason: "our secret reason") { status } }', { id });
    const requests = await target.received(2);
    for (const request of requests) {
      expect(request.path).toBe('/in?key=k');
      expect(request.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      const webhook = new Webhook(made.signingSecret);
      expect(() => webhook.verify(request.text, request.headers as Record<string, string>)).not.toThrow();
      expect(request.text).not.toContain('our secret reason');
    }
    const common = {
      specversion: '1.0',
      id: expect.stringMatching(/^al-/),
      source: 'http://hooks.test',
      subject: id,
      time: expect.stringMatching(/Z$/),
      datacontenttype: 'application/json',
    };
    const facts = { requestId: id, kind: 'CHANNEL', botId: line.channel.botId, channelId: saved.channel.id };
    expect(eventsOf(target)).toEqual([
      {
        ...common,
        type: 'hookswitch.alert.approval-requested',
        data: expect.objectContaining({
          topic: 'APPROVAL_REQUESTED',
          state: 'OPENED',
          title: 'Approval requested: the new channel “Second” of the bot “Greeter *1*”',
          link: 'http://hooks.test/console/approvals',
          facts: expect.objectContaining(facts),
        }),
      },
      {
        ...common,
        type: 'hookswitch.alert.approval-decided',
        data: expect.objectContaining({ facts: expect.objectContaining({ ...facts, decision: 'REJECTED' }) }),
      },
    ]);
  });

  it('of a roll back says where it goes back to, when it is asked for and when it is decided', async () => {
    const { botId, id: channelId } = line.channel;
    await gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
      input: { botId, channelIds: [channelId], approve: true },
    });
    const [slack, teams] = [await receiver(answer(200, 'ok')), await receiver(answer(202))];
    const topics = ['APPROVAL_REQUESTED', 'APPROVAL_DECIDED'];
    await subscribe(topics, slack.url, 'SLACK');
    await subscribe(topics, teams.url, 'TEAMS');
    const ROLL_BACK = 'mutation($id: ID!) { rollbackBot(botId: $id, versionNumber: 1) { number } }';
    await gql(ROLL_BACK, { id: botId });
    const { approvalRequests } = await gql('{ approvalRequests(status: PENDING) { edges { node { id } } } }');
    const [request] = approvalRequests.edges;
    await gql('mutation($id: ID!) { reject(requestId: $id, reason: "no") { status } }', { id: request.node.id });
    const named = 'the roll back of the bot “Greeter .+” to version 1';
    for (const target of [slack, teams]) {
      const [asked, decided] = await target.received(2);
      expect(asked?.text).toMatch(new RegExp(`Approval requested: ${named}`));
      expect(decided?.text).toMatch(new RegExp(`Request rejected: ${named}`));
    }
  });

  it('is told of to nobody when it is automatic', async () => {
    const target = await receiver();
    await subscribe(['APPROVAL_REQUESTED', 'APPROVAL_DECIDED', 'DELIVERY_DEAD'], target.url);
    const incidents = (): Promise<string[]> =>
      database.read('alert_incidents').whereLike('topic', 'APPROVAL_%').pluck('id');
    const before = await incidents();
    const SETTINGS = 'mutation($auto: [AutoApproval!]) { updateAccountSettings(autoApprove: $auto) { fourEyes } }';
    await gql(SETTINGS, { auto: ['CHANNEL', 'FIRST_PUBLISH'] });
    try {
      const { createWebhookChannel: saved } = await gql(
        `mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { channel { status } } }`,
        {
          input: {
            botId: await createBot(line.app),
            name: 'Auto',
            mode: 'SYNC',
            enabled: true,
            appClientId: line.caller.clientId,
          },
        },
      );
      expect(saved.channel.status).toBe('APPROVED');
    } finally {
      await gql(SETTINGS, { auto: [] });
    }
    expect((await incidents()).filter((id) => !before.includes(id))).toEqual([]);
  });
});

describe('a test', () => {
  it('goes to Slack as a text, with its marks escaped', async () => {
    const target = await receiver(answer(200, 'ok'));
    const { id } = await subscribe(['DISK_LOW'], target.url, 'SLACK');
    const input = { name: 'a<b & *c*', topics: ['DISK_LOW'], format: 'SLACK', target: target.url };
    await gql(UPDATE, { id, input });
    const { testAlertSubscription: tested } = await gql(TEST, { id });
    expect(tested).toMatchObject({ lastSentAt: expect.any(String), lastError: null });
    const [request] = await target.received(1);
    expect(request?.json()).toEqual({
      text: '*Test of “a&lt;b &amp; ∗c∗”*\nThis is a test: alerts of this subscription come here.\n<http://hooks.test/console/alerts|Open the console>',
    });
    expect(request?.headers).not.toHaveProperty('webhook-signature');
    expect(request?.headers['content-type']).toMatch(/^application\/json/);
  });

  it('goes to Teams as an Adaptive Card', async () => {
    const target = await receiver(answer(202));
    const { id, signingSecret } = await subscribe(['DISK_LOW'], target.url, 'TEAMS');
    expect(signingSecret).toBeNull();
    const { testAlertSubscription: tested } = await gql(TEST, { id });
    expect(tested.lastError).toBeNull();
    const [request] = await target.received(1);
    expect(request?.json()).toEqual({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: expect.objectContaining({
            type: 'AdaptiveCard',
            body: expect.arrayContaining([expect.objectContaining({ type: 'TextBlock', text: 'Test of “Ops”' })]),
          }),
        },
      ],
    });
  });

  it('goes out by e-mail', async () => {
    const { id } = await subscribe(['DISK_LOW'], 'ops@example.com', 'EMAIL');
    const { testAlertSubscription: tested } = await gql(TEST, { id });
    expect(tested).toMatchObject({ lastSentAt: expect.any(String), lastError: null });
    const [received] = await mail.received(1);
    expect(received).toMatchObject({ from: 'hooks@example.com', to: ['ops@example.com'] });
    expect(received?.text.replaceAll('=\r\n', '')).toContain('http://hooks.test/console/alerts');
  });

  it('shows why it could not be sent, until one can', async () => {
    const target = await receiver(answer(410));
    const { id } = await subscribe(['DISK_LOW'], target.url);
    const { testAlertSubscription: failed } = await gql(TEST, { id });
    expect(failed).toMatchObject({ lastSentAt: null, lastError: 'The endpoint answered 410.' });
    target.script(answer(200));
    const { testAlertSubscription: sent } = await gql(TEST, { id });
    expect(sent).toMatchObject({ lastSentAt: expect.any(String), lastError: null });
  });

  it('of a disabled subscription is refused; enabled again it is sent', async () => {
    const target = await receiver();
    const made = await subscribe(['DISK_LOW'], target.url);
    const input = { name: 'Ops', topics: ['DISK_LOW'], format: 'CLOUDEVENTS', target: target.url };
    await gql(UPDATE, { id: made.id, input: { ...input, enabled: false } });
    await expect(gql(TEST, { id: made.id })).rejects.toMatchObject({ code: 'CONFLICT' });
    await gql(UPDATE, { id: made.id, input: { ...input, enabled: true } });
    await gql(TEST, { id: made.id });
    const [request] = await target.received(1);
    const webhook = new Webhook(made.signingSecret); // it is still the same
    expect(() => webhook.verify(request?.text ?? '', request?.headers as Record<string, string>)).not.toThrow();
  });
});

describe('dead letters', () => {
  it('are told of once for many, and neither the alert nor its own failure shows among the deliveries', async () => {
    const dead = await receiver(answer(410));
    const target = await receiver(answer(410)); // a dead alert raises none
    const { id } = await subscribe(['DELIVERY_DEAD'], target.url);
    const { v1, channel } = await asyncLine(`${dead.url}/private-path`);
    for (const text of ['my words', 'b', 'c']) await v1({ message: { text }, from: { id: text } });
    await dead.received(3);
    const [request] = await target.received(1);
    const [event] = eventsOf(target);
    expect(event).toMatchObject({ type: 'hookswitch.alert.delivery-dead', subject: channel.id });
    expect(event?.data.facts).toEqual({
      channelId: channel.id,
      botId: channel.botId,
      reason: 'GONE',
      error: 'The endpoint answered 410.',
    });
    expect(request?.text).not.toMatch(/my words|private-path/);
    await eventually(
      () => gql('{ alertSubscriptions { id lastError } }'),
      ({ alertSubscriptions }) => alertSubscriptions[0].lastError !== null,
    );
    const { deliveries } = await gql('{ deliveries(first: 100) { edges { node { channel { id } } } } }');
    const channels = deliveries.edges.map(({ node }: { node: { channel: { id: string } } }) => node.channel.id);
    expect(channels).toEqual(expect.arrayContaining([channel.id]));
    expect(channels).not.toContain(id);
    const [alert] = await database.read('deliveries').where({ channel_id: id });
    expect(alert).toMatchObject({ status: 'DEAD' });
    await expect(gql('mutation($id: ID!) { replayDelivery(id: $id) { id } }', { id: alert.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    for (const table of ['channel_metrics', 'channel_metrics_added'])
      expect(await database.read(table).where({ channel_id: id })).toEqual([]);
    const incidents = await database.read('alert_incidents').where({ topic: 'DELIVERY_DEAD' }).pluck('subject');
    expect(incidents).toEqual([channel.id]);
    expect(target.requests).toHaveLength(1);
  });
});

describe('an alert target that hangs', () => {
  it('holds up no callback, not even to the same host', async () => {
    const host = await receiver((exchange) =>
      exchange.request.path === '/callbacks' ? answer(200)(exchange) : silence()(exchange),
    );
    for (let n = 0; n < 8; n += 1) {
      const { id } = await subscribe(['DISK_LOW'], `${host.url}/alerts`);
      void gql(TEST, { id }).catch(() => {});
    }
    const { v1 } = await asyncLine(`${host.url}/callbacks`);
    for (let n = 0; n < 10; n += 1) await v1({ message: { text: 'hello' }, from: { id: `u${n}` } });
    const callbacks = () => host.requests.filter(({ path }) => path === '/callbacks');
    for (let count = 1; callbacks().length < 10; count += 1) await host.received(count);
    expect(callbacks()).toHaveLength(10);
  });
});

describe('a bot that fails', () => {
  it('is told of after five failures in a row, once', async () => {
    const target = await receiver();
    await subscribe(['BOT_FAILING'], target.url);
    for (let n = 0; n < 5; n += 1) await line.v1({ message: { text: 'fail' }, from: { id: 'u' } });
    await target.received(1);
    expect(eventsOf(target)).toEqual([
      expect.objectContaining({
        type: 'hookswitch.alert.bot-failing',
        subject: line.channel.botId,
        data: expect.objectContaining({ state: 'OPENED', count: 5, title: 'The bot “Greeter *1*” fails' }),
      }),
    ]);
  });
});

describe('a long job', () => {
  it('is told of when it has ended, with its numbers', async () => {
    const target = await receiver();
    await subscribe(['JOB_FINISHED'], target.url);
    const { replayDeliveries: job } = await gql(
      'mutation($id: ID!) { replayDeliveries(filter: { channelId: $id, status: DEAD }) { id } }',
      { id: line.channel.id },
    );
    await target.received(1);
    const [event] = eventsOf(target);
    expect(event).toMatchObject({ type: 'hookswitch.alert.job-finished', subject: job.id });
    expect(event?.data.title).toBe('The replay of deliveries is done');
    expect(event?.data.facts).toMatchObject({ jobId: job.id, kind: 'REPLAY', status: 'DONE', total: 0 });
  });
});

describe('a token that ends soon', () => {
  it('is told of', async () => {
    const target = await receiver();
    const { viewer } = await gql('{ viewer { id } }');
    await gql(
      'mutation($userId: ID!, $expiresAt: DateTime) { createApiToken(userId: $userId, name: "Nightly", expiresAt: $expiresAt) }',
      { userId: viewer.id, expiresAt: new Date(Date.now() + 86_400_000).toISOString() },
    );
    await subscribe(['SECRET_EXPIRING'], target.url);
    await line.app.restart(); // it is looked for at start
    await target.received(1);
    expect(eventsOf(target)[0]?.data.title).toMatch(/^The API token of “Nightly” ends on \d{4}-/);
  });
});

describe('the subscriptions of an account', () => {
  const good = { name: 'Ops', topics: ['DISK_LOW'], format: 'SLACK', target: 'http://127.0.0.1:1/' };

  it.each([
    ['topics', { topics: [] }],
    ['name', { name: ' ' }],
    ['target', { target: 'ftp://example.com/' }],
    ['target', { target: 'http://169.254.169.254/latest' }],
    ['target', { target: 'http://user:pass@127.0.0.1:1/' }],
    ['target', { format: 'EMAIL', target: 'http://127.0.0.1:1/' }],
    ['target', { format: 'EMAIL', target: 'ops@example.com, boss@example.com' }],
    ['target', { format: 'EMAIL', target: 'ops@example.com\r\nBcc: x@example.com' }],
  ])('are refused with a wrong %s: %o', async (field, wrong) => {
    await expect(gql(CREATE, { input: { ...good, ...wrong } })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });

  it('do not become CLOUDEVENTS later, for the secret could not be shown', async () => {
    const { id } = await subscribe(['DISK_LOW'], good.target, 'SLACK');
    await expect(gql(UPDATE, { id, input: { ...good, format: 'CLOUDEVENTS' } })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'format',
    });
  });

  it('are seen and changed by ADMINs only', async () => {
    const { id } = await subscribe(['DISK_LOW'], good.target, 'SLACK');
    const { createUser: user } = await gql('mutation { createUser(input: { name: "Dev", role: DEVELOPER }) { id } }');
    const { createApiToken: token } = await gql(
      'mutation($userId: ID!) { createApiToken(userId: $userId, name: "t") }',
      { userId: user.id },
    );
    for (const [document, variables] of [
      ['{ alertSubscriptions { target } }', {}],
      [CREATE, { input: good }],
      [UPDATE, { id, input: good }],
      [TEST, { id }],
      [DELETE, { id }],
    ] as const)
      await expect(gql(document, variables, token)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('keep the path of a target out of the audit log and sealed in the database', async () => {
    const { id } = await subscribe(['DISK_LOW'], 'http://127.0.0.1:1/services/T0/s3cr3t', 'SLACK');
    await gql(UPDATE, { id, input: { ...good, target: 'http://127.0.0.1:2/services/T0/s3cr3t' } });
    const { auditLog } = await gql(
      'query($subject: ID) { auditLog(subject: $subject, first: 10) { edges { node { action details } } } }',
      { subject: id },
    );
    const text = JSON.stringify(auditLog);
    expect(text).toContain('alert.create');
    expect(text).toContain('http://127.0.0.1:2');
    expect(text + JSON.stringify(await database.read('alert_subscriptions').where({ id }))).not.toContain('s3cr3t');
  });

  it('are gone with all that waits for them when they are deleted', async () => {
    const target = await receiver(silence());
    const { id } = await subscribe(['DISK_LOW'], target.url);
    const testing = gql(TEST, { id }).catch((error: unknown) => error);
    await target.received(1);
    await gql(DELETE, { id });
    expect(await testing).toMatchObject({ code: 'NOT_FOUND' });
    expect((await gql('{ alertSubscriptions { id } }')).alertSubscriptions).toEqual([]);
    expect(await database.read('lanes').where({ channel_id: id })).toEqual([]);
    await expect(gql(DELETE, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a disk that is nearly full', () => {
  it('is told of within a minute, once', async () => {
    const clock = createTestClock(Date.now());
    const app = await startTestApp({ clock, env: { MIN_FREE_DISK_MB: '1000000' } });
    try {
      const target = await receiver();
      const input = { name: 'Ops', topics: ['DISK_LOW'], format: 'CLOUDEVENTS', target: target.url };
      await app.gql(CREATE, { input });
      for (let n = 0; target.requests.length === 0 || n < 60; n += 1) {
        clock.advance(5_000);
        await app.gql('{ viewer { id } }');
      }
      expect(eventsOf(target).map(({ subject, data }) => [subject, data.state, data.title])).toEqual([
        ['disk', 'OPENED', 'The disk is nearly full'],
      ]);
    } finally {
      await app.remove();
    }
  });
});

describe('a server without a mail server', () => {
  it('refuses a subscription by e-mail and says what to do', async () => {
    const app = await startTestApp();
    try {
      const input = { name: 'Ops', topics: ['DISK_LOW'], format: 'EMAIL', target: 'ops@example.com' };
      const made = app.gql(CREATE, { input });
      await expect(made).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'format' });
      await expect(made).rejects.toThrow('SMTP_URL');
    } finally {
      await app.remove();
    }
  });
});
