/**
 * Leaves only what belongs to the account. Where rows are found by id this is not a condition of the statement: SQLite
 * would take it for the better index and read the whole account.
 */
export const ownedBy =
  (accountId: string) =>
  <T extends { accountId: string }>(records: readonly T[]): T[] =>
    records.filter((record) => record.accountId === accountId);
