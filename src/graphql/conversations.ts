import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { nullable, objectOf } from './fields.js';
import type { ConversationView, TurnView } from './ports.js';

const Turn = objectOf('Turn', 'One user message and what the bot said to it.', {
  id: ID,
  at: GraphQLDateTime,
  traceId: String,
  input: GraphQLJSON,
  replies: GraphQLJSON,
  durationMs: nullable(Int),
  error: nullable(String),
  trace: nullable(GraphQLJSON),
});

const TurnConnection = connectionOf<TurnView>('Turn', () => Turn);

const Conversation = objectOf('Conversation', 'All messages between one user and one channel.', {
  id: ID,
  user: String,
  startedAt: GraphQLDateTime,
  lastMessageAt: GraphQLDateTime,
});

const ConversationConnection = connectionOf<ConversationView>('Conversation', () => Conversation);

@Resolver(() => Conversation)
export class ConversationResolver {
  @Query(() => ConversationConnection, { description: 'The last active first, give or take ten seconds.' })
  async conversations(
    @Arg('channelId', () => ID, { nullable: true }) channelId: string | null | undefined,
    @Arg('user', () => String, { nullable: true }) user: string | null | undefined,
    @Arg('from', () => GraphQLDateTime, { nullable: true }) from: Date | null | undefined,
    @Arg('to', () => GraphQLDateTime, { nullable: true }) to: Date | null | undefined,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    const filter = { channelId, user, from: from?.getTime(), to: to?.getTime() };
    return new ConversationConnection(await ctx.port('conversations').list(ctx.viewer, { ...filter, first, after }));
  }

  @FieldResolver(() => WebhookChannel)
  channel(@Root() conversation: ConversationView, @Ctx() { loaders }: Context) {
    return loaders.channel.load(conversation.channelId);
  }

  @FieldResolver(() => TurnConnection, { description: 'Newest first.' })
  async turns(
    @Root() conversation: ConversationView,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { loaders }: Context,
  ) {
    return new TurnConnection(await loaders.turnsOfConversation.load({ of: conversation.id, first, after }));
  }
}
