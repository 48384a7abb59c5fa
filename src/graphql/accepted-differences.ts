import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { BotRecord } from '../store/tables/bots.js';
import { Bot } from './bots.js';
import { WebhookChannel } from './channels.js';
import type { Context } from './context.js';
import { described, nullable, objectOf } from './fields.js';
import type { AcceptedDifferenceView } from './ports/checks.js';
import { User } from './users.js';

export const AcceptedDifference = objectOf(
  'AcceptedDifference',
  'A difference that a check has found and somebody wants: checks that begin later count the same one as accepted.',
  {
    id: ID,
    node: nullable(String),
    message: nullable(String),
    comment: nullable(String),
    acceptedAt: GraphQLDateTime,
    until: described(GraphQLDateTime, 'From then on checks count it as different again.'),
  },
);

@Resolver(() => AcceptedDifference)
export class AcceptedDifferenceResolver {
  @Mutation(() => AcceptedDifference, { description: 'Accepts what is new in a group of different turns.' })
  acceptDifference(
    @Arg('checkId', () => ID) checkId: string,
    @Arg('group', () => String, { description: 'The key of the group.' }) group: string,
    @Arg('comment', () => String, { nullable: true }) comment: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return ctx.port('acceptances').accept(ctx.viewer, { checkId, group, comment });
  }

  @Mutation(() => Boolean, { description: 'Checks that begin later count it as different again.' })
  async takeBackDifference(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    await ctx.port('acceptances').takeBack(ctx.viewer, id);
    return true;
  }

  @FieldResolver(() => WebhookChannel, { nullable: true })
  channel(@Root() one: AcceptedDifferenceView, @Ctx() { loaders }: Context) {
    return loaders.channel.load(one.channelId);
  }

  @FieldResolver(() => User, { nullable: true })
  acceptedBy(@Root() one: AcceptedDifferenceView, @Ctx() { loaders }: Context) {
    return loaders.user.load(one.acceptedBy);
  }
}

@Resolver(() => Bot)
export class AcceptedDifferencesOfBotResolver {
  @FieldResolver(() => [AcceptedDifference], { complexity: 20, description: 'Newest first.' })
  acceptedDifferences(@Root() bot: BotRecord, @Ctx() { loaders }: Context) {
    return loaders.acceptedDifferencesOfBot.load(bot.id);
  }
}
