import type { Db } from '../database/database.js';

/** What became of a network that a token is used from. */
export type NetworkNote = 'KNOWN' | 'FIRST' | 'ANOTHER';

/** Remembers that a token is used from a network. */
export async function noteTokenNetwork(
  db: Db,
  { tokenId, network, at }: { tokenId: string; network: string; at: number },
): Promise<NetworkNote> {
  const known: { network: string }[] = await db('token_networks').select('network').where({ token_id: tokenId });
  if (known.some((row) => row.network === network)) return 'KNOWN';
  const row = { token_id: tokenId, network, at };
  const added: unknown[] = await db('token_networks').insert(row).onConflict().ignore().returning('network');
  if (added.length === 0) return 'KNOWN'; // another request was quicker
  return known.length === 0 ? 'FIRST' : 'ANOTHER';
}
