import { greeterExport } from './greeter.js';
import type { TestServer } from './server.js';

export interface LiveBot {
  botId: string;
  channelId: string;
  clientId: string;
  secret: string;
}

/** A bot that greets over a channel that works, made by the API: for tests of what comes after. */
export async function makeLiveBot(
  { gql }: TestServer,
  name: string,
  channel: Record<string, unknown> = {},
): Promise<LiveBot> {
  const { importBot } = await gql(
    'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id } channels { id } } }',
    { input: { mode: 'NEW', ...greeterExport(name) } },
  );
  const botId: string = importBot.bot.id;
  const channelId: string = importBot.channels[0].id;
  const { createApp } = await gql(
    'mutation($name: String!) { createApp(input: { name: $name }) { clientSecret app { clientId } } }',
    { name: `App of ${name}` },
  );
  const { clientId } = createApp.app;
  await gql('mutation($input: UpdateWebhookChannelInput!) { updateWebhookChannel(input: $input) { message } }', {
    input: { id: channelId, appClientId: clientId, enabled: true, ...channel },
  });
  await publishLive({ gql }, botId, [channelId]);
  return { botId, channelId, clientId, secret: createApp.clientSecret };
}

/** Publishes, and approves whatever waits. */
export async function publishLive(
  { gql }: Pick<TestServer, 'gql'>,
  botId: string,
  channelIds: string[],
  comment?: string,
): Promise<void> {
  await gql('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
    input: { botId, channelIds, comment },
  });
  const { approvalRequests } = await gql('{ approvalRequests(status: PENDING, first: 100) { edges { node { id } } } }');
  for (const { node } of approvalRequests.edges) {
    await gql('mutation($id: ID!) { approve(requestId: $id) { id } }', { id: node.id });
  }
}
