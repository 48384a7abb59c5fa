import type { Viewer } from '../domain/access.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { badInput, notFound } from '../errors.js';
import { groupBy } from '../store/database/group-by.js';
import { statementsOn } from '../store/database/statements.js';
import { findChannels } from '../store/tables/channels.js';
import { deliveriesByIds, discardDeliveries } from '../store/tables/deliveries.js';
import { type LaneStore, laneId } from '../store/tables/lanes.js';

export interface DiscardsDeps extends CommandDeps {
  lanes: Pick<LaneStore, 'lock' | 'takeOut'>;
}

/** Deliveries discarded at once, in one transaction; more: BAD_USER_INPUT. */
const MAX_IDS = 200;

/** Discards deliveries that nobody wants any more, and takes them out of their lanes. */
export function createDiscards(deps: DiscardsDeps) {
  return {
    /**
     * Discards deliveries that have not arrived; one whose POST is under way may still arrive. Gives how many were discarded.
     * BAD_USER_INPUT for too many, NOT_FOUND when one is not there: then none is discarded.
     */
    discard: (viewer: Viewer, ids: readonly string[]): Promise<number> =>
      runCommand(deps, viewer, 'delivery.discard', async ({ trx, now, allow, audit }) => {
        if (ids.length === 0 || ids.length > MAX_IDS) throw badInput('ids', `Name 1 to ${MAX_IDS} deliveries.`);
        const { accountId } = viewer;
        const named = await deliveriesByIds(trx, accountId, ids);
        const channels = await findChannels(trx, accountId, [...new Set(named.map(({ channelId }) => channelId))]);
        const botOf = new Map(channels.map(({ id, botId }) => [id, botId]));
        const known = new Map(named.map(({ id, channelId }) => [id, botOf.get(channelId)]));
        for (const id of ids) {
          const botId = known.get(id);
          if (botId === undefined) throw notFound('delivery', id);
          allow(botId, () => notFound('delivery', id));
        }
        const lanes = new Set(named.map(({ conversationId }) => laneId(conversationId, 'OUT')));
        await deps.lanes.lock(statementsOn(trx), lanes);
        const discarded = await discardDeliveries(trx, ids, now);
        const open = groupBy(
          discarded.filter(({ wasPending }) => wasPending),
          ({ conversationId }) => conversationId,
        );
        for (const [conversationId, { length }] of open) await deps.lanes.takeOut(trx, conversationId, length, now);
        for (const { id, channelId, conversationId, wasPending } of discarded)
          audit(id, { channelId, conversationId, was: wasPending ? 'PENDING' : 'DEAD' });
        return discarded.length;
      }),
  };
}
