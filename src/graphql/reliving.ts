import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { BotVersion } from './bot-versions.js';
import type { Context } from './context.js';
import { described, nullable, objectOf } from './fields.js';
import type { RelivedView } from './ports/reruns.js';

const RelivedChange = objectOf('RelivedChange', 'A name of the session that a step changed. Values are JSON, cut.', {
  name: String,
  before: nullable(String),
  after: nullable(String),
});

const RelivedStep = objectOf('RelivedStep', 'One node of a turn that is run again, or what came before the first.', {
  node: described(String, 'Empty before the first node, and for engines without nodes.'),
  type: String,
  notes: described(GraphQLJSON, 'What the trace tells of it, with the conditions of its edges.'),
  answers: described(GraphQLJSON, 'What it asked the outside, and what it was given: `method`, `answered`, `answer`.'),
  changes: [RelivedChange],
  said: described(GraphQLJSON, 'What it said: `key` of the message, `replies`.'),
  differs: described(Boolean, 'The other version does not come here, or something else happens here.'),
  other: nullable(Int, 'The number of the step at the same node with the other version, from 0.'),
});

const RelivedTurn = objectOf(
  'RelivedTurn',
  'A recorded turn, run again with the version that served and a candidate.',
  {
    masked: described(Boolean, 'Private texts are masked in the record: it may go another way than it did.'),
    served: described([RelivedStep], 'With the version that served.'),
    leavesRecordAt: nullable(
      Int,
      'The number of the step, from 0, at which the version that served leaves what was recorded; null: it goes as it went.',
    ),
    candidate: described([RelivedStep], 'With the draft, or the version that was asked for.'),
  },
);

@Resolver(() => RelivedTurn)
export class RelivingResolver {
  @Mutation(() => RelivedTurn, {
    description:
      'Runs a recorded turn again, step by step: with the session, the clock, the chance and the answers of then. Nothing is called, sent or stored.',
  })
  reliveTurn(
    @Arg('turnId', () => ID) turnId: string,
    @Arg('versionNumber', () => Int, { nullable: true, description: 'The candidate; the draft by default.' })
    versionNumber: number | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return ctx.port('reliving').relive(ctx.viewer, turnId, versionNumber);
  }

  @FieldResolver(() => BotVersion, { nullable: true, description: 'The version that served.' })
  version(@Root() { versionId }: RelivedView, @Ctx() { loaders }: Context) {
    return versionId === null ? null : loaders.version.load(versionId);
  }

  @FieldResolver(() => BotVersion, { nullable: true, description: 'Null: the draft.' })
  candidateVersion(@Root() { candidateId }: RelivedView, @Ctx() { loaders }: Context) {
    return candidateId === null ? null : loaders.version.load(candidateId);
  }
}
