import { rowId } from '../../ids.js';
import { type BotVersionRecord, updateBotVersion } from '../../store/tables/bot-versions.js';
import type { BotRecord } from '../../store/tables/bots.js';
import { type CanaryPlan, insertCanary } from '../../store/tables/canaries.js';
import { metricTotals } from '../../store/tables/channel-metric-sums.js';
import { RESPONSE_TIME_BOUNDS } from '../../store/tables/channel-metrics.js';
import { DAY } from '../../time.js';
import { actorIdOf } from '../actor.js';
import type { Command } from '../command.js';
import { HEARD_AFTER_MS } from './assignment.js';
import { canaryChannels } from './plan.js';

/** The quantile of the durations before the canary above which a turn counts as slow. */
const SLOW_QUANTILE = 0.95;
/** Turns before the canary that are needed for that; with fewer, no turn counts as slow. */
const MIN_TURNS_BEFORE = 100;
/** Days before the canary whose turns are counted. */
const DAYS_BEFORE = 7;

/** Has an approved version serve a share of the conversations. CONFLICT, BAD_USER_INPUT as `canaryChannels` says. */
export async function beginCanary(
  command: Command,
  bot: BotRecord,
  version: BotVersionRecord,
  { plan, requestId, candidateChannels }: { plan: CanaryPlan; requestId: string; candidateChannels: readonly string[] },
): Promise<BotVersionRecord> {
  const { trx, viewer, now, audit, changed } = command;
  const channelIds = await canaryChannels(command, bot, candidateChannels, plan);
  const begunAt = now + HEARD_AFTER_MS;
  const id = rowId('cn');
  await insertCanary(trx, {
    id,
    accountId: bot.accountId,
    botId: bot.id,
    requestId,
    candidateId: version.id,
    baselineId: bot.liveVersionId ?? '',
    state: 'RUNNING',
    channelIds,
    steps: [{ share: plan.share, at: begunAt }],
    rule: plan.rule,
    slowOverMs: await slowOver(command, channelIds),
    begunAt,
    begunBy: actorIdOf(viewer),
    endedAt: null,
    endedBy: null,
    reason: null,
    summary: null,
  });
  await updateBotVersion(trx, version.id, { status: 'CANARY' });
  audit(
    bot.id,
    { canaryId: id, version: version.number, share: plan.share, channelIds, rule: plan.rule },
    'canary.begin',
  );
  changed('bot', bot.id);
  return { ...version, status: 'CANARY' };
}

/** The upper bound of the bucket that holds the quantile; null: too few turns, or beyond every bound. */
async function slowOver({ trx, now }: Command, channelIds: readonly string[]): Promise<number | null> {
  const sums = await metricTotals(trx, { channelIds, from: now - DAYS_BEFORE * DAY, to: now + 1, interval: 'DAY' });
  const histogram = RESPONSE_TIME_BOUNDS.map((_, bucket) =>
    sums.reduce((all, { responseTimes }) => all + (responseTimes[bucket] ?? 0), 0),
  );
  const turns = sums.reduce((all, { responseTimes }) => all + responseTimes.reduce((sum, count) => sum + count, 0), 0);
  if (turns < MIN_TURNS_BEFORE) return null;
  let below = 0;
  for (const [bucket, count] of histogram.entries()) {
    below += count;
    if (below >= SLOW_QUANTILE * turns) return RESPONSE_TIME_BOUNDS[bucket] ?? null;
  }
  return null;
}
