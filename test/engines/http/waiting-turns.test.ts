import { expect, it } from 'vitest';
import { createWaitingTurns } from '../../../src/engines/http/waiting-turns.js';
import { writeAll } from '../../../src/store/database/row-source.js';
import { statementsOn } from '../../../src/store/database/statements.js';
import { turnInsert } from '../../../src/store/tables/turns.js';
import { createVault } from '../../../src/store/vault.js';
import { eachDatabase } from '../../support/databases.js';

const vault = createVault([{ id: 'k1', key: Buffer.alloc(32, 7) }]);
const answer = { messages: ['Here you are.'] };

eachDatabase('a turn that waits for its bot', (database) => {
  const insert = (id: string, status: 'PAUSED' | 'DONE', resume: object | null, seals = false) =>
    writeAll(statementsOn(database().write), turnInsert(database().dialect), [
      {
        id,
        conversationId: 'cv-1',
        channelId: 'ch',
        seq: 1,
        traceId: 't',
        status,
        input: '{}',
        replies: null,
        outcome: null,
        resume: seals ? vault.seal(JSON.stringify(resume), `turns.resume:${id}`) : resume && JSON.stringify(resume),
        error: null,
        trace: null,
        createdAt: 1,
        finishedAt: null,
      },
    ]);

  it('keeps the answer of whoever has its token, once, for whichever process runs it', async () => {
    const turns = createWaitingTurns(database(), vault);
    await insert('tn-1', 'PAUSED', { token: 'tn-1.right', accepted: true });
    expect(await turns.keep('tn-1', 'tn-1.wrong', answer)).toBe('NONE');
    expect((await turns.kept(['tn-1'])).size).toBe(0);
    const both = await Promise.all([1, 2].map(() => turns.keep('tn-1', 'tn-1.right', answer)));
    expect(both.sort()).toEqual(['KEPT', 'NONE']);
    expect(await turns.kept(['tn-1', 'tn-other'])).toEqual(new Map([['tn-1', answer]]));
  });

  it('keeps it sealed where the bot keeps what is said to itself', async () => {
    const turns = createWaitingTurns(database(), vault);
    await insert('tn-6', 'PAUSED', { token: 'tn-6.right', accepted: true }, true);
    expect(await turns.keep('tn-6', 'tn-6.right', answer)).toBe('KEPT');
    const { resume } = await database().read('turns').where('id', 'tn-6').first('resume');
    expect(resume).toMatch(/^v1\.k1\./);
    expect(await turns.kept(['tn-6'])).toEqual(new Map([['tn-6', answer]]));
  });

  it('keeps none while the 202 is not stored, which would undo it', async () => {
    const turns = createWaitingTurns(database(), vault);
    await insert('tn-5', 'PAUSED', { token: 'tn-5.right', accepted: false });
    expect(await turns.keep('tn-5', 'tn-5.right', answer)).toBe('EARLY');
    expect((await turns.kept(['tn-5'])).size).toBe(0);
  });

  it('keeps none when it is over, goes on from something else, or never was', async () => {
    const turns = createWaitingTurns(database(), vault);
    await insert('tn-2', 'DONE', { token: 'tn-2.right', accepted: true });
    await insert('tn-3', 'PAUSED', { node: 'of a dialog' });
    for (const id of ['tn-2', 'tn-3', 'tn-4']) expect(await turns.keep(id, `${id}.right`, answer)).toBe('NONE');
  });
});
