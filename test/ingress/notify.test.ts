import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createCaller, goLive, type HookResponse, type LiveChannel } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { echo, engineOf, type Line, lineOf, linesOfOneApp, openLine } from '../support/own-bot.js';
import { answer, createReceiver, type Receiver } from '../support/receiver.js';

const open = linesOfOneApp();
let receiver: Receiver;
let line: Line;
beforeEach(async () => {
  receiver = await createReceiver();
  line = await open(echo, { name: 'desk', mode: 'ASYNC', postUrl: receiver.url });
});
afterEach(() => receiver.close());

const path = () => `/api/public/bot/${line.channel.botId}/notifyV2`;
const notify = (body: unknown, headers = line.caller.headers()): Promise<HookResponse> =>
  line.app.post(path(), body, headers);
const content = { type: 'text', value: 'Hello {{name}}' };

describe('a proactive job', () => {
  it('sends each user its message in the form of the second version, and tells how far it has got', async () => {
    const job = await notify({
      channel: 'ivr',
      webhookInstanceName: 'desk',
      userIdentityType: 'resolve',
      content,
      identities: [
        { email: 'ada@test', parameters: { name: 'Ada' } },
        { userId: 7, customMessage: 'Only you' },
        { id: 'bob', customMessage: { type: 'template', value: { type: 'template', payload: { text: 'Hi' } } } },
      ],
    });
    expect(job).toMatchObject({
      status: 200,
      body: {
        _id: expect.stringMatching(/^ds-/),
        jobType: 'PROACTIVE_NOTIFICATIONS_API',
        status: 'IN_PROGRESS',
        percentageComplete: 0,
        store: { identitiesCount: 3 },
      },
    });
    const sent = (await receiver.received(3)).map(
      (request) => request.json() as { to: string; data: { val: unknown }[] },
    );
    expect(new Map(sent.map(({ to, data }) => [to, data[0]?.val]))).toEqual(
      new Map<string, unknown>([
        ['ada@test', 'Hello Ada'],
        ['7', 'Only you'],
        ['bob', { type: 'template', payload: { text: 'Hi' } }],
      ]),
    );
    expect(sent[0]).toMatchObject({ _v: 'v2', from: line.channel.botId, sequence: 1, lastInTurn: true });
    const status = async () => (await line.get(`${path()}/${job.body._id}`)).body;
    expect(await eventually(status, (now) => now.status !== 'IN_PROGRESS')).toMatchObject({
      status: 'SUCCESS',
      percentageComplete: 100,
      store: { identitiesCount: 3, deliveredCount: 3, failedCount: 0 },
    });
  });

  it('counts what could not be delivered', async () => {
    receiver.script(answer(410));
    const job = await notify({ content, identities: [{ id: 'gone' }] });
    await receiver.received(1);
    const status = async () => (await line.get(`${path()}/${job.body._id}`)).body;
    const { store } = await eventually(status, (now) => now.status === 'SUCCESS');
    expect(store).toEqual({ identitiesCount: 1, deliveredCount: 0, failedCount: 1 });
  });

  it.each<[string, unknown, number, string?]>([
    ['no identities', { content, identities: [] }, 400, 'identities'],
    ['identities that are no list', { content, identities: {} }, 400, 'identities'],
    ['an identity without a name', { content, identities: [{ parameters: {} }] }, 400],
    ['an identity of blanks', { content, identities: [{ id: ' ' }] }, 400, 'identities.0'],
    ['no content', { identities: [{ id: 'u' }] }, 400, 'content'],
    [
      'a wrong type of content',
      { content: { type: 'html', value: 'x' }, identities: [{ id: 'u' }] },
      400,
      'content.type',
    ],
    [
      'a content that is a number',
      { content: { type: 'text', value: 1 }, identities: [{ id: 'u' }] },
      400,
      'content.value',
    ],
    [
      'parameters that are no object',
      { content, identities: [{ id: 'u', parameters: 'x' }] },
      400,
      'identities.0.parameters',
    ],
    ['another type of channel', { content, channel: 'rtm', identities: [{ id: 'u' }] }, 400, 'channel'],
    ['a channel that is not there', { content, webhookInstanceName: 'none', identities: [{ id: 'u' }] }, 404],
    ['a thousand and one identities', { content, identities: Array(1001).fill({ id: 'u' }) }, 400, 'identities'],
  ])('with %s is refused, and sends nothing', async (_title, body, status, field) => {
    const refused = await notify(body);
    expect(refused).toMatchObject({ status, body: { errors: [{ code: status, ...(field && { field }) }], _v: 'v2' } });
    const { deliveries } = await line.app.gql('query($id: ID!) { deliveries(channelId: $id) { totalCount } }', {
      id: line.channel.id,
    });
    expect(deliveries.totalCount).toBe(0);
  });

  it('is refused to other apps, on channels that answer at once, and while the channel does not work', async () => {
    const body = { content, identities: [{ id: 'u' }] };
    const other = await createCaller(line.app);
    expect((await notify(body, other.headers())).status).toBe(401);
    const [live] = (await goLive(line.app, line.channel.botId, [{ name: 'live', appClientId: other.clientId }])) as [
      LiveChannel,
    ];
    const named = { ...body, webhookInstanceName: 'live' };
    expect((await notify(named, other.headers())).status).toBe(409);
    expect(lineOf(line.app, other, live).v2Path).toContain(live.id);
    await line.app.gql('mutation($id: ID!) { suspendWebhookChannel(id: $id, reason: "x") { id } }', {
      id: line.channel.id,
    });
    const blocked = await notify(body);
    expect(blocked.status).toBe(403);
    expect(blocked.body.errors.map(({ reason }: { reason: string }) => reason)).toContain('SUSPENDED');
    expect((await line.get(`${path()}/ds-none`)).status).toBe(404);
  });

  it('has a limit of its own bot, which refused jobs of other apps do not use up', async () => {
    const env = { RATE_LIMIT_NOTIFICATIONS: '2' };
    line = await openLine({ ...engineOf(echo), env }, { name: 'desk', mode: 'ASYNC', postUrl: receiver.url });
    onTestFinished(line.app.remove);
    const stranger = (await createCaller(line.app)).headers();
    const body = { content, identities: [{ id: 'u' }] };
    for (let n = 0; n < 4; n += 1) expect((await notify(body, stranger)).status).toBe(401);
    const statuses = [await notify(body), await notify(body), await notify(body)].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});
