import type { Db } from '../../store/database/database.js';
import { type ApprovalStatus, lastPublishStatus } from '../../store/tables/approval-requests.js';
import { findBotVersions } from '../../store/tables/bot-versions.js';
import type { BotRecord } from '../../store/tables/bots.js';
import { channelsOfBots } from '../../store/tables/channels.js';

export type BotState =
  | 'IN_PROGRESS'
  | 'CONFIGURED'
  | 'AWAITING_APPROVAL'
  | 'PUBLISHED'
  | 'UPGRADE_IN_PROGRESS'
  | 'REJECTED'
  | 'SUSPENDED';

interface BotFacts {
  suspended: boolean;
  /** The bot's revision that its live version is a snapshot of; null when nothing is live. */
  liveRevision: number | null;
  revision: number;
  lastPublish: ApprovalStatus | null;
  /** Whether an enabled channel has an app, so that there is something to publish. */
  publishable: boolean;
}

export function botStateOf({ suspended, liveRevision, revision, lastPublish, publishable }: BotFacts): BotState {
  if (suspended) return 'SUSPENDED';
  if (liveRevision !== null) {
    return lastPublish === 'PENDING' || liveRevision !== revision ? 'UPGRADE_IN_PROGRESS' : 'PUBLISHED';
  }
  if (lastPublish === 'PENDING') return 'AWAITING_APPROVAL';
  if (lastPublish === 'REJECTED') return 'REJECTED';
  return publishable ? 'CONFIGURED' : 'IN_PROGRESS';
}

/** The state of each of these bots, in as many statements as for one. */
export async function findBotStates(db: Db, bots: readonly BotRecord[]): Promise<Map<string, BotState>> {
  const ids = bots.map((bot) => bot.id);
  const liveIds = bots.flatMap((bot) => bot.liveVersionId ?? []);
  const undecided = bots.filter((bot) => bot.liveVersionId === null).map((bot) => bot.id);
  const [live, lastPublish, channels] = await Promise.all([
    findBotVersions(db, liveIds),
    lastPublishStatus(db, ids),
    channelsOfBots(db, undecided),
  ]);
  const liveRevisions = new Map(live.map((version) => [version.id, version.botRevision]));
  return new Map(
    bots.map((bot) => [
      bot.id,
      botStateOf({
        suspended: bot.suspendedAt !== null,
        liveRevision: bot.liveVersionId === null ? null : (liveRevisions.get(bot.liveVersionId) ?? null),
        revision: bot.revision,
        lastPublish: lastPublish.get(bot.id) ?? null,
        publishable: (channels.get(bot.id) ?? []).some((channel) => channel.enabled && channel.clientId !== null),
      }),
    ]),
  );
}
