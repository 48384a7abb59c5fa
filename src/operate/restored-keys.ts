import type { Knex } from 'knex';
import { parseKeyRing } from '../config/key-ring.js';
import { createVault } from '../store/vault.js';
import { tryKeyRing } from './try-key-ring.js';

/** Where the keys of a restored server come from; `none` when nothing was sealed. */
export type KeySource = 'KEY_RING' | 'backup' | 'target' | 'none';

/**
 * The first key ring that opens what the database has sealed. With KEY_RING set no other counts, as for the server.
 * Throws an Error that says which keys are missing.
 */
export async function pickKeys(
  offered: Record<Exclude<KeySource, 'none'>, string | null>,
  keyIds: readonly string[],
  database: Knex,
  now: number,
): Promise<{ source: KeySource; text: string | null }> {
  const order = offered.KEY_RING === null ? (['target', 'backup'] as const) : (['KEY_RING'] as const);
  let wrong = '';
  for (const source of order) {
    const text = offered[source];
    if (text === null) continue;
    const { keys } = parseKeyRing(text, source === 'KEY_RING' ? source : `the key ring of the ${source}`);
    const missing = keyIds.filter((id) => !keys.some((key) => key.id === id));
    const fits = missing.length === 0 && (await opens(database, keys, now));
    if (fits) return { source, text };
    wrong = ` The key ring of ${source === 'KEY_RING' ? source : `the ${source}`} does not open it.`;
  }
  if (keyIds.length === 0) return { source: 'none', text: null };
  throw new Error(
    `The secrets in this backup were sealed with the keys ${keyIds.join(', ')}, which are not here.${wrong} Set KEY_RING, or put the key ring's file into the target (DATA_DIR/key-ring, or KEY_RING_FILE). Nothing was restored.`,
  );
}

async function opens(database: Knex, keys: { id: string; key: Buffer }[], now: number): Promise<boolean> {
  return tryKeyRing(database, createVault(keys), now).then(
    () => true,
    () => false,
  );
}
