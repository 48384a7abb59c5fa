import type { TransferProgress } from '../domain/bots/transfer/transfer-jobs.js';

/** In the words that known scripts compare with. */
export function statusOf({ phase }: TransferProgress): 'pending' | 'success' | 'failed' {
  if (phase === 'PENDING') return 'pending';
  return phase === 'FAILED' ? 'failed' : 'success';
}
