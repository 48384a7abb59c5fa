import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { BotVersion } from './bot-versions.js';
import { WebhookChannel } from './channels.js';
import type { Context } from './context.js';
import { Conversation } from './conversations.js';
import { Delivery } from './deliveries.js';
import type { TurnView } from './ports/conversations.js';
import { Turn } from './turns.js';

/** A turn by its trace id, and where it belongs. */
@Resolver(() => Turn)
export class TurnResolver {
  @Query(() => Turn, {
    nullable: true,
    description: 'The turn with this trace id; the newest where a caller has used it for several.',
  })
  async turn(
    @Arg('traceId', () => String) traceId: string,
    @Arg('id', () => ID, { nullable: true, description: 'Which of the turns with this trace id.' })
    id: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    const turn = await ctx.port('conversations').turn(ctx.viewer, { traceId, id });
    if (turn) await ctx.domain.audit.noteReading(ctx.viewer, [turn.conversationId]);
    return turn;
  }

  @FieldResolver(() => Conversation)
  conversation(@Root() turn: TurnView, @Ctx() { loaders }: Context) {
    return loaders.conversation.load(turn.conversationId);
  }

  @FieldResolver(() => WebhookChannel)
  channel(@Root() turn: TurnView, @Ctx() { loaders }: Context) {
    return loaders.channel.load(turn.channelId);
  }

  @FieldResolver(() => [Delivery], { description: 'What it said on an asynchronous channel, in order.' })
  deliveries(@Root() turn: TurnView, @Ctx() { loaders }: Context) {
    return loaders.deliveriesOfTurn.load(turn);
  }

  @FieldResolver(() => Boolean, { description: 'Whether it is recorded, so that it can be run again step by step.' })
  async recorded(@Root() turn: TurnView, @Ctx() { loaders }: Context) {
    return (await loaders.recordedTurn.load(turn.id)) !== null;
  }

  @FieldResolver(() => BotVersion, {
    nullable: true,
    description: 'The version that it ran with; null for the bot as edited, and where that is not known.',
  })
  async version(@Root() { trace }: TurnView, @Ctx() { loaders }: Context) {
    const begun = Array.isArray(trace) ? trace.find((entry) => typeof entry?.version === 'string') : undefined;
    return begun ? loaders.version.load(begun.version) : null;
  }
}
