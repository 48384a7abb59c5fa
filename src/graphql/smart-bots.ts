import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { SmartBotInput } from '../domain/bots/smart-bots.js';
import { Bot } from './bots.js';
import type { Context } from './context.js';
import { inputOf, nullable } from './fields.js';

const CreateSmartBotInput = inputOf('CreateSmartBotInput', null, {
  parentId: ID,
  name: String,
  description: nullable(String),
});

@Resolver()
export class SmartBotResolver {
  @Mutation(() => Bot, { description: 'Inherits from a live standard bot.' })
  createSmartBot(@Arg('input', () => CreateSmartBotInput) input: SmartBotInput, @Ctx() { domain, viewer }: Context) {
    return domain.smartBots.create(viewer, input);
  }
}
