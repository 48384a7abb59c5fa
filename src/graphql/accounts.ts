import { Arg, Ctx, Float, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { AutoApproval, PublishCondition } from '../store/tables/accounts.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, inputOf, nullable, objectOf } from './fields.js';

const AutoApprovalEnum = enumOf<AutoApproval>('AutoApproval', 'What needs no admin.', {
  CHANNEL: 'A channel that was never approved.',
  CHANNEL_UPGRADE: 'A changed configuration of an approved channel.',
  FIRST_PUBLISH: 'The first version of a bot.',
  PUBLISH_UPGRADE: 'Every later version of a bot.',
});

const CONDITION = {
  maxFailing: described(Int, 'Turns that may fail.'),
  maxDifferent: described(Float, 'The share of turns that may be different, such as 0.05.'),
};
const PublishConditionObject = objectOf(
  'PublishCondition',
  'What the check of a draft must show for a publish.',
  CONDITION,
);
const PublishConditionInput = inputOf('PublishConditionInput', null, CONDITION);

const AccountSettings = objectOf('AccountSettings', null, {
  fourEyes: described(Boolean, 'A request is decided by somebody other than who made it.'),
  autoApprove: [AutoApprovalEnum],
  retentionDays: described(Int, 'How long conversations and deliveries are kept.'),
  passwordSignIn: described(Boolean, 'Whether people sign in by password; else by a provider, or with an API token.'),
  publishCondition: nullable(PublishConditionObject, 'Null: a publish takes no check.'),
});

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
    @Arg('passwordSignIn', () => Boolean, { nullable: true }) passwordSignIn: boolean | null | undefined,
    @Arg('publishCondition', () => PublishConditionInput, { nullable: true, description: 'Null takes it away.' })
    publishCondition: PublishCondition | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.accounts.update(viewer, {
      ...{ fourEyes, autoApprove, retentionDays, passwordSignIn },
      ...(publishCondition !== undefined && { publishCondition }),
    });
  }
}
