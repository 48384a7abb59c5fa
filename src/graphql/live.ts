import { Arg, Field, ID, InputType, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { nullable, objectOf } from './fields.js';
import type { LiveTopic, Watch } from './ports/live.js';

const LiveTopicEnum = enumOf<LiveTopic>('LiveTopic', 'What can be watched.', {
  CONFIGURATION:
    'Bots, channels, apps, versions, and approval requests with their comments, of the account, and the state of the endpoints of channels.',
  CONVERSATIONS:
    'What is said: by one user, on one channel, or in the whole account. What is answered, where a user is given.',
  DELIVERIES: 'The newest deliveries of one channel, or of the whole account.',
});

@InputType({ description: 'One thing to watch.' })
class WatchInput implements Watch {
  @Field(() => LiveTopicEnum)
  topic!: LiveTopic;

  @Field(() => ID, { nullable: true, description: 'Of CONVERSATIONS and DELIVERIES. Absent: of every channel.' })
  channelId?: string | null;

  @Field(() => String, { nullable: true, description: 'Of CONVERSATIONS. Absent: of every user.' })
  user?: string | null;
}

const LiveChange = objectOf('LiveChange', 'Something of what is watched has changed; ask for it again.', {
  topic: LiveTopicEnum,
  channelId: nullable(ID),
  user: nullable(String),
});

@Resolver()
export class LiveResolver {
  @Subscription(() => LiveChange, {
    description:
      'Tells what has changed, by the watch that was given: each once at the beginning, so that nothing is missed ' +
      'between asking and watching, then within a second of each change. Over server-sent events at /graphql/stream.',
    subscribe: ({ args, context }: { args: { watch?: Watch[] }; context: Context }) =>
      context.port('live').watch(context.viewer, args.watch ?? []),
  })
  changed(@Root() change: Watch, @Arg('watch', () => [WatchInput]) _watch: WatchInput[]): Watch {
    return change;
  }
}
