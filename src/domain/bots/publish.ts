import { conflict, notFound } from '../../errors.js';
import { rowId } from '../../ids.js';
import type { PageRequest } from '../../store/database/page.js';
import { findAccount } from '../../store/tables/accounts.js';
import {
  type ApprovalRequestRecord,
  insertApprovalRequest,
  pendingPublishOfBot,
} from '../../store/tables/approval-requests.js';
import { waitingVariablesOf } from '../../store/tables/bot-variables.js';
import {
  type BotVersionRecord,
  channelIdsOfVersions,
  findBotVersions,
  findVersionByNumber,
  insertBotVersion,
  versionsOfBots,
} from '../../store/tables/bot-versions.js';
import { type BotRecord, findBot, updateBot } from '../../store/tables/bots.js';
import type { CanaryPlan } from '../../store/tables/canaries.js';
import { type ChannelRecord, channelsOfBots } from '../../store/tables/channels.js';
import { overridesOfBots, snapshotOf } from '../../store/tables/message-overrides.js';
import { assertMay, assertMayWith, assertMayWithSome, type Viewer } from '../access.js';
import { type CanaryInput, canaryChannels, planInput, refuseDuringCanary } from '../canaries/plan.js';
import { AUTOMATIC } from '../channels/requests.js';
import { type Command, type DomainDeps, runCommand } from '../command.js';
import type { DefinitionReader } from '../definitions.js';
import { assertFourEyes } from '../four-eyes.js';
import { tellDecided, tellRequested } from '../tell-approvals.js';
import { textInput } from '../text-input.js';
import { withdrawRequest } from '../withdraw-request.js';
import { serve } from './go-live.js';
import { withChildrenStaged } from './inheritance.js';
import { lockExisting } from './lock-existing.js';
import { existingChannels, isEnabled, selectChannels } from './publish-channels.js';
import { type Evidence, type EvidenceInput, evidenceOf } from './publish-evidence.js';
import { prepareChanges, versionChanges } from './version-changes.js';

/** A version that served before has shown what it does. */
const NO_EVIDENCE: Evidence = { checkId: null, checkReason: null };

export interface PublishInput extends EvidenceInput {
  botId: string;
  /** Null: all that are enabled. */
  channelIds: readonly string[] | null;
  comment?: string | null;
  /** Approves it in the same step: who publishes decides alone. */
  approve?: boolean | null;
  /** Serves a share of the conversations first. */
  canary?: CanaryInput | null;
}

