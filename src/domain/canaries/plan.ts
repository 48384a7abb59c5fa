import { badInput, conflict } from '../../errors.js';
import { channelIdsOfVersions } from '../../store/tables/bot-versions.js';
import type { BotRecord } from '../../store/tables/bots.js';
import type { CanaryPlan, CanaryRule } from '../../store/tables/canaries.js';
import { runningCanaries } from '../../store/tables/canaries.js';
import type { Command } from '../command.js';

export interface CanaryInput {
  share: number;
  channelIds?: readonly string[] | null;
  rule?: { [K in keyof CanaryRule]?: CanaryRule[K] | null } | null;
}

export const DEFAULT_RULE: CanaryRule = {
  rollBack: true,
  promote: false,
  falseAlarm: 0.05,
  margin: 0.5,
  harmless: 0.01,
  minConversations: 200,
  minHours: 24,
};

/** Least and most of each number, and what it is. */
const BOUNDS = {
  falseAlarm: [0.0001, 0.2],
  margin: [0.05, 5],
  harmless: [0.0001, 0.2],
  minConversations: [1, 10_000_000],
  minHours: [0, 24 * 90],
} as const;

/** BAD_USER_INPUT (`canary.…`). */
export function planInput({ share, channelIds, rule }: CanaryInput): CanaryPlan {
  const wished = Object.fromEntries(Object.entries(rule ?? {}).filter(([, value]) => value !== null));
  const whole: CanaryRule = { ...DEFAULT_RULE, ...wished };
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    const value = whole[name as keyof typeof BOUNDS];
    if (!(value >= least && value <= most))
      throw badInput(`canary.rule.${name}`, `Give a number from ${least} to ${most}.`);
  }
  if (channelIds?.length === 0)
    throw badInput('canary.channelIds', 'Name a channel, or leave the channels out for all.');
  return { share: shareInput(share, 'canary.share'), channelIds: channelIds ? [...channelIds] : null, rule: whole };
}

/** Refuses a share that leaves one side without conversations: BAD_USER_INPUT (`field`). */
export function shareInput(share: number, field: string): number {
  const rounded = Math.round(share * 10_000) / 10_000;
  if (!(rounded >= 0.001 && rounded <= 0.99))
    throw badInput(field, 'Give a share from 0.001 to 0.99: a canary needs conversations on both sides.');
  return rounded;
}

/** Refuses with CONFLICT while a canary of the bot runs, which decides what serves. */
export async function refuseDuringCanary({ trx }: Pick<Command, 'trx'>, bot: BotRecord): Promise<void> {
  const [running] = await runningCanaries(trx, [bot.id]);
  if (running)
    throw conflict(`A canary of "${bot.name}" is running. Promote it or roll it back first.`, { canaryId: running.id });
}

/**
 * The channels on which a canary of a version would run. CONFLICT where there is nothing to compare with, or the bot follows a
 * parent; BAD_USER_INPUT (`canary.channelIds`) for a channel that not both versions serve.
 */
export async function canaryChannels(
  { trx }: Pick<Command, 'trx'>,
  bot: BotRecord,
  candidateChannels: readonly string[],
  { channelIds }: CanaryPlan,
): Promise<string[]> {
  if (bot.liveVersionId === null) throw conflict('No version is live yet to compare with. Publish without a canary.');
  if (bot.parentId !== null)
    throw conflict('A smart bot changes with every publish of its parent. Serve a share of the parent instead.');
  const live = (await channelIdsOfVersions(trx, [bot.liveVersionId])).get(bot.liveVersionId) ?? [];
  const both = candidateChannels.filter((id) => live.includes(id));
  const foreign = channelIds?.find((id) => !both.includes(id));
  if (foreign !== undefined)
    throw badInput('canary.channelIds', `"${foreign}" is not a channel that both versions serve.`);
  if (both.length === 0) throw conflict('The two versions have no channel in common. Publish without a canary.');
  return channelIds ?? both;
}
