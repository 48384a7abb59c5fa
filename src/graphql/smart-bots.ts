import { Arg, Ctx, Field, ID, InputType, Mutation, Resolver } from 'type-graphql';
import { Bot } from './bots.js';
import type { Context } from './context.js';

@InputType()
class CreateSmartBotInput {
  @Field(() => ID)
  parentId!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;
}

@Resolver()
export class SmartBotResolver {
  @Mutation(() => Bot, { description: 'Inherits from a live standard bot.' })
  createSmartBot(
    @Arg('input', () => CreateSmartBotInput) input: CreateSmartBotInput,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.smartBots.create(viewer, input);
  }
}
