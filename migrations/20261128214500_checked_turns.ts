import type { Knex } from 'knex';

/** Turns that a candidate does not answer as they were answered, and the checks that requests rest on. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('checked_turns', (t) => {
    t.string('job_id').notNullable().references('jobs.id').onDelete('CASCADE');
    t.string('turn_id').notNullable().references('turns.id').onDelete('CASCADE').index();
    t.string('channel_id').notNullable();
    t.string('outcome').notNullable();
    t.text('node').nullable();
    t.text('message').nullable();
    t.string('group_key').notNullable();
    t.text('detail').nullable(); // sealed
    t.primary(['job_id', 'turn_id']);
    t.index(['job_id', 'group_key']);
  });
  await knex.schema.alterTable('approval_requests', (t) => {
    t.string('check_id').nullable();
    t.text('check_reason').nullable(); // why it is published without the check that the account asks for
  });
  await knex.schema.alterTable('accounts', (t) => {
    t.text('publish_condition').nullable(); // JSON; null: a publish takes no check
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table accounts drop column publish_condition');
  await knex.raw('alter table approval_requests drop column check_reason');
  await knex.raw('alter table approval_requests drop column check_id');
  await knex.schema.dropTable('checked_turns');
}
