import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { AuditEntryRecord } from '../store/tables/audit-entries.js';
import { connectionOf } from './connection.js';
import type { Context } from './context.js';

@ObjectType()
class AuditEntry {
  @Field(() => ID)
  id!: string;

  @Field(() => GraphQLDateTime)
  at!: number;

  @Field(() => String, { description: 'The name of who did it.' })
  actor!: string;

  @Field(() => ID, { nullable: true, description: 'The user who did it; null: this server.' })
  actorId!: string | null;

  @Field(() => String)
  action!: string;

  @Field(() => String, { description: 'The id of what it was done to.' })
  subject!: string;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Before and after, without secrets.' })
  details!: Record<string, unknown> | null;
}

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
