import { conflict, notFound } from '../../errors.js';
import { findAccount } from '../../store/tables/accounts.js';
import { type BotRecord, findBot } from '../../store/tables/bots.js';
import { findChannel } from '../../store/tables/channels.js';
import type { TestedVersion } from '../../vocabulary.js';
import { may, type Viewer } from '../access.js';
import { type DraftSecrets, draftId, keptBack } from '../bots/draft.js';
import { type Command, type DomainDeps, runCommand } from '../command.js';
import { createTestPasses } from './test-passes.js';

/** What somebody who tries a bot needs. */
export interface PlaygroundPass {
  token: string;
  expiresAt: number;
  /** The hook to talk to. */
  url: string;
  /** The draft has no secret that an admin has not approved for what it is now. */
  secretsKeptBack: boolean;
}

/** Trying bots: the draft or the live version, on any channel there is. */
export function createPlayground(deps: DomainDeps) {
  const passes = createTestPasses(deps.vault);
  return {
    /** NOT_FOUND; CONFLICT when no version is live. */
    open: (viewer: Viewer, { channelId, version }: { channelId: string; version: TestedVersion }) =>
      runCommand(deps, viewer, 'playground.open', async (command): Promise<PlaygroundPass> => {
        const { trx, now, allow, audit } = command;
        const missing = () => notFound('channel', channelId);
        const channel = await findChannel(trx, viewer.accountId, channelId);
        if (channel) allow(channel.botId, missing);
        const bot = channel && (await findBot(trx, viewer.accountId, channel.botId));
        if (!channel || !bot) throw missing();
        if (version === 'LIVE') assertLive(bot);
        const secrets = version === 'LIVE' ? 'ALL' : await draftSecretsFor(command, bot);
        audit(channelId, { version });
        const { accountId, id: userId } = viewer;
        const given = passes.give({ accountId, botId: bot.id, channelId, version, secrets, userId }, now);
        return { ...given, url: deps.hookUrl(channel), secretsKeptBack: await keepsBack(command, bot, secrets) };
      }),
  };
}

/** The version that somebody tries, as it is opened. CONFLICT when none is live. */
export async function testedVersion(
  command: Pick<Command, 'trx' | 'viewer'>,
  bot: BotRecord,
  version: TestedVersion,
): Promise<string> {
  if (version === 'LIVE') return assertLive(bot);
  return draftId(bot.id, await draftSecretsFor(command, bot));
}

function assertLive({ liveVersionId }: BotRecord): string {
  if (liveVersionId === null) throw conflict('No version of this bot is live. Talk to the draft, or publish the bot.');
  return liveVersionId;
}

/** All for those who could have the draft serve without asking anybody; else a draft would show what a publish does not. */
async function draftSecretsFor(
  { trx, viewer }: Pick<Command, 'trx' | 'viewer'>,
  bot: BotRecord,
): Promise<DraftSecrets> {
  const account = await findAccount(trx, viewer.accountId);
  const automatic = account?.autoApprove.includes(bot.liveVersionId === null ? 'FIRST_PUBLISH' : 'PUBLISH_UPGRADE');
  const approves = may(viewer, 'approval.approve', bot.id) && !account?.fourEyes;
  return automatic || approves ? 'ALL' : 'APPROVED';
}

async function keepsBack({ trx }: Command, bot: BotRecord, secrets: DraftSecrets): Promise<boolean> {
  if (secrets === 'ALL') return false;
  const kept = await keptBack(trx, bot);
  return kept.file || kept.engine;
}
