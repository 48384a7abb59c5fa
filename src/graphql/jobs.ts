import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { JobStatus } from '../store/tables/jobs.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';

export const JobStatusEnum = enumOf<JobStatus>('JobStatus', 'Where long work stands.', {
  RUNNING: 'It goes on, also after a restart of the server.',
  DONE: null,
  CANCELED: 'Ended by cancelJob. What it had done by then stays.',
  FAILED: 'The server could not go on with it.',
});

@Resolver()
export class JobResolver {
  @Mutation(() => Boolean, {
    description: 'Ends long work where it stands; what it has done stays. False: it was over.',
  })
  cancelJob(@Arg('id', () => ID) id: string, @Ctx() ctx: Context) {
    return ctx.port('jobs').cancel(ctx.viewer, id);
  }
}
