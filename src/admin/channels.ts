import { AdminError } from './admin-error.js';
import { type Api, type CallOptions, operation } from './api.js';
import { APPROVAL_REQUEST, CHANNEL } from './fragments.js';
import type * as generated from './generated.js';

export type Channel = generated.ChannelFragment;
export type SavedChannel = generated.CreateChannelMutation['result'];
export type AppCredentials = generated.CreateAppMutation['result'];
/** With `id`, of a channel; else of the bot's channel of this name, which is made when there is none. */
export type SaveChannelInput = generated.UpdateWebhookChannelInput | generated.CreateWebhookChannelInput;

export interface ChannelOperations {
  /** Client id and secret, which nobody can see again. */
  createApp(input: generated.CreateAppInput, options?: CallOptions): Promise<AppCredentials>;
  /** Another secret; the previous one stays good for the overlap, a day by default. */
  rotateAppSecret(
    app: generated.RotateAppSecretMutationVariables,
    options?: CallOptions,
  ): Promise<generated.RotateAppSecretMutation['result']>;
  /** Makes a channel, or changes what is given of it. `approvalRequest` is what an admin has to approve, if anything. */
  saveChannel(input: SaveChannelInput, options?: CallOptions): Promise<SavedChannel>;
}

const CREATE_APP = operation<generated.CreateAppMutation, generated.CreateAppMutationVariables>(/* GraphQL */ `
  mutation CreateApp($input: CreateAppInput!) {
    result: createApp(input: $input) {
      clientSecret
      app {
        clientId
        name
        algorithm
      }
    }
  }
`);

const ROTATE_APP_SECRET = operation<
  generated.RotateAppSecretMutation,
  generated.RotateAppSecretMutationVariables
>(/* GraphQL */ `
  mutation RotateAppSecret($clientId: ID!, $overlapSeconds: Int) {
    result: rotateAppSecret(clientId: $clientId, overlapSeconds: $overlapSeconds) {
      clientSecret
      previousSecretValidUntil
    }
  }
`);

const CHANNEL_NAMES = operation<generated.ChannelNamesQuery, generated.ChannelNamesQueryVariables>(/* GraphQL */ `
  query ChannelNames($botId: ID!) {
    bot(id: $botId) {
      channels {
        id
        name
      }
    }
  }
`);

const CREATE_CHANNEL = operation<
  generated.CreateChannelMutation,
  generated.CreateChannelMutationVariables
>(/* GraphQL */ `
  mutation CreateChannel($input: CreateWebhookChannelInput!) {
    result: createWebhookChannel(input: $input) {
      message
      signingSecret
      approvalRequest {
        ...ApprovalRequest
      }
      channel {
        ...Channel
      }
    }
  }
  ${CHANNEL}
  ${APPROVAL_REQUEST}
`);

const UPDATE_CHANNEL = operation<
  generated.UpdateChannelMutation,
  generated.UpdateChannelMutationVariables
>(/* GraphQL */ `
  mutation UpdateChannel($input: UpdateWebhookChannelInput!) {
    result: updateWebhookChannel(input: $input) {
      message
      signingSecret
      approvalRequest {
        ...ApprovalRequest
      }
      channel {
        ...Channel
      }
    }
  }
  ${CHANNEL}
  ${APPROVAL_REQUEST}
`);

export function channelOperations({ run }: Api): ChannelOperations {
  async function idOf(botId: string, name: string, options: CallOptions | undefined): Promise<string | null> {
    const { bot } = await run(CHANNEL_NAMES, { botId }, options);
    if (!bot) throw new AdminError(`There is no bot with the id "${botId}".`, { code: 'NOT_FOUND' });
    return bot.channels.find((channel) => channel.name === name)?.id ?? null;
  }

  return {
    createApp: async (input, options) => (await run(CREATE_APP, { input }, options)).result,
    rotateAppSecret: async (app, options) => (await run(ROTATE_APP_SECRET, app, options)).result,
    async saveChannel(input, options) {
      if ('id' in input) return (await run(UPDATE_CHANNEL, { input }, options)).result;
      const { botId, name, ...fields } = input;
      const id = await idOf(botId, name, options);
      return id === null
        ? (await run(CREATE_CHANNEL, { input }, options)).result
        : (await run(UPDATE_CHANNEL, { input: { ...fields, id } }, options)).result;
    },
  };
}
