import { expect, it } from 'vitest';
import { usersByStep } from '../../src/store/tables/channel-users.js';
import { eachDatabase } from '../support/databases.js';

const HOUR = 3_600_000;
const NOON = 1_700_000_000_000 - (1_700_000_000_000 % HOUR);

eachDatabase('users of channels by the hour', (database) => {
  const span = (channelIds: string[], from: number, to: number) => ({
    channelIds,
    from,
    to,
    interval: 'HOUR' as const,
  });

  it('are read from the turns of those channels, not from those of all', async () => {
    const { write, read, dialect } = database();
    const said: [channel: string, user: string, at: number][] = [
      ['a', 'ann', NOON],
      ['a', 'ann', NOON + 1],
      ['a', 'ben', NOON + 2],
      ['a', 'ann', NOON + HOUR],
      ['a', 'cy', NOON - 1],
      ['a', 'dee', NOON + 2 * HOUR],
      ['b', 'ann', NOON + 5],
      ['c', 'eve', NOON + 5],
    ];
    for (const [index, [channel, user, at]] of said.entries()) {
      const conversation = { id: `${channel} ${user}`, account_id: 'ac', channel_id: channel, user_id: user };
      await write('conversations')
        .insert({ ...conversation, started_at: at, last_message_at: at }) // touched now and then: at the first here
        .onConflict('id')
        .merge({ last_message_at: at - 9_000 });
      const turn = {
        id: `tn-${index}`,
        conversation_id: conversation.id,
        channel_id: channel,
        seq: index,
        trace_id: 't',
      };
      await write('turns').insert({ ...turn, status: 'DONE', input: '{}', created_at: at });
    }
    let asked: { sql: string; bindings: unknown[] } | undefined;
    const note = (query: { sql: string; bindings: unknown[] }) => {
      asked = query;
    };
    read.on('query', note);
    const users = await usersByStep(read, span(['a', 'b'], NOON, NOON + 2 * HOUR), HOUR);
    read.off('query', note);
    expect(Object.fromEntries(users)).toEqual({ [`a ${NOON}`]: 2, [`a ${NOON + HOUR}`]: 1, [`b ${NOON}`]: 1 });
    const { sql = '', bindings = [] } = asked ?? {};
    if (dialect === 'sqlite') {
      const steps = JSON.stringify(await read.raw(`explain query plan ${sql}`, bindings as never));
      expect(steps).toContain('turns_channel_id_created_at_index (channel_id=? AND created_at>? AND created_at<?)');
      return;
    }
    const plan = await read.transaction(async (trx) => {
      await trx.raw('set local enable_seqscan = off'); // which few rows are read by
      const { rows }: { rows: { 'QUERY PLAN': string }[] } = await trx.raw(
        `explain ${sql.replace(/\$\d+/g, '?')}`,
        bindings as never,
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toMatch(
      /turns_channel_id_created_at_index on turns .*\n.*Index Cond: .*channel_id\)::text = ANY .*created_at >= .*created_at < /,
    );
  });
});
