import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { BotRecord } from '../store/tables/bots.js';
import type { ChannelRecord } from '../store/tables/channels.js';
import { ApprovalRequest } from './approvals.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import type { Context } from './context.js';

const STANDS = 'until there is a newer request, or dismissRejection.';

/** Apart from bots and channels, which requests refer to. */
@Resolver(() => Bot)
export class BotRequestsResolver {
  @FieldResolver(() => ApprovalRequest, { nullable: true, description: `The publish that was rejected, ${STANDS}` })
  rejection(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.rejectionOfBot.load(bot.id);
  }

  @FieldResolver(() => ApprovalRequest, { nullable: true, description: 'The publish that waits for a decision.' })
  pendingRequest(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.pendingPublishOfBot.load(bot.id);
  }
}

@Resolver(() => WebhookChannel)
export class ChannelRequestsResolver {
  @FieldResolver(() => ApprovalRequest, { nullable: true, description: `The request that was rejected, ${STANDS}` })
  rejection(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context) {
    return loaders.rejectionOfChannel.load(channel.id);
  }

  @FieldResolver(() => ApprovalRequest, { nullable: true, description: 'The request that waits for a decision.' })
  pendingRequest(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context) {
    return loaders.pendingRequestOfChannel.load(channel.id);
  }
}
