import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { StarterInput } from '../domain/bots/starters.js';
import type { BotRecord } from '../store/tables/bots.js';
import { Bot } from './bots.js';
import type { Context } from './context.js';
import { described, inputOf, nullable, objectOf } from './fields.js';

const StarterMessage = objectOf('StarterMessage', null, {
  text: String,
  buttons: described([String], 'Under it; each says its title for the user.'),
});

const StarterAnswer = objectOf('StarterAnswer', null, {
  id: described(ID, 'Kept when it is saved again, so that overrides of the answer stay.'),
  question: String,
  alternatives: described([String], 'Other ways to ask.'),
  answer: StarterMessage,
});

const BotStarter = objectOf('BotStarter', 'What a bot says that was begun here.', {
  welcome: nullable(StarterMessage, 'To who connects, and to a greeting.'),
  fallback: nullable(StarterMessage, 'To what it does not understand.'),
  answers: [StarterAnswer],
});

const StarterMessageInput = inputOf('StarterMessageInput', null, {
  text: String,
  buttons: nullable([String]),
});

const StarterAnswerInput = inputOf('StarterAnswerInput', null, {
  id: nullable(ID, 'Id of an answer there is; left out for a new one.'),
  question: String,
  alternatives: nullable([String]),
  answer: StarterMessageInput,
});

const BotStarterInput = inputOf('BotStarterInput', 'The whole: what is left out is removed.', {
  welcome: nullable(StarterMessageInput),
  fallback: nullable(StarterMessageInput),
  answers: [StarterAnswerInput],
});

@Resolver(() => Bot)
export class StarterResolver {
  @FieldResolver(() => BotStarter, {
    nullable: true,
    description: 'As saved, for the next publish; null where what the bot says was imported.',
  })
  starter(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.starterOfBot.load(bot);
  }

  @Mutation(() => Bot, {
    description: 'Writes what the bot says into its definition, as exports have it. Acts with the next publish.',
  })
  setBotStarter(
    @Arg('botId', () => ID) botId: string,
    @Arg('starter', () => BotStarterInput) starter: StarterInput,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.starters.set(viewer, botId, starter);
  }
}
