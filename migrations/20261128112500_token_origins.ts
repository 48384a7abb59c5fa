import type { Knex } from 'knex';

/**
 * The origin of a token: the token it was made with and ends with, its maker, and whether it is a session of the
 * console. Makers of existing tokens are taken from the audit log.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('api_tokens', (t) => {
    t.string('parent_id').nullable();
    t.string('created_by').nullable();
    t.boolean('session').notNullable().defaultTo(false);
    t.index(['parent_id']);
  });
  await knex('api_tokens').where({ name: 'Console session' }).whereNotNull('expires_at').update({ session: true });
  const made = await knex('audit_entries').where({ action: 'token.create' }).select('actor_id', 'details');
  for (const { actor_id, details } of made) {
    const { tokenId } = JSON.parse(details ?? '{}');
    if (tokenId) await knex('api_tokens').where({ id: tokenId }).update({ created_by: actor_id });
  }
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('api_tokens', (t) => t.dropIndex(['parent_id']));
  await knex.schema.alterTable('api_tokens', (t) => t.dropColumns('parent_id', 'created_by', 'session'));
}
