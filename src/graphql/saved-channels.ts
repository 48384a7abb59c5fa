import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';
import type { ChannelInput, ChannelUpdate } from '../domain/channels/channel-input.js';
import type { DeliveryInput } from '../domain/channels/delivery/delivery-input.js';
import { ApprovalRequest } from './approvals.js';
import { CreateWebhookChannelInput, UpdateWebhookChannelInput, WebhookChannel } from './channels.js';
import type { Context } from './context.js';
import { DeliverySettingsInput } from './delivery-settings.js';
import { described, nullable, objectOf } from './fields.js';

export const WebhookChannelPayload = objectOf('WebhookChannelPayload', null, {
  channel: WebhookChannel,
  message: described(String, 'That it worked, and what is still to be done.'),
  approvalRequest: nullable(ApprovalRequest),
  signingSecret: nullable(String, 'Of the callbacks (Standard Webhooks), readable this once.'),
});

/** The mutations whose answer holds an approval request: apart from the channels, which requests refer to. */
@Resolver()
export class SavedChannelResolver {
  @Mutation(() => WebhookChannelPayload)
  createWebhookChannel(
    @Arg('input', () => CreateWebhookChannelInput) input: ChannelInput,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.channels.create(viewer, input);
  }

  @Mutation(() => WebhookChannelPayload)
  updateWebhookChannel(
    @Arg('input', () => UpdateWebhookChannelInput) input: ChannelUpdate,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.channels.update(viewer, input);
  }

  @Mutation(() => WebhookChannelPayload, {
    description: 'How callbacks are sent. Put before an admin as a new POST URL is; until then those approved serve.',
  })
  setDeliverySettings(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('settings', () => DeliverySettingsInput) settings: DeliveryInput,
    @Arg('expected', () => GraphQLJSON, {
      nullable: true,
      description:
        'Fields of `deliverySettings` as you saw them, and `credentials`, `headers`, `clientCertificate` and `certificateAuthority` of `secretMarks`. CONFLICT when one is another by now, with who changed it and what it is.',
    })
    expected: Record<string, unknown> | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.channels.setDelivery(viewer, channelId, settings, expected ?? {});
  }

  @Mutation(() => WebhookChannelPayload, {
    description: 'The previous secret, and the previous key pair of V1A, sign along for the overlap.',
  })
  rotateSigningSecret(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('overlapSeconds', () => Int, { nullable: true }) overlapSeconds: number | null | undefined,
    @Arg('expected', () => String, { nullable: true, description: 'Its mark as you saw it (`secretMarks`).' })
    seen: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.channels.rotateSigningSecret(viewer, channelId, { overlapSeconds, seen });
  }
}
