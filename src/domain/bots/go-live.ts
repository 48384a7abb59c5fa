import type { ApprovalRequestRecord } from '../../store/tables/approval-requests.js';
import { type BotVersionRecord, updateBotVersion } from '../../store/tables/bot-versions.js';
import { type BotRecord, findBot, updateBot } from '../../store/tables/bots.js';
import { beginCanary } from '../canaries/begin.js';
import type { Command } from '../command.js';
import { followParent, refreshInherited } from './inheritance.js';
import { serveVariables } from './variables.js';

/** Has an approved version serve: everybody, or a share as its request says. CONFLICT as `canaryChannels` says. */
export function serve(
  command: Command,
  bot: BotRecord,
  version: BotVersionRecord,
  { request, candidateChannels }: { request: ApprovalRequestRecord; candidateChannels: readonly string[] },
): Promise<BotVersionRecord> {
  const { canary: plan, id: requestId } = request;
  return plan
    ? beginCanary(command, bot, version, { plan, requestId, candidateChannels })
    : goLive(command, bot, version);
}

/** Makes a version the one that answers; the children of a parent follow in the same step. */
export async function goLive(command: Command, bot: BotRecord, submitted: BotVersionRecord): Promise<BotVersionRecord> {
  const { trx, viewer, now, changed } = command;
  const parent = bot.parentId === null ? null : await findBot(trx, viewer.accountId, bot.parentId);
  const version = bot.parentId === null ? submitted : await refreshInherited(command, bot, parent, submitted);
  if (bot.liveVersionId !== null) await updateBotVersion(trx, bot.liveVersionId, { status: 'SUPERSEDED' });
  const change = { status: 'LIVE' as const, publishedAt: now };
  await updateBotVersion(trx, version.id, change);
  await updateBot(trx, bot.id, { liveVersionId: version.id, updatedAt: now });
  await serveVariables(command, bot.id, version.variables);
  changed('bot', bot.id);
  if (bot.kind === 'STANDARD') await followParent(command, bot, version);
  return { ...version, ...change };
}
