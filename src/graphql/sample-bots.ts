import { Ctx, Mutation, Resolver } from 'type-graphql';
import { App } from './apps.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import type { Context } from './context.js';
import { described, objectOf } from './fields.js';

const SampleBot = objectOf('SampleBot', 'A bot to begin with, and how to talk to it.', {
  bot: Bot,
  channel: described(WebhookChannel, 'Synchronous.'),
  app: described(App, 'Whose tokens the channel takes.'),
  clientSecret: described(String, 'Of the app, readable this once.'),
  message: described(String, 'Whether it answers, or what is still to be done.'),
});

/** What an import costs: a request may ask for few. */
const IMPORT_COST = 50_000;

@Resolver()
export class SampleBotResolver {
  @Mutation(() => SampleBot, {
    description:
      'Imports a sample bot under a name that is free, gives it an app and a synchronous channel, and publishes it. Requests are approved where you may approve your own.',
    complexity: IMPORT_COST,
  })
  createSampleBot(@Ctx() { domain, viewer }: Context) {
    return domain.sampleBots.create(viewer);
  }
}
