import type { Api } from './api.js';

export interface Channel {
  id: string;
  /** Path of its hook. */
  path: string;
  message: string;
  requestId: string | null;
}

export interface SetUp {
  bot: { id: string; name: string };
  app: { clientId: string; clientSecret: string };
}

/** Imports a bot, makes an app, and later gets channels and publish approved. */
export const importAndPublish = {
  async begin(api: Api, definition: unknown): Promise<SetUp> {
    const { importBot } = await api<{ importBot: { bot: SetUp['bot'] } }>(
      'mutation($input: ImportBotInput!) { importBot(input: $input) { bot { id name } } }',
      { input: { mode: 'NEW', definition } },
    );
    const { createApp } = await api<{ createApp: { clientSecret: string; app: { clientId: string } } }>(
      'mutation { createApp(input: { name: "Demo caller" }) { clientSecret app { clientId } } }',
    );
    return { bot: importBot.bot, app: { clientId: createApp.app.clientId, clientSecret: createApp.clientSecret } };
  },

  async finish(api: Api, botId: string, channels: readonly Channel[]): Promise<void> {
    for (const { requestId } of channels) if (requestId) await approve(api, requestId);
    await api('mutation($input: PublishBotInput!) { publishBot(input: $input) { id } }', {
      input: { botId, channelIds: channels.map(({ id }) => id), comment: 'First version' },
    });
    const { approvalRequests } = await api<{
      approvalRequests: { edges: { node: { id: string; kind: string; bot: { id: string } } }[] };
    }>('{ approvalRequests(status: PENDING, first: 100) { edges { node { id kind bot { id } } } } }');
    for (const { node } of approvalRequests.edges) {
      if (node.kind === 'PUBLISH' && node.bot.id === botId) await approve(api, node.id);
    }
  },
};

export async function createChannel(api: Api, input: Record<string, unknown>): Promise<Channel> {
  const { createWebhookChannel: saved } = await api<{
    createWebhookChannel: {
      message: string;
      approvalRequest: { id: string } | null;
      channel: { id: string; webhookUrl: string };
    };
  }>(
    `mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) {
      message approvalRequest { id } channel { id webhookUrl } } }`,
    { input },
  );
  const { message, approvalRequest, channel } = saved;
  return {
    id: channel.id,
    path: new URL(channel.webhookUrl).pathname,
    message,
    requestId: approvalRequest?.id ?? null,
  };
}

const approve = (api: Api, requestId: string) =>
  api('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: requestId });
