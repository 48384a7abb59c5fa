import { assertMayWith, assertMayWithSome, type Viewer } from '../domain/access.js';
import { draftParts } from '../domain/bots/draft.js';
import { type CommandDeps, runCommand } from '../domain/command.js';
import { testedVersion } from '../domain/playground/playground.js';
import { conflict, notFound } from '../errors.js';
import { rowId } from '../ids.js';
import { findVersionByNumber } from '../store/tables/bot-versions.js';
import { findBot } from '../store/tables/bots.js';
import { findChannels } from '../store/tables/channels.js';
import { conversationsOfAccount } from '../store/tables/conversations.js';
import { type BotWithParts, botOfCandidate } from '../store/tables/open-versions.js';
import { recordedTurns, turnRecordsOf } from '../store/tables/turn-records.js';
import { turnsByIds } from '../store/tables/turns.js';
import type { Vault } from '../store/vault.js';
import type { Thread } from '../thread.js';
import { turnRecordData, unpacked } from '../turn/turn-record.js';
import { candidateOf } from './candidate.js';
import type { CheckDone, CheckWork, RelivedRun } from './checker.js';
import { markDifferences } from './steps.js';

export interface RelivingDeps extends CommandDeps {
  vault: Vault;
  thread: Pick<Thread<CheckWork, CheckDone>, 'run'>;
}

/** Recorded turns run again step by step, with the version that served and with a candidate. Nothing leaves, nothing is stored. */
export function createReliving(deps: RelivingDeps) {
  const { database, vault, thread } = deps;
  const { read } = database;

  async function runWith(versionId: string, found: BotWithParts, work: CheckWork): Promise<RelivedRun> {
    const done = await thread.run({ ...work, candidate: candidateOf(vault, versionId, found) });
    if (done === 'CANDIDATE_WANTED') throw new Error('the thread of checks takes no candidate');
    return done.relived ?? { steps: [], leavesAt: null };
  }

  return {
    /** Those of these turns of which a record is kept. */
    recorded: (turnIds: readonly string[]): Promise<string[]> => recordedTurns(read, turnIds),

    /**
     * Runs a turn again with a candidate: a version, or the draft where none is named. NOT_FOUND for the turn and the version; CONFLICT
     * for a turn without a record, and where the version that served it is gone.
     */
    async relive(viewer: Viewer, turnId: string, versionNumber: number | null = null) {
      assertMayWithSome(viewer, 'turn.run-again');
      const missing = () => notFound('turn', turnId);
      const [turn] = await turnsByIds(read, [turnId]);
      const [conversation] = turn ? await conversationsOfAccount(read, viewer.accountId, [turn.conversationId]) : [];
      const [channel] = conversation ? await findChannels(read, viewer.accountId, [conversation.channelId]) : [];
      if (!turn || !channel) throw missing();
      const { botId, id: channelId } = channel;
      const candidate = await runCommand(deps, viewer, 'turn.run-again', async (command) => {
        command.allow(botId, missing);
        assertMayWith(viewer, 'conversation.read-content', botId, missing);
        const bot = await findBot(command.trx, viewer.accountId, botId);
        if (!bot) throw missing();
        const version = versionNumber === null ? null : await findVersionByNumber(command.trx, botId, versionNumber);
        if (versionNumber !== null && !version) throw notFound('version', String(versionNumber));
        command.audit(turnId, { version: `SERVED and ${versionNumber ?? 'DRAFT'}`, callServices: false });
        return version ? { versionId: version.id } : { draft: await testedVersion(command, bot, 'DRAFT') };
      });
      const [stored] = await turnRecordsOf(read, [turnId]);
      const packed = stored && vault.openBytes(stored.record, turnRecordData(turnId));
      const record = packed && unpacked(packed);
      if (!packed || !record)
        throw conflict(
          'Nothing was recorded of this turn. Turns are recorded of bots whose engine settings say record.',
        );
      if (record.kept === 'TOO_LARGE')
        throw conflict('The outside answered more in this turn than is recorded, so that it cannot be run again.');
      const { id, traceId, conversationId } = turn;
      const relived = { turnId: id, traceId, conversationId, channelId, botId, packed };
      const work: CheckWork = { key: '', candidate: null, mode: 'EACH_TURN', share: 1, tests: [], turns: [], relived };
      const served = record.versionId === null ? null : await botOfCandidate(read, record.versionId);
      const { versionId: candidateId = null } = candidate;
      const parts = candidate.draft
        ? await draftParts(read, candidate.draft)
        : await botOfCandidate(read, candidateId ?? '');
      if (!served || !parts) throw conflict('The version that served this turn is gone.');
      const then = await runWith(record.versionId ?? '', served, { ...work, key: rowId('jb') });
      const now = await runWith(candidateId ?? 'draft', parts, { ...work, key: rowId('jb') });
      const [before, after] = markDifferences(then.steps, now.steps);
      const { versionId } = record;
      const masked = record.kept === 'MASKED';
      return { versionId, candidateId, masked, leavesRecordAt: then.leavesAt, served: before, candidate: after };
    },
  };
}
