import type { Knex } from 'knex';
import { checkKeyRing, type Vault } from '../store/vault.js';

/** The check of a server's start, which leaves nothing behind. Throws an Error when the keys do not open what is sealed. */
export async function tryKeyRing(db: Knex, vault: Vault, now: number): Promise<void> {
  const undone = new Error('undone');
  await db
    .transaction(async (trx) => {
      await checkKeyRing(trx, vault, now);
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
}
