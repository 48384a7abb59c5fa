import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';
import type { Context } from './context.js';
import { described, nullable, objectOf } from './fields.js';

const TestedCallback = objectOf('TestedCallback', 'How a test callback went, in full.', {
  id: described(ID, 'Its webhook-id.'),
  url: String,
  requestHeaders: described(
    GraphQLJSON,
    'As sent, with the signature; the values of your own headers and tokens are hidden.',
  ),
  requestBody: described(String, 'To the byte: what is signed.'),
  startedAt: GraphQLDateTime,
  durationMs: Int,
  statusCode: nullable(Int),
  error: nullable(String, 'Why there was no answer.'),
  responseHeaders: nullable(GraphQLJSON),
  responseBody: nullable(String),
});

@Resolver()
export class TestCallbackResolver {
  @Mutation(() => TestedCallback, {
    description:
      'POSTs a signed test to the approved POST URL of a channel, once, and waits for the answer. It is of no conversation, in no ' +
      'log of deliveries, and has `"test": true` in its body.',
  })
  sendTestCallback(@Arg('channelId', () => ID) channelId: string, @Ctx() ctx: Context) {
    return ctx.port('testCallbacks').send(ctx.viewer, channelId);
  }
}
