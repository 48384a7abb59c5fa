import type { Knex } from 'knex';

type Hook = () => void | Promise<void>;

const hooks = new WeakMap<Knex.Transaction, Hook[]>();

/**
 * Runs `work` in one transaction and, once it is durable, the hooks it registered with `afterCommit`, in order. Hooks
 * do not fail: the change stands by then, and the caller would take it for undone. Within a transaction of this kind `work`
 * joins it: its changes stand or fall with it.
 */
export async function inTransaction<T>(db: Knex, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  if (isOpen(db)) return work(db);
  const registered: Hook[] = [];
  const result = await db.transaction(async (trx) => {
    hooks.set(trx, registered);
    return work(trx);
  });
  for (const hook of registered) await hook();
  return result;
}

const isOpen = (db: Knex): db is Knex.Transaction => hooks.has(db as Knex.Transaction);

/** Registers what is to happen in memory once the transaction is durable. Throws outside `inTransaction`. */
export function afterCommit(trx: Knex.Transaction, hook: Hook): void {
  const registered = hooks.get(trx);
  if (!registered) throw new Error('afterCommit needs a transaction opened with inTransaction');
  registered.push(hook);
}
