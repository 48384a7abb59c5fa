import { conflict } from '../../errors.js';
import type { Db } from '../../store/database/database.js';
import { findBotVersions, updateBotVersion } from '../../store/tables/bot-versions.js';
import type { BotRecord } from '../../store/tables/bots.js';
import { type CanaryRecord, findCanary, runningCanaries, updateCanary } from '../../store/tables/canaries.js';
import { canaryConversationCounts } from '../../store/tables/canary-counts.js';
import { actorIdOf } from '../actor.js';
import { goLive } from '../bots/go-live.js';
import type { Command } from '../command.js';
import { SETTLED_AFTER_MS } from './evidence.js';

/** Conversations of canaries up to now, by canary. */
export const countsOf = (db: Db, ids: readonly string[], now: number) =>
  canaryConversationCounts(db, ids, { cameBefore: now - SETTLED_AFTER_MS, within: SETTLED_AFTER_MS });

/** Reads a canary again under the bot's lock. CONFLICT for one that is over. */
export async function stillRunning({ trx }: Pick<Command, 'trx'>, canary: CanaryRecord): Promise<CanaryRecord> {
  const now = await findCanary(trx, canary.accountId, canary.id);
  if (now?.state !== 'RUNNING')
    throw conflict(`This canary was ${WORDS[now?.state ?? 'ROLLED_BACK']} already; nothing was changed.`, {
      canaryId: canary.id,
    });
  return now;
}

const WORDS = { RUNNING: 'begun', PROMOTED: 'promoted', ROLLED_BACK: 'rolled back' } as const;

/** Ends a running canary of a locked bot: the candidate serves everybody from now on, or nobody. */
export async function endCanary(
  command: Command,
  bot: BotRecord,
  canary: CanaryRecord,
  { state, reason }: { state: 'PROMOTED' | 'ROLLED_BACK'; reason: string | null },
): Promise<CanaryRecord> {
  const { trx, viewer, now, audit, changed, tell } = command;
  const [version] = await findBotVersions(trx, [canary.candidateId]);
  if (!version) throw new Error('the candidate of a canary is gone');
  const summary = (await countsOf(trx, [canary.id], now)).get(canary.id) ?? [];
  const change = { state, reason, endedAt: now, endedBy: actorIdOf(viewer), summary };
  await updateCanary(trx, canary.id, change);
  if (state === 'PROMOTED') await goLive(command, bot, version);
  else await updateBotVersion(trx, version.id, { status: 'ROLLED_BACK' });
  const by = actorIdOf(viewer) === null ? { by: 'rule' } : {};
  const action = state === 'PROMOTED' ? 'canary.promote' : 'canary.roll-back';
  audit(bot.id, { canaryId: canary.id, version: version.number, reason, ...by }, action);
  changed('bot', bot.id);
  tell('CANARY_ENDED', canary.id, {
    botId: bot.id,
    canaryId: canary.id,
    version: version.number,
    state,
    by: viewer.name,
  });
  return { ...canary, ...change };
}

/** Ends the running canary of a bot that is deleted. */
export async function endWithBot(command: Command, bot: BotRecord): Promise<void> {
  const [running] = await runningCanaries(command.trx, [bot.id]);
  if (running) await endCanary(command, bot, running, { state: 'ROLLED_BACK', reason: 'The bot was deleted.' });
}
