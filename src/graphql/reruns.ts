import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';
import type { TestedVersion } from '../vocabulary.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, nullable, objectOf } from './fields.js';
import { TestedVersionEnum } from './playground.js';
import type { RerunView } from './ports/reruns.js';

const RerunSessionEnum = enumOf<RerunView['session']>('RerunSession', 'The session that a turn was run again in.', {
  AS_IT_WAS: 'The one that the turn began with, which was recorded.',
  NEW: 'The turn began a session, and so it did again.',
  CURRENT: 'A copy of the session as it is now: the one that the turn began with was not recorded.',
  EMPTY: 'A new one: the one that the turn began with was not recorded, and is over.',
});

const Rerun = objectOf(
  'Rerun',
  'What another version says to the message of a turn. Nothing of it is stored or sent.',
  {
    session: RerunSessionEnum,
    replies: GraphQLJSON,
    error: nullable(String, 'Why it failed, also where the bot has said something about it.'),
    trace: nullable(GraphQLJSON, 'As of a turn.'),
    callsHeldBack: described(
      Int,
      'Calls of services, models and data tables that were not made, and failed for the bot.',
    ),
  },
);

@Resolver()
export class RerunResolver {
  @Mutation(() => Rerun, {
    description:
      'Runs the message of a stored turn again, as it is stored: where private texts are masked, with the masked ones.',
  })
  runTurnAgain(
    @Arg('turnId', () => ID) turnId: string,
    @Arg('version', () => TestedVersionEnum) version: TestedVersion,
    @Arg('callServices', () => Boolean, {
      nullable: true,
      description: 'Really calls services, models and data tables, which may change something there. Off by default.',
    })
    callServices: boolean | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return ctx.port('reruns').run(ctx.viewer, { turnId, version, callServices });
  }
}
