import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { WebhookChannel } from './channels.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { argumentsOf, described, nullable, objectOf } from './fields.js';
import type { ConversationRequest, ConversationView, TurnView } from './ports/conversations.js';
import { Turn } from './turns.js';

const TurnConnection = connectionOf<TurnView>('Turn', () => Turn);

export const Conversation = objectOf('Conversation', 'All messages between one user and one channel.', {
  id: ID,
  user: String,
  startedAt: GraphQLDateTime,
  lastMessageAt: GraphQLDateTime,
  test: described(Boolean, 'Somebody of the account tried the bot here.'),
});

const ConversationConnection = connectionOf<ConversationView>('Conversation', () => Conversation);

const ConversationsArgs = argumentsOf({
  channelId: nullable(ID),
  botId: nullable(ID),
  user: nullable(String, "The end user's whole id."),
  userContains: nullable(String, "A part of the end user's id."),
  text: nullable(
    String,
    'A part of what was said, in the newest 100 turns of a conversation. It takes conversation.read-content.',
  ),
  failed: nullable(Boolean, 'Whether one of its turns has failed.'),
  test: nullable(Boolean, 'Those in which somebody of the account tried the bot, instead of those of users.'),
  withTests: nullable(Boolean, 'Those in which somebody of the account tried the bot, beside those of users.'),
  from: nullable(GraphQLDateTime, 'The last message came then or later.'),
  to: nullable(GraphQLDateTime, 'The last message came before then.'),
  first: nullable(Int),
  after: nullable(String),
});

type GivenRequest = Omit<ConversationRequest, 'from' | 'to'> & { from?: Date | null; to?: Date | null };

@Resolver(() => Conversation)
export class ConversationResolver {
  @Query(() => ConversationConnection, {
    description:
      'The last active first, give or take ten seconds. With userContains, text, failed or test they are looked through for a ' +
      'moment: a page may then be short, or empty, with hasNextPage true; go on from its endCursor.',
  })
  async conversations(@Args(() => ConversationsArgs) { from, to, ...filter }: GivenRequest, @Ctx() ctx: Context) {
    const request = { ...filter, from: from?.getTime(), to: to?.getTime() };
    return new ConversationConnection(await ctx.port('conversations').list(ctx.viewer, request));
  }

  @Query(() => Conversation, { nullable: true })
  conversation(@Arg('id', () => ID) id: string, @Ctx() { loaders }: Context) {
    return loaders.conversation.load(id);
  }

  @Mutation(() => GraphQLJSON, {
    description: 'The log of a conversation, as JSON: turns with their traces, deliveries with their attempts.',
  })
  exportConversation(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    return ctx.port('conversationExport').export(ctx.viewer, id);
  }

  @FieldResolver(() => Boolean, { description: 'One of its turns has failed.' })
  async failed(@Root() { id }: ConversationView, @Ctx() { loaders }: Context) {
    return (await loaders.conversationFailed.load(id)) !== null;
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
