import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { ID, Int } from 'type-graphql';
import type { TurnStatus } from '../store/tables/turns.js';
import { enumOf } from './enum.js';
import { nullable, objectOf } from './fields.js';

const TurnStatusEnum = enumOf<TurnStatus>('TurnStatus', 'Where a turn stands.', {
  QUEUED: 'Accepted, not begun.',
  PAUSED: 'Begun; it waits for something slow.',
  DONE: 'Over, with replies or an error.',
  EXPIRED: 'Its synchronous caller was gone before it could begin; it never ran.',
});

export const Turn = objectOf('Turn', 'One user message and what the bot said to it.', {
  id: ID,
  at: GraphQLDateTime,
  finishedAt: nullable(GraphQLDateTime),
  traceId: String,
  status: TurnStatusEnum,
  input: GraphQLJSON,
  replies: GraphQLJSON,
  durationMs: nullable(Int),
  error: nullable(String, 'Why it failed, also where the bot has said something about it.'),
  trace: nullable(
    GraphQLJSON,
    'What the turn went through, in order: entries with a kind, its details, and `at`, in milliseconds since the message came.',
  ),
  answeredBy: nullable(ID, 'The turn that answered this message along with its own.'),
});
