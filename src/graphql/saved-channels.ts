import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { ApprovalRequestRecord } from '../store/tables/approval-requests.js';
import type { ChannelRecord } from '../store/tables/channels.js';
import { ApprovalRequest } from './approvals.js';
import { CreateWebhookChannelInput, UpdateWebhookChannelInput, WebhookChannel } from './channels.js';
import type { Context } from './context.js';

@ObjectType()
class WebhookChannelPayload {
  @Field(() => WebhookChannel)
  channel!: ChannelRecord;

  @Field(() => String, { description: 'That it worked, and what is still to be done.' })
  message!: string;

  @Field(() => ApprovalRequest, { nullable: true })
  approvalRequest!: ApprovalRequestRecord | null;

  @Field(() => String, { nullable: true, description: 'Of the callbacks (Standard Webhooks), readable this once.' })
  signingSecret!: string | null;
}

/** The mutations whose answer holds an approval request: apart from the channels, which requests refer to. */
@Resolver()
export class SavedChannelResolver {
  @Mutation(() => WebhookChannelPayload)
  createWebhookChannel(
    @Arg('input', () => CreateWebhookChannelInput) input: CreateWebhookChannelInput,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.channels.create(viewer, input);
  }

  @Mutation(() => WebhookChannelPayload)
  updateWebhookChannel(
    @Arg('input', () => UpdateWebhookChannelInput) input: UpdateWebhookChannelInput,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.channels.update(viewer, input);
  }

  @Mutation(() => WebhookChannelPayload, { description: 'The previous secret signs along for the overlap.' })
  rotateSigningSecret(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('overlapSeconds', () => Int, { nullable: true }) overlapSeconds: number | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.channels.rotateSigningSecret(viewer, channelId, overlapSeconds);
  }
}
