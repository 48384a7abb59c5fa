import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Args, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { MaskInput } from '../domain/privacy.js';
import type { Context } from './context.js';
import { argumentsOf, described, nullable, objectOf } from './fields.js';
import { JobStatusEnum } from './jobs.js';
import type { EndUserRequest } from './ports/end-users.js';
import { MaskRuleInput } from './privacy-settings.js';

const ErasureJob = objectOf('ErasureJob', 'Removes what is stored of an end user.', {
  id: ID,
  status: JobStatusEnum,
  conversations: described(Int, 'Conversations removed so far.'),
  turns: Int,
  deliveries: Int,
  attachments: Int,
  createdAt: GraphQLDateTime,
  finishedAt: nullable(GraphQLDateTime),
});

const EndUserArgs = argumentsOf({
  user: described(String, "The end user's id, as the hook got it."),
  channelId: nullable(ID, 'Only what this channel knows.'),
  botId: nullable(ID, 'Only what this bot knows.'),
});

@Resolver()
export class PrivacyResolver {
  @Query(() => ErasureJob, { nullable: true })
  erasureJob(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    return ctx.port('erasures').find(ctx.viewer, id);
  }

  @Mutation(() => Boolean, {
    description: 'What is left out stays as it is. It holds at once, for what comes from now on; see docs/privacy.md.',
  })
  setPrivacy(
    @Arg('botId', () => ID, { nullable: true, description: 'The bot, on all its channels.' }) botId:
      | string
      | null
      | undefined,
    @Arg('channelId', () => ID, { nullable: true, description: 'A channel, instead of a bot.' })
    channelId: string | null | undefined,
    @Arg('masks', () => [MaskRuleInput], { nullable: true }) masks: MaskInput[] | null | undefined,
    @Arg('retentionDays', () => Int, { nullable: true, description: 'Null: as long as the account keeps it.' })
    retentionDays: number | null | undefined,
    @Arg('sealCustomData', () => Boolean, { nullable: true, description: 'Whether customData is stored sealed only.' })
    sealCustomData: boolean | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return ctx.domain.privacy.set(ctx.viewer, { botId, channelId, masks, retentionDays, sealCustomData });
  }

  @Mutation(() => ErasureJob, {
    description:
      'Removes all that is stored of an end user up to now. What they write from now on is a new conversation. While one is ' +
      'under way for the same user, it is the answer.',
  })
  eraseUser(
    @Args(() => EndUserArgs) request: EndUserRequest,
    @Arg('reason', () => String, { description: 'The audit log keeps it; the id of the user is taken out.' })
    reason: string,
    @Ctx() ctx: Context,
  ) {
    return ctx.port('erasures').start(ctx.viewer, { ...request, reason });
  }

  @Mutation(() => GraphQLJSON, { description: 'All that is stored of an end user, as JSON.' })
  exportUser(@Args(() => EndUserArgs) request: EndUserRequest, @Ctx() ctx: Context) {
    return ctx.port('userExport').export(ctx.viewer, request);
  }
}
