import { afterEach, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { type Line, openLine } from '../support/own-bot.js';

let line: Line | undefined;

afterEach(async () => {
  await line?.app.remove();
});

/** A channel on a server whose reading of changes fails as often as `times` says. */
async function open() {
  const failing = { times: 0 };
  const database = (real: Database) => {
    const { client } = real.read;
    const query = client.query.bind(client);
    client.query = (connection: unknown, statement: { sql: string }) => {
      if (failing.times === 0 || !statement.sql.includes('from `changes`')) return query(connection, statement);
      failing.times -= 1;
      return Promise.reject(new Error('no answer'));
    };
    return real;
  };
  line = await openLine({ database });
  return { line, failing };
}

it('a change that could not be read after its commit has been made, and its answer is whole', async () => {
  const { line: opened, failing } = await open();
  failing.times = 1;
  const { createApp } = await opened.app.gql('mutation { createApp(input: { name: "late" }) { clientSecret } }');
  expect(createApp.clientSecret).toMatch(/./);
  expect(failing.times).toBe(0);
});

it('a channel whose suspension could not be read at once refuses messages soon, without another change', async () => {
  const { line: opened, failing } = await open();
  expect((await opened.v2({ type: 'text', val: 'hello' })).status).toBe(200);
  failing.times = 1;
  await opened.app.gql('mutation($id: ID!) { suspendWebhookChannel(id: $id, reason: "leaked") { id } }', {
    id: opened.channel.id,
  });
  await expect.poll(async () => (await opened.v2({ type: 'text', val: 'hello' })).status).not.toBe(200);
});
