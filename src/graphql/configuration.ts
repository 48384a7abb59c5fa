import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { ApplyInput } from '../domain/configuration/configuration.js';
import type { ChangeAction } from '../domain/configuration/step.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, inputOf, nullable, objectOf } from './fields.js';

const ChangeActionEnum = enumOf<ChangeAction>('ChangeAction', 'What a plan does with something.', {
  CREATE: null,
  UPDATE: null,
  DELETE: 'With prune: it has no document.',
  PUBLISH: 'Asks for the publication of a bot with all its enabled channels.',
  NONE: 'Nothing yet; a warning says why.',
});

export const ConfigurationChange = objectOf('ConfigurationChange', null, {
  action: ChangeActionEnum,
  kind: described(String, 'As in the document; of an import also the parts of the definition, such as Dialog.'),
  name: described(String, 'What belongs to a bot is named with it: "Bot/Channel".'),
  fields: nullable(GraphQLJSON, 'By path: {from, to}, or "changed" for a secret.'),
  warnings: described([String], 'Approvals that it asks for, and what is still to be done.'),
});

const ConfigurationPlan = objectOf('ConfigurationPlan', null, {
  hash: described(String, 'Of what there is and what is wanted: handed back, this very plan is applied, or nothing.'),
  applied: Boolean,
  changes: described(
    [ConfigurationChange],
    'In the order in which they are applied; none when all is as it should be.',
  ),
});

const ApplyConfigurationInput = inputOf('ApplyConfigurationInput', null, {
  documents: described([GraphQLJSON], 'With apiVersion, kind, metadata and spec: docs/configuration.md.'),
  dryRun: nullable(Boolean, 'Only tells what would change.'),
  prune: nullable(Boolean, 'Deletes what has no document.'),
  planHash: nullable(String, 'Hash of the plan to apply; CONFLICT when it would be another by now.'),
  publish: nullable(Boolean, 'Asks for the publication of the bots that changed.'),
});

/** A whole account may come and go. */
const ACCOUNT_COST = 50_000;

@Resolver()
export class ConfigurationResolver {
  @Query(() => [GraphQLJSON], {
    description: 'Documents of these bots and their apps, or of the whole account, without ids and secrets.',
    complexity: ACCOUNT_COST,
  })
  exportConfiguration(
    @Arg('botIds', () => [ID], { nullable: true }) botIds: string[] | null,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.configuration.export(viewer, botIds);
  }

  @Mutation(() => ConfigurationPlan, {
    description: 'In one transaction: a fault changes nothing. Applied twice, it changes nothing the second time.',
    complexity: ACCOUNT_COST,
  })
  applyConfiguration(
    @Arg('input', () => ApplyConfigurationInput) input: ApplyInput,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.configuration.apply(viewer, input);
  }
}
