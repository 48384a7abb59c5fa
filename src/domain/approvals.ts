import { type AppError, conflict, notFound } from '../errors.js';
import type { PageRequest } from '../store/database/page.js';
import {
  type ApprovalRequestRecord,
  type ApprovalStatus,
  findApprovalRequest,
  listApprovalRequests,
  pendingPublishesOf,
  pendingRequestsOfChannels,
  standingRejections,
  updateApprovalRequest,
} from '../store/tables/approval-requests.js';
import { channelIdsOfVersions, findBotVersions, updateBotVersion } from '../store/tables/bot-versions.js';
import { type BotRecord, findBot } from '../store/tables/bots.js';
import { channelsOfBots, findChannel, updateChannel } from '../store/tables/channels.js';
import { assertMayWith, assertMayWithSome, may, readableBots, type Viewer } from './access.js';
import { serve } from './bots/go-live.js';
import { withChildrenStaged } from './bots/inheritance.js';
import { lockExisting } from './bots/lock-existing.js';
import { approval } from './channels/configuration.js';
import { type Command, type DomainDeps, runCommand } from './command.js';
import { assertFourEyes } from './four-eyes.js';
import { tellDecided } from './tell-approvals.js';
import { reasonInput, textInput } from './text-input.js';

interface Decision {
  status: 'APPROVED' | 'REJECTED' | 'WITHDRAWN';
  reason: string | null;
}