/** Publishing: immutable snapshots of a bot, submitted for approval and made live. */
export function createPublish(deps: DomainDeps, reader: DefinitionReader) {
  const { database } = deps;

  /** Runs a publish as a command; if it goes live at once, the bot's children are prepared first. */
  async function publishing(
    viewer: Viewer,
    action: 'bot.publish' | 'bot.rollback',
    { botId, versionNumber, approve }: { botId: string; versionNumber?: number; approve?: boolean | null },
    channelIds: () => Promise<readonly string[]>,
    work: (command: Command, versionId: string) => Promise<BotVersionRecord>,
  ): Promise<BotVersionRecord> {
    assertMayWithSome(viewer, action);
    const versionId = rowId('bv');
    const run = () => runCommand(deps, viewer, action, (command) => work(command, versionId));
    const parent = await findBot(database.read, viewer.accountId, botId);
    if (parent) assertMayWith(viewer, action, parent.id, () => notFound('bot', botId));
    const earlier = versionNumber && parent ? await findVersionByNumber(database.read, parent.id, versionNumber) : null;
    if (parent) await prepareChanges(reader, database.read, parent, (earlier ?? parent).definitionId);
    if (parent && approve) assertMay(viewer, 'approval.approve', parent.id);
    const account = await findAccount(database.read, viewer.accountId);
    if (!parent || !(approve || account?.autoApprove.includes('PUBLISH_UPGRADE'))) return run();
    return withChildrenStaged(deps, { parent, versionId, channelIds: await channelIds() }, run);
  }

  const enabledChannels = async (botId: string): Promise<string[]> =>
    ((await channelsOfBots(database.read, [botId])).get(botId) ?? []).filter(isEnabled).map(({ id }) => id);

  async function channelsOfVersion({ botId, versionNumber }: { botId: string; versionNumber: number }) {
    const version = await findVersionByNumber(database.read, botId, versionNumber);
    return version ? ((await channelIdsOfVersions(database.read, [version.id])).get(version.id) ?? []) : [];
  }

  return {
    versionsOf: (_viewer: Viewer, botIds: readonly string[], request: PageRequest) =>
      versionsOfBots(database.read, botIds, request),
    versionsById: (_viewer: Viewer, ids: readonly string[]) => findBotVersions(database.read, ids),
    channelIdsOf: (_viewer: Viewer, versionIds: readonly string[]) => channelIdsOfVersions(database.read, versionIds),

    /**
     * Snapshots the bot with these channels and asks for approval, or approves it as it is made; a waiting publish is withdrawn.
     * NOT_FOUND, BAD_USER_INPUT (`channelIds`) when one is not of the bot or none is enabled with an app,
     * FORBIDDEN for who may not approve it, or not alone; CONFLICT where its check is not what the account asks for, while a
     * canary of the bot runs, and for a canary that cannot run.
     */
    publish: (viewer: Viewer, input: PublishInput): Promise<BotVersionRecord> =>
      publishing(
        viewer,
        'bot.publish',
        { botId: input.botId, approve: input.approve },
        async () => input.channelIds ?? (await enabledChannels(input.botId)),
        async (command, id) => {
          const comment = textInput(input.comment, 'comment');
          const canary = input.canary ? planInput(input.canary) : null;
          const bot = await lockExisting(command, input.botId);
          const channels = await selectChannels(command, bot, input.channelIds);
          const overrides = await overridesOfBots(command.trx, [bot.id]);
          const version: BotVersionRecord = {
            ...versionOf(command, bot, id, comment),
            overrides: overrides.map(snapshotOf),
            variables: await waitingVariablesOf(command.trx, [bot.id]),
          };
          const account = await findAccount(command.trx, viewer.accountId);
          const evidence = await evidenceOf(command, bot, account?.publishCondition ?? null, input);
          return submit(reader, command, bot, version, { channels, approve: input.approve === true, evidence, canary });
        },
      ),

    /**
     * Submits an earlier version for approval again, without the channels deleted since; the bot as edited stays.
     * NOT_FOUND, CONFLICT when the version was never live or none of its channels is left.
     */
    rollback: (
      viewer: Viewer,
      input: { botId: string; versionNumber: number; comment?: string | null; approve?: boolean | null },
    ): Promise<BotVersionRecord> =>
      publishing(
        viewer,
        'bot.rollback',
        input,
        () => channelsOfVersion(input),
        async (command, id) => {
          const bot = await lockExisting(command, input.botId);
          const earlier = await findVersionByNumber(command.trx, bot.id, input.versionNumber);
          if (!earlier) throw notFound('version', String(input.versionNumber));
          if (earlier.id === bot.liveVersionId) throw conflict(`Version ${earlier.number} is live already.`);
          if (earlier.publishedAt === null) {
            throw conflict(`Version ${earlier.number} was never live. Publish the bot instead.`);
          }
          const selected = (await channelIdsOfVersions(command.trx, [earlier.id])).get(earlier.id) ?? [];
          const channels = (await existingChannels(command, bot)).filter((channel) => selected.includes(channel.id));
          if (channels.length === 0) {
            throw conflict(`All channels of version ${earlier.number} have been deleted. Publish the bot with others.`);
          }
          const comment = textInput(input.comment, 'comment') ?? `Rollback to version ${earlier.number}`;
          const version: BotVersionRecord = {
            ...earlier,
            id,
            number: bot.nextVersionNumber,
            status: 'AWAITING_APPROVAL',
            variables: [], // those in force stay: an earlier secret may have been replaced for a reason
            comment,
            rollbackOf: earlier.number,
            createdBy: viewer.id,
            createdAt: command.now,
            publishedAt: null,
          };
          return submit(reader, command, bot, version, {
            channels,
            approve: input.approve === true,
            evidence: NO_EVIDENCE,
            canary: null,
          });
        },
      ),
  };
}

