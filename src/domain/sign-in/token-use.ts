import { LRUCache } from 'lru-cache';
import { atMost } from '../../at-most.js';
import { networkOf } from '../../outbound/ranges.js';
import { recordAudit } from '../../store/audit-log.js';
import { inTransaction } from '../../store/database/transaction.js';
import { noteTokenNetwork } from '../../store/tables/token-networks.js';
import type { CommandDeps } from '../command.js';

/** A token that has just authenticated a request. */
export interface TokenUse {
  tokenId: string;
  tokenName: string;
  /** Whether it is a session of the console, whose first network is that of the sign-in. */
  session: boolean;
  accountId: string;
  userId: string;
  userName: string;
}

/** Pairs of token and network known to this process; beyond, the one unused for longest is looked up again. */
const MAX_KNOWN = 20_000;

/** Tells the audit log when a token is used from a network it has not been used from. */
export function createTokenUse({ database, clock, log }: CommandDeps) {
  const known = new LRUCache<string, true>(atMost(MAX_KNOWN));
  return {
    async note({ tokenId, tokenName, session, accountId, userId, userName }: TokenUse, address: string): Promise<void> {
      const network = networkOf(address);
      const key = `${tokenId} ${network}`;
      if (known.has(key)) return;
      known.set(key, true);
      const at = clock.now();
      const event = { accountId, at, actor: userName, actorId: userId, address, action: 'token.new-address' };
      try {
        await inTransaction(database.write, async (trx) => {
          const note = await noteTokenNetwork(trx, { tokenId, network, at });
          if (note === 'KNOWN' || (note === 'FIRST' && session)) return;
          const details = { tokenId, tokenName };
          await recordAudit(trx, database.dialect, [{ ...event, subject: userId, details }]);
        });
      } catch (error) {
        known.delete(key);
        log.warn({ err: error, tokenId }, 'the address an API token is used from could not be noted');
      }
    },
  };
}
