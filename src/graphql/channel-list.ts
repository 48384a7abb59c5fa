import { Args, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { PageRequest } from '../store/database/page.js';
import type { ListOrder } from '../store/tables/bot-list.js';
import type { ChannelFilter } from '../store/tables/channel-list.js';
import type { ChannelRecord } from '../store/tables/channels.js';
import { ListOrderEnum } from './bots.js';
import { ChannelStatusEnum, IntegrationModeEnum, WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { argumentsOf, nullable } from './fields.js';

const ChannelsArgs = argumentsOf({
  search: nullable(String, 'A part of the name, or the beginning of the id.'),
  botId: nullable(ID),
  status: nullable(ChannelStatusEnum),
  mode: nullable(IntegrationModeEnum),
  appClientId: nullable(ID),
  tag: nullable(String),
  failing: nullable(Boolean, 'Only those that work but whose callbacks do not arrive.'),
  order: nullable(ListOrderEnum, 'NEWEST by default.'),
  first: nullable(Int),
  after: nullable(String),
});

const WebhookChannelConnection = connectionOf<ChannelRecord>('WebhookChannel', () => WebhookChannel);

@Resolver()
export class ChannelListResolver {
  @Query(() => WebhookChannelConnection, { description: 'The channels of all bots.' })
  async channels(
    @Args(() => ChannelsArgs) request: ChannelFilter & PageRequest & { order?: ListOrder | null },
    @Ctx() { domain, viewer }: Context,
  ) {
    return new WebhookChannelConnection(await domain.channels.list(viewer, request));
  }
}
