import { Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import { described, nullable, objectOf } from './fields.js';

const About = objectOf('About', 'The server that answers.', {
  version: described(String, 'Of Hookswitch.'),
  instanceName: nullable(String, 'What tells this server from others, such as Staging; see the setting INSTANCE_NAME.'),
});

@Resolver()
export class AboutResolver {
  @Query(() => About)
  about(@Ctx() context: Context) {
    return context.port('about');
  }
}
