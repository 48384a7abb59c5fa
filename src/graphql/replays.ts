import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, Float, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import { DeliveryFilterInput, type GivenDeliveryFilter, toDeliveryFilter } from './deliveries.js';
import { described, nullable, objectOf } from './fields.js';
import { JobStatusEnum } from './jobs.js';

const ReplayJob = objectOf('ReplayJob', 'Sends finished deliveries again.', {
  id: ID,
  status: JobStatusEnum,
  total: described(Int, 'Deliveries that match, as many as were counted in a moment until all have been found.'),
  totalIsExact: described(Boolean, 'False: there may be more than total.'),
  replayed: described(Int, 'Those put at the end of their conversations again.'),
  skipped: described(Int, 'Those sent again or removed since, or whose channel has been deleted.'),
  createdAt: GraphQLDateTime,
  finishedAt: nullable(GraphQLDateTime),
  error: nullable(String),
});

@Resolver()
export class ReplayResolver {
  @Query(() => ReplayJob, { nullable: true })
  replayJob(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    return ctx.port('replays').find(ctx.viewer, id);
  }

  @Mutation(() => ReplayJob, {
    description:
      'Sends all finished deliveries that match again, in the order of each conversation, under their own webhook-ids. ' +
      'The filter names at least one of ids, channelId, endpoint, botId, user and from.',
  })
  replayDeliveries(
    @Arg('filter', () => DeliveryFilterInput) filter: GivenDeliveryFilter,
    @Arg('perSecond', () => Float, { nullable: true, description: 'Deliveries a second, 100 by default.' })
    perSecond: number | null | undefined,
    @Arg('dryRun', () => Boolean, {
      nullable: true,
      description: 'Only counts what matches, up to 100,000 and for a moment.',
    })
    dryRun: boolean | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return ctx.port('replays').start(ctx.viewer, { filter: toDeliveryFilter(filter), perSecond, dryRun });
  }
}
