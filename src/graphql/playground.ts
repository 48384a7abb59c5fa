import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { TestedVersion } from '../vocabulary.js';
import type { Context } from './context.js';
import { enumOf } from './enum.js';
import { described, objectOf } from './fields.js';

export const TestedVersionEnum = enumOf<TestedVersion>('TestedVersion', 'The version that somebody tries.', {
  DRAFT: 'The bot as it is saved.',
  LIVE: 'The version that serves.',
});

const PlaygroundPass = objectOf(
  'PlaygroundPass',
  'Leave to talk to one version of a bot on one channel, for minutes.',
  {
    token: described(String, 'The bearer token of the hook and its polls.'),
    expiresAt: GraphQLDateTime,
    url: described(String, 'The hook, in its second version.'),
    secretsKeptBack: described(
      Boolean,
      'The draft differs from what serves and runs without the secrets that it could carry away: those of its file and its secured variables, or the credentials of its engine.',
    ),
  },
);

@Resolver()
export class PlaygroundResolver {
  @Query(() => Int, { description: 'Bytes that a file may have which is uploaded to go with a message.' })
  maxAttachmentBytes(@Ctx() { domain }: Context): number {
    return domain.maxAttachmentBytes;
  }

  @Mutation(() => PlaygroundPass, {
    description:
      'What is said with its token is a test: in conversations of their own, in no metric and no alert, and never POSTed. The channel need not work.',
  })
  openPlayground(
    @Arg('channelId', () => ID) channelId: string,
    @Arg('version', () => TestedVersionEnum) version: TestedVersion,
    @Ctx() { domain, viewer }: Context,
  ) {
    return domain.playground.open(viewer, { channelId, version });
  }
}
