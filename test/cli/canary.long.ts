import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { canaryVerb } from '../../src/cli/canary.js';
import { ADMIN_TOKEN, createBot, createCaller, goLive } from '../support/app.js';
import { end, engineOf, type Line, lineOf, openLine, said } from '../support/own-bot.js';

let line: Line;
let told: string[];
beforeAll(async () => {
  line = await openLine(
    engineOf(async function* (turn) {
      yield said('hello');
      yield end(turn);
    }),
  );
});
afterAll(() => line.app.remove());
beforeEach(async () => {
  const caller = await createCaller(line.app);
  const [channel] = await goLive(line.app, await createBot(line.app), [{ appClientId: caller.clientId }]);
  if (!channel) throw new Error('no channel');
  line = lineOf(line.app, caller, channel);
});

/** What a verb writes, and its exit code. */
async function run(verb: string, ...more: string[]): Promise<{ out: string; exitCode: unknown }> {
  told = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  const at = ['--url', line.app.url, '--token', ADMIN_TOKEN, '--bot', line.channel.botId];
  try {
    await canaryVerb().parseAsync([verb, ...at, ...more], { from: 'user' });
    return { out: told.join(''), exitCode: process.exitCode };
  } finally {
    write.mockRestore();
    process.exitCode = undefined;
  }
}
const approve = async () => {
  const { approvalRequests } = await line.app.gql(
    '{ approvalRequests(status: PENDING, first: 100) { edges { node { id canary { share rule { promote rollBack minHours minConversations } } } } } }',
  );
  const [{ node }] = approvalRequests.edges;
  await line.app.gql('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: node.id });
  return node.canary;
};

describe('hookswitch canary', () => {
  it('asks for one with its share and rule, shows it, and promotes it', async () => {
    const started = await run('start', '--share', '0.25', '--promote', '--no-roll-back', '--min-hours', '48');
    expect(started.out).toBe('Version 2 waits for an approval. It serves 25 % of the conversations once it has one.\n');
    expect(await approve()).toEqual({
      share: 0.25,
      rule: { promote: true, rollBack: false, minHours: 48, minConversations: 200 },
    });
    const { out } = await run('status');
    expect(out).toContain('Version 2 serves 25 % of the conversations, version 1 the others.');
    expect(out).toMatch(/version 1: 0 conversations \(0 with a failure/);
    expect(out).toContain('failures: nothing is shown yet');
    expect((await run('share', '--share', '0.5')).out).toContain('Version 2 serves 50 %');
    const promoted = await run('promote', '--comment', 'No complaints');
    expect(promoted.out).toMatch(/^The canary of version 2 was promoted by .+\. No complaints\n/);
    const { bot } = await line.app.gql('query($id: ID!) { bot(id: $id) { liveVersion { number } } }', {
      id: line.channel.botId,
    });
    expect(bot.liveVersion.number).toBe(2);
    expect((await run('status', '--wait')).exitCode).toBeUndefined();
  });

  it('begins at once for who may approve it, tells JSON, and ends with an exit code of its own when rolled back', async () => {
    const started = await run('start', '--share', '0.1', '--approve', '--json');
    expect(JSON.parse(started.out)).toMatchObject({ number: 2, status: 'CANARY' });
    const ended = await run('end', '--reason', 'Prices are wrong', '--json');
    expect(JSON.parse(ended.out)).toMatchObject({ state: 'ROLLED_BACK', reason: 'Prices are wrong' });
    const waited = await run('status', '--wait');
    expect(waited).toMatchObject({ exitCode: 4, out: expect.stringContaining('was rolled back by') });
  });

  it('says what is missing', async () => {
    await expect(run('status')).rejects.toThrow('The bot has had no canary yet.');
    await expect(run('start', '--share', '2')).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'canary.share' });
    await run('start', '--share', '0.1', '--approve');
    await run('end');
    await expect(run('promote')).rejects.toThrow('No canary of the bot runs: the last one was rolled back.');
  });
});