/** A new version of `bot`, with the next number. */
export function versionOf(
  { viewer, now }: Pick<Command, 'viewer' | 'now'>,
  bot: BotRecord,
  id: string,
  comment: string | null,
): BotVersionRecord {
  return {
    id,
    botId: bot.id,
    number: bot.nextVersionNumber,
    status: 'AWAITING_APPROVAL',
    comment,
    rollbackOf: null,
    definitionId: bot.definitionId,
    engine: bot.engine,
    engineSettings: bot.engineSettings,
    defaultLanguage: bot.defaultLanguage,
    sessionTimeoutMinutes: bot.sessionTimeoutMinutes,
    botRevision: bot.revision,
    parentVersionId: null,
    overrides: [],
    variables: [],
    createdBy: viewer.id,
    createdAt: now,
    publishedAt: null,
  };
}

interface Submission {
  channels: readonly ChannelRecord[];
  approve: boolean;
  evidence: Evidence;
  canary: CanaryPlan | null;
}

async function submit(
  reader: DefinitionReader,
  command: Command,
  bot: BotRecord,
  version: BotVersionRecord,
  { channels, approve, evidence, canary }: Submission,
): Promise<BotVersionRecord> {
  const { trx, viewer, now, audit } = command;
  await refuseUniversal(reader, command, version);
  await refuseDuringCanary(command, bot);
  const candidateChannels = channels.map((channel) => channel.id);
  if (canary) await canaryChannels(command, bot, candidateChannels, canary);
  if (approve) await assertFourEyes(command, viewer.id);
  await withdrawPublish(command, bot.id);
  await insertBotVersion(trx, version, candidateChannels);
  const numbered = { ...bot, nextVersionNumber: bot.nextVersionNumber + 1 };
  await updateBot(trx, bot.id, { nextVersionNumber: numbered.nextVersionNumber, updatedAt: now });
  const kind = bot.liveVersionId === null ? 'FIRST_PUBLISH' : 'PUBLISH_UPGRADE';
  const automatic = (await findAccount(trx, viewer.accountId))?.autoApprove.includes(kind) ?? false;
  const decided = automatic || approve;
  const request: ApprovalRequestRecord = {
    id: rowId('ar'),
    accountId: viewer.accountId,
    kind: 'PUBLISH',
    status: decided ? 'APPROVED' : 'PENDING',
    botId: bot.id,
    channelId: null,
    channelRevision: null,
    versionId: version.id,
    changes: await versionChanges(reader, trx, bot, version, channels),
    ...evidence,
    canary,
    requestedBy: viewer.id,
    decidedBy: approve ? viewer.id : null,
    reason: automatic && !approve ? AUTOMATIC : null,
    createdAt: now,
    decidedAt: decided ? now : null,
    dismissedAt: null,
  };
  await insertApprovalRequest(trx, request);
  tellRequested(command, request, version.rollbackOf);
  audit(bot.id, {
    requestId: request.id,
    version: version.number,
    channels: channels.map((channel) => channel.name),
    automatic,
    ...(canary && { canary }),
  });
  if (approve) {
    audit(bot.id, { requestId: request.id, kind: request.kind, reason: null }, 'approval.approve');
    tellDecided(command, request, version.rollbackOf);
  }
  return decided ? serve(command, numbered, version, { request, candidateChannels }) : version;
}

/** Refuses a universal bot, which imports used to let in: it has nothing to say. CONFLICT. */
async function refuseUniversal(
  reader: DefinitionReader,
  { trx }: Command,
  { engine, definitionId }: BotVersionRecord,
): Promise<void> {
  if (engine !== 'DIALOG' || definitionId === null) return;
  const read = (await reader.read(trx, [definitionId])).get(definitionId);
  if (!read?.definition.universal) return;
  throw conflict(
    'This bot was imported from the file of a universal bot, which hands each message to one of the bots it links. This server does not run those. Import the linked bots instead, each as a bot of its own.',
  );
}

/** Withdraws the open publish request, if there is one. */
async function withdrawPublish(command: Command, botId: string): Promise<void> {
  const waiting = await pendingPublishOfBot(command.trx, botId);
  if (waiting) await withdrawRequest(command, waiting);
}
