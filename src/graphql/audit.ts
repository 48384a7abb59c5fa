import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Args, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { PageRequest } from '../store/database/page.js';
import type { AuditEntryRecord } from '../store/tables/audit-entries.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { argumentsOf, described, nullable, objectOf } from './fields.js';

const AuditEntry = objectOf('AuditEntry', null, {
  id: ID,
  at: GraphQLDateTime,
  actor: described(String, 'The name of who did it.'),
  actorId: nullable(ID, 'The user who did it; null: this server.'),
  address: nullable(String, 'The network address it was asked for from; null: the server acted by itself.'),
  action: String,
  subject: described(String, 'The id of what it was done to.'),
  subjectName: nullable(String, 'What the subject was called then.'),
  details: nullable(GraphQLJSON, 'Before and after, without secrets.'),
});

const AuditEntryConnection = connectionOf<AuditEntryRecord>('AuditEntry', () => AuditEntry);

const AuditLogArgs = argumentsOf({
  actor: nullable(String, 'The id of a user, or a part of a name.'),
  action: nullable(String, 'An action such as `bot.publish`, or a noun such as `bot` for all of its actions.'),
  subject: nullable(ID, 'The id of a bot, channel, app, user …, or a part of its name.'),
  from: nullable(GraphQLDateTime, 'Written then or later.'),
  to: nullable(GraphQLDateTime, 'Written before then.'),
  first: nullable(Int),
  after: nullable(String),
});

interface AuditLogRequest extends PageRequest {
  actor?: string | null;
  action?: string | null;
  subject?: string | null;
  from?: Date | null;
  to?: Date | null;
}

@Resolver()
export class AuditResolver {
  @Query(() => AuditEntryConnection, {
    description:
      'Newest first. With a part of a name they are looked through for a moment: a page may then be short, or empty, with ' +
      'hasNextPage true; go on from its endCursor.',
  })
  async auditLog(
    @Args(() => AuditLogArgs) { from, to, ...request }: AuditLogRequest,
    @Ctx() { domain, viewer }: Context,
  ) {
    const span = { from: from?.getTime(), to: to?.getTime() };
    return new AuditEntryConnection(await domain.audit.list(viewer, { ...request, ...span }));
  }
}
