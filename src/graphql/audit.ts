import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import type { AuditEntryRecord } from '../store/tables/audit-entries.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';
import { described, nullable, objectOf } from './fields.js';

const AuditEntry = objectOf('AuditEntry', null, {
  id: ID,
  at: GraphQLDateTime,
  actor: described(String, 'The name of who did it.'),
  actorId: nullable(ID, 'The user who did it; null: this server.'),
  action: String,
  subject: described(String, 'The id of what it was done to.'),
  details: nullable(GraphQLJSON, 'Before and after, without secrets.'),
});

const AuditEntryConnection = connectionOf<AuditEntryRecord>('AuditEntry', () => AuditEntry);

@Resolver()
export class AuditResolver {
  @Query(() => AuditEntryConnection, { description: 'Newest first.' })
  async auditLog(
    @Arg('subject', () => ID, { nullable: true }) subject: string | null | undefined,
    @Arg('first', () => Int, { nullable: true }) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { domain, viewer }: Context,
  ) {
    return new AuditEntryConnection(await domain.audit.list(viewer, { subject, first, after }));
  }
}