/** Approval requests. Each is decided once. */
export function createApprovals(deps: DomainDeps) {
  const { database, vault } = deps;

  /** The request and its bot, held. NOT_FOUND, CONFLICT when it is decided already, FORBIDDEN by four eyes. */
  async function lockPending(
    command: Command,
    id: string,
  ): Promise<{ request: ApprovalRequestRecord; bot: BotRecord }> {
    const { trx, viewer, allow } = command;
    const seen = await findApprovalRequest(trx, viewer.accountId, id);
    if (!seen) throw notFound('approval request', id);
    allow(seen.botId, () => notFound('approval request', id));
    if (seen.status !== 'PENDING') throw decided(seen);
    const bot = await lockExisting(command, seen.botId);
    const request = await findApprovalRequest(trx, viewer.accountId, id);
    if (request?.status !== 'PENDING') throw decided(request ?? seen);
    return { request, bot };
  }

  async function record(
    command: Command,
    request: ApprovalRequestRecord,
    decision: Decision,
  ): Promise<ApprovalRequestRecord> {
    const { trx, viewer, now, audit, changed } = command;
    const change = { ...decision, decidedBy: viewer.id, decidedAt: now };
    await updateApprovalRequest(trx, request.id, change);
    changed('approval-request', request.id);
    audit(request.channelId ?? request.botId, { requestId: request.id, kind: request.kind, reason: decision.reason });
    const after = { ...request, ...change };
    const [version] = request.versionId === null ? [] : await findBotVersions(trx, [request.versionId]);
    tellDecided(command, after, version?.rollbackOf);
    return after;
  }

  async function approveChannel(command: Command, request: ApprovalRequestRecord, id: string): Promise<void> {
    const { trx, viewer, now, changed } = command;
    const channel = await findChannel(trx, viewer.accountId, id);
    if (!channel || channel.revision !== request.channelRevision) throw conflict('The channel has changed since.');
    await updateChannel(trx, id, approval(vault, channel, now));
    changed('channel', id);
  }

  async function approvePublish(
    command: Command,
    bot: BotRecord,
    request: ApprovalRequestRecord,
    versionId: string,
  ): Promise<void> {
    const [version] = await findBotVersions(command.trx, [versionId]);
    if (!version) throw new Error('the version of a publish request is gone');
    const selected = (await channelIdsOfVersions(command.trx, [versionId])).get(versionId) ?? [];
    const left = (await channelsOfBots(command.trx, [bot.id])).get(bot.id) ?? [];
    if (!left.some((channel) => selected.includes(channel.id))) {
      throw conflict('All channels of this version have been deleted since. Reject it and publish again.');
    }
    await serve(command, bot, version, { request, candidateChannels: selected });
  }

  return {
    list(viewer: Viewer, request: PageRequest & { status?: ApprovalStatus | null | undefined }) {
      return listApprovalRequests(database.read, viewer.accountId, { ...request, botIds: readableBots(viewer) });
    },

    /** Approves a request: the configuration is in force, or the version live, from now on. NOT_FOUND, CONFLICT, FORBIDDEN (four eyes). */
    async approve(viewer: Viewer, id: string, comment?: string | null): Promise<ApprovalRequestRecord> {
      assertMayWithSome(viewer, 'approval.approve');
      const run = () =>
        runCommand(deps, viewer, 'approval.approve', async (command) => {
          const reason = textInput(comment, 'comment');
          const { request, bot } = await lockPending(command, id);
          await assertFourEyes(command, request.requestedBy);
          if (request.channelId) await approveChannel(command, request, request.channelId);
          if (request.versionId) await approvePublish(command, bot, request, request.versionId);
          return record(command, request, { status: 'APPROVED', reason });
        });
      const seen = await findApprovalRequest(database.read, viewer.accountId, id);
      if (seen) assertMayWith(viewer, 'approval.approve', seen.botId, () => notFound('approval request', id));
      const parent = seen?.versionId ? await findBot(database.read, viewer.accountId, seen.botId) : null;
      if (!seen?.versionId || !parent || seen.canary) return run(); // its children follow when it is promoted
      const { versionId } = seen;
      const channelIds = (await channelIdsOfVersions(database.read, [versionId])).get(versionId) ?? [];
      return withChildrenStaged(deps, { parent, versionId, channelIds }, run);
    },

    /** Rejects a request; the approved state stays in force. NOT_FOUND, BAD_USER_INPUT (`reason`), CONFLICT, FORBIDDEN (four eyes). */
    reject: (viewer: Viewer, id: string, reason: string): Promise<ApprovalRequestRecord> =>
      runCommand(deps, viewer, 'approval.reject', async (command) => {
        const told = reasonInput(reason);
        const { request } = await lockPending(command, id);
        await assertFourEyes(command, request.requestedBy);
        const { trx, changed } = command;
        if (request.channelId) {
          await updateChannel(trx, request.channelId, { rejectedRevision: request.channelRevision });
          changed('channel', request.channelId);
        }
        if (request.versionId) await updateBotVersion(trx, request.versionId, { status: 'REJECTED' });
        return record(command, request, { status: 'REJECTED', reason: told });
      }),

    /** The request; null for one of a bot that the viewer does not read. */
    async get(viewer: Viewer, id: string): Promise<ApprovalRequestRecord | null> {
      readableBots(viewer);
      const request = await findApprovalRequest(database.read, viewer.accountId, id);
      return request && may(viewer, 'read', request.botId) ? request : null;
    },

    /** Rejected publishes of bots that nobody has answered, by bot: with a newer request, or by putting them aside. */
    async rejectedPublishes(_viewer: Viewer, botIds: readonly string[]): Promise<ApprovalRequestRecord[]> {
      return standingRejections(database.read, 'bot_id', botIds);
    },

    /** Publishes of bots that wait for a decision. */
    async pendingPublishes(_viewer: Viewer, botIds: readonly string[]): Promise<ApprovalRequestRecord[]> {
      return pendingPublishesOf(database.read, botIds);
    },

    /** Rejected channels that nobody has answered, by channel. */
    async rejectedChannels(_viewer: Viewer, channelIds: readonly string[]): Promise<ApprovalRequestRecord[]> {
      return standingRejections(database.read, 'channel_id', channelIds);
    },

    /** Requests of channels that wait for a decision. */
    async pendingOfChannels(_viewer: Viewer, channelIds: readonly string[]): Promise<ApprovalRequestRecord[]> {
      return pendingRequestsOfChannels(database.read, channelIds);
    },

    /** Puts a rejection aside: it is no longer shown on its channel or bot. NOT_FOUND, CONFLICT when it is not rejected. */
    dismiss: (viewer: Viewer, id: string): Promise<ApprovalRequestRecord> =>
      runCommand(deps, viewer, 'approval.dismiss', async ({ trx, now, allow, audit, changed }) => {
        const missing = () => notFound('approval request', id);
        const request = await findApprovalRequest(trx, viewer.accountId, id);
        if (!request) throw missing();
        allow(request.botId, missing);
        if (request.status !== 'REJECTED') throw conflict('Only a rejection can be put aside.', { requestId: id });
        if (request.dismissedAt !== null) return request;
        await updateApprovalRequest(trx, id, { dismissedAt: now });
        audit(request.channelId ?? request.botId, { requestId: id, kind: request.kind });
        changed('approval-request', id);
        return { ...request, dismissedAt: now };
      }),

    /** Takes a request back. NOT_FOUND, CONFLICT when it is decided. */
    withdraw: (viewer: Viewer, id: string): Promise<ApprovalRequestRecord> =>
      runCommand(deps, viewer, 'approval.withdraw', async (command) => {
        const { request } = await lockPending(command, id);
        if (request.versionId) await updateBotVersion(command.trx, request.versionId, { status: 'SUPERSEDED' });
        return record(command, request, { status: 'WITHDRAWN', reason: null });
      }),
  };
}

function decided({ status, id }: ApprovalRequestRecord): AppError {
  return conflict(`This request is ${status.toLowerCase()} already; nothing was changed.`, { requestId: id, status });
}
