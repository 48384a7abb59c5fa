import { expect, it } from 'vitest';
import { insertAuditEntries, listAuditEntries } from '../../src/store/tables/audit-entries.js';
import { eachDatabase } from '../support/databases.js';

eachDatabase('the audit log', (database) => {
  it('counts the entries of its own account, whatever others are beside it', async () => {
    const { write, read } = database();
    const accounts = { a: 3, b: 70, c: 5 };
    for (const [accountId, count] of Object.entries(accounts)) {
      await write('accounts').insert({ id: accountId, name: accountId, created_at: 1 });
      const entries = Array.from({ length: count }, (_, n) => ({
        id: `${accountId}-${n}`,
        accountId,
        at: n,
        actor: 'somebody',
        actorId: null,
        address: null,
        action: 'bot.created',
        subject: n % 2 === 0 ? 'even' : 'odd',
        subjectName: null,
        details: null,
      }));
      await insertAuditEntries(write, entries);
    }
    const countOf = async (accountId: string, subject?: string) =>
      (await listAuditEntries(read, accountId, { first: 2, subject })).count();
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((id) => countOf(id)))).toEqual([3, 70, 5, 0]);
    expect(await countOf('b', 'even')).toBe(35);
    const page = await listAuditEntries(read, 'b', { first: 2 });
    expect(page.edges.map(({ node }) => node.id)).toEqual(['b-69', 'b-68']);
  });
});
