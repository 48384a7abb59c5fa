import type { Refusal } from '../events.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import { storedReason } from '../store/tables/channel-metric-sums.js';
import type { ChannelCounts } from '../store/tables/channel-metrics.js';

/**
 * Refused messages, summed in memory and written once a second: a refusal changes nothing else, and must not cost a
 * commit of its own. What a crash loses of them is less than a second's.
 */
export function createRefusals(queue: CommitQueue) {
  const sums = new Map<string, Map<string, number>>();
  return {
    count(channelId: string, refusal: Pick<Refusal, 'reason' | 'fault'>): void {
      const reason = storedReason(refusal);
      const reasons = sums.get(channelId) ?? new Map<string, number>();
      sums.set(channelId, reasons.set(reason, (reasons.get(reason) ?? 0) + 1));
    },
    async flush(): Promise<void> {
      const counts = [...sums].map(([channelId, refusals]): ChannelCounts => {
        const refused = [...refusals.values()].reduce((sum, count) => sum + count, 0);
        return { channelId, refused, refusals: [...refusals] };
      });
      sums.clear();
      await Promise.all(counts.map((count) => queue.commit({ counts: count })));
    },
  };
}
