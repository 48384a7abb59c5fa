import jwt from 'jsonwebtoken';
import { type Answer, answer, createReceiver, type Receiver } from '../../support/receiver.js';
import { publishLive } from '../live-bot.js';
import type { TestServer } from '../server.js';
import { fillAccount, fillCanary } from './account.js';
import { hotelBot } from './hotel-bot.js';

/** What the addresses of the views name. */
export interface Hotel {
  receiver: Receiver;
  bot: string;
  sync: string;
  async: string;
  conversation: string;
  /** Turns by what they show. */
  recorded: string;
  failed: string;
  delivered: string;
  check: string;
  /** Bots with a canary under way, and with answers written here. */
  canary: string;
  starter: string;
  request: string;
  waiting: string;
}

const USERS = ['ann.meyer', 'bob.osei', 'cleo.santos', 'dina.kaya', 'emil.berg', 'fay.lind'];

/** Whose callbacks are given up, and whose are tried again and wait. */
const GONE = 'hana.ito';
const BUSY = 'jan.peeters';

const answerHotel: Answer = (exchange) => {
  const { text } = exchange.request;
  const says = text.includes(GONE) ? answer(410, 'gone') : text.includes(BUSY) ? answer(503, 'busy') : answer(200);
  return says(exchange);
};

/** Fills a server with a hotel group at work, by the API and the hooks alone. */
export async function fillHotel({ gql, url }: TestServer): Promise<Hotel> {
  const receiver = await createReceiver(answerHotel);
  const create = async (field: string, type: string, input: object, selection = '{ id }') =>
    (await gql(`mutation($input: ${type}!) { ${field}(input: $input) ${selection} }`, { input }))[field];

  const { bot, channels } = await create(
    'importBot',
    'ImportBotInput',
    {
      mode: 'NEW',
      definition: hotelBot('Welcome to the Hotel Bellevue. How can I help?'),
      config: { name: 'Hotel Bellevue', envVariables: [{ key: 'deskPhone', value: '+41 44 555 01 20' }] },
    },
    '{ bot { id } channels { id } }',
  );
  const app = (name: string) => create('createApp', 'CreateAppInput', { name }, '{ clientSecret app { clientId } }');
  const lobby = await app('Lobby screens');
  const guests = await app('Guest app');
  const sync: string = channels[0].id;
  await create(
    'updateWebhookChannel',
    'UpdateWebhookChannelInput',
    { id: sync, appClientId: lobby.app.clientId, enabled: true },
    '{ message }',
  );
  const made = await create(
    'createWebhookChannel',
    'CreateWebhookChannelInput',
    {
      ...{ botId: bot.id, name: 'Guest app', mode: 'ASYNC', postUrl: `${receiver.url}/replies` },
      ...{ appClientId: guests.app.clientId, enabled: true },
    },
    '{ channel { id } }',
  );
  const async: string = made.channel.id;
  const both = [sync, async];
  await publishLive({ gql }, bot.id, both, 'Opening of the season');
  await create('updateBot', 'UpdateBotInput', { id: bot.id, engineSettings: { record: true } });
  await publishLive({ gql }, bot.id, both, 'Turns are recorded, for checks');

  const sayAs = (channelId: string, { clientSecret, app: { clientId } }: typeof lobby) => {
    const address = gql('query($id: ID!) { channel(id: $id) { webhookUrl } }', { id: channelId });
    return async (user: string, text: string): Promise<string> => {
      const { channel } = await address;
      const response = await fetch(`${url}${new URL(channel.webhookUrl).pathname}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `bearer ${jwt.sign({ appId: clientId, sub: user }, clientSecret)}`,
        },
        body: JSON.stringify({ message: { text }, from: { id: user } }),
      });
      return response.headers.get('x-trace-id') ?? '';
    };
  };
  const atLobby = sayAs(sync, lobby);
  const byPhone = sayAs(async, guests);
  let recorded = '';
  for (const user of USERS) {
    await atLobby(user, 'hello');
    await atLobby(user, 'book a stay');
    recorded = await atLobby(user, '3');
  }
  const failed = await atLobby('bob.osei', 'cancel a stay');
  const delivered = await byPhone('gus.tanaka', 'breakfast');
  await receiver.received(1);
  for (const user of [GONE, 'ivo.novak', BUSY]) await byPhone(user, 'breakfast');
  await receiver.received(6);
  const { turn } = await gql('query($id: String!) { turn(traceId: $id) { conversation { id } } }', { id: recorded });

  const { starter } = await fillAccount({ gql }, receiver, bot.id);
  const { canary } = await fillCanary({ gql });

  await create(
    'importBot',
    'ImportBotInput',
    {
      botId: bot.id,
      definition: hotelBot('Good evening, and welcome to the Hotel Bellevue.'),
      mode: 'FULL',
    },
    '{ bot { id } }',
  );
  const { bot: found } = await gql(
    'query($id: ID!) { bot(id: $id) { messages(search: "welcome") { edges { node { key } } } } }',
    { id: bot.id },
  );
  await create(
    'setMessageOverride',
    'SetMessageOverrideInput',
    {
      ...{ botId: bot.id, messageKey: found.messages.edges[0].node.key, channelId: sync },
      contents: [{ type: 'TEXT', value: 'Welcome! Touch the screen, or just ask.' }],
    },
    '{ key }',
  );
  const check = await create('startCheck', 'StartCheckInput', { botId: bot.id, channelIds: [sync] });
  await create('publishBot', 'PublishBotInput', {
    botId: bot.id,
    channelIds: both,
    comment: 'Evening welcome, and a text of their own for the screens in the lobby',
  });
  const waiting = await create(
    'createWebhookChannel',
    'CreateWebhookChannelInput',
    {
      ...{ botId: bot.id, name: 'Room tablets', mode: 'ASYNC', postUrl: 'https://tablets.example.com/replies' },
      ...{ appClientId: guests.app.clientId, enabled: true },
    },
    '{ channel { id } }',
  );
  const { approvalRequests } = await gql(
    '{ approvalRequests(status: PENDING) { edges { node { id bot { id } version { number } } } } }',
  );
  const request = approvalRequests.edges.find(({ node }: { node: { version: unknown } }) => node.version)?.node.id;
  await gql('mutation($id: ID!, $text: String!) { commentOnRequest(requestId: $id, text: $text) { id } }', {
    ...{ id: request, text: 'Does the lobby also say this in the morning?' },
  });
  return {
    ...{ receiver, bot: bot.id, sync, async, conversation: turn.conversation.id, recorded, failed, delivered },
    ...{ check: check.id, canary, starter, request, waiting: waiting.channel.id },
  };
}
