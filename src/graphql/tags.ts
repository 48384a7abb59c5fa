import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { TagChange } from '../domain/tags.js';
import type { AppRecord } from '../store/tables/apps.js';
import type { BotRecord } from '../store/tables/bots.js';
import type { ChannelRecord } from '../store/tables/channels.js';
import { App } from './apps.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import type { Context } from './context.js';
import { inputOf, nullable } from './fields.js';

const TagChangeInput = inputOf('TagChangeInput', 'Up to 500 at once, all or none.', {
  ids: [ID],
  add: nullable([String], 'Up to 40 characters each, without a comma; 20 tags on each at most.'),
  remove: nullable([String]),
});

@Resolver()
export class TagResolver {
  @Query(() => [String], { description: 'Every tag that bots, channels and apps of the viewer have.' })
  tags(@Ctx() { domain, viewer }: Context): Promise<string[]> {
    return domain.tags.names(viewer);
  }

  @Mutation(() => [Bot], { description: 'Words by which people sort bots; they change nothing of what a bot does.' })
  async tagBots(@Arg('input', () => TagChangeInput) input: TagChange, @Ctx() { domain, viewer }: Context) {
    await domain.tags.tagBots(viewer, input);
    return domain.bots.byIds(viewer, input.ids);
  }

  @Mutation(() => [WebhookChannel])
  async tagChannels(@Arg('input', () => TagChangeInput) input: TagChange, @Ctx() { domain, viewer }: Context) {
    await domain.tags.tagChannels(viewer, input);
    return domain.channels.byIds(viewer, input.ids);
  }

  @Mutation(() => [App])
  async tagApps(@Arg('input', () => TagChangeInput) input: TagChange, @Ctx() { domain, viewer }: Context) {
    await domain.tags.tagApps(viewer, input);
    return domain.apps.byIds(viewer, input.ids);
  }
}

@Resolver(() => Bot)
export class BotTagResolver {
  @FieldResolver(() => [String])
  tags(@Root() bot: BotRecord, @Ctx() { loaders }: Context): Promise<string[]> {
    return loaders.tags.load(bot.id);
  }
}

@Resolver(() => WebhookChannel)
export class ChannelTagResolver {
  @FieldResolver(() => [String])
  tags(@Root() channel: ChannelRecord, @Ctx() { loaders }: Context): Promise<string[]> {
    return loaders.tags.load(channel.id);
  }
}

@Resolver(() => App)
export class AppTagResolver {
  @FieldResolver(() => [String])
  tags(@Root() app: AppRecord, @Ctx() { loaders }: Context): Promise<string[]> {
    return loaders.tags.load(app.clientId);
  }
}
