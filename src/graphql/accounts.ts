import { Arg, Ctx, Field, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { AutoApproval } from '../store/tables/accounts.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';

const AutoApprovalEnum = enumOf<AutoApproval>('AutoApproval', 'What needs no admin.', {
  CHANNEL: 'A channel that was never approved.',
  CHANNEL_UPGRADE: 'A changed configuration of an approved channel.',
  FIRST_PUBLISH: 'The first version of a bot.',
  PUBLISH_UPGRADE: 'Every later version of a bot.',
});

@ObjectType()
class AccountSettings {
  @Field(() => Boolean, { description: 'A request is decided by somebody other than who made it.' })
  fourEyes!: boolean;

  @Field(() => [AutoApprovalEnum])
  autoApprove!: AutoApproval[];

  @Field(() => Int, { description: 'How long conversations and deliveries are kept.' })
  retentionDays!: number;
}

@Resolver()
export class AccountResolver {
  @Query(() => AccountSettings)
  accountSettings(@Ctx() { domain, viewer }: Context) {
    return domain.accounts.settings(viewer);
  }

  @Mutation(() => AccountSettings)
  updateAccountSettings(
    @Arg('fourEyes', () => Boolean, { nullable: true }) fourEyes: boolean | null | undefined,
    @Arg('autoApprove', () => [AutoApprovalEnum], { nullable: true }) autoApprove: AutoApproval[] | null | undefined,
    @Arg('retentionDays', () => Int, { nullable: true }) retentionDays: number | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.accounts.update(viewer, { fourEyes, autoApprove, retentionDays });
  }
}
