import { JOB_ACTIONS } from '../domain/jobs.js';
import type { Job, JobKind, JobStep, NextOfJob } from '../jobs/job.js';
import type { CommitQueue } from '../store/commit/commit-queue.js';
import { type Database, emptyLog } from '../store/database/database.js';
import { afterCommit } from '../store/database/transaction.js';
import type { ConversationRecord } from '../store/tables/conversations.js';
import { deleteDataTableRows } from '../store/tables/data-tables.js';
import {
  dataTableRowsOf,
  daysOf,
  type EndUserScope,
  forgetDays,
  nextConversation,
  recordsNaming,
  removeConversation,
  removeKeys,
  takeNameOut,
} from '../store/tables/end-users.js';
import type { AssociatedData, Vault } from '../store/vault.js';
import { type Clock, SECOND } from '../time.js';
import type { Sessions } from '../turn/sessions.js';

export interface ErasureParameters {
  channelId: string | null;
  botId: string | null;
}

/**
 * CONVERSATIONS: one after the other, each in steps. REST: days, keys, rows of data tables, and what records say. FREED:
 * all rows are gone, and who it was with them; what the database's log holds of them goes as well.
 */
export interface ErasureProgress {
  phase: 'CONVERSATIONS' | 'REST' | 'FREED';
  /** The user's id, sealed; null when it is not needed any more. */
  user: string | null;
  conversations: number;
  turns: number;
  deliveries: number;
  attachments: number;
  rows: number;
}

type ErasureJob = Job<ErasureParameters, ErasureProgress>;

export interface ErasureJobDeps {
  database: Database;
  vault: Pick<Vault, 'open'>;
  queue: Pick<CommitQueue, 'commit'>;
  sessions: Pick<Sessions, 'beginErasing' | 'endErasing'>;
  /** Removes the contents of uploaded files from the disk. */
  removeFiles(ids: readonly string[]): Promise<void>;
  clock: Clock;
}

/** On PostgreSQL other processes may still be storing what they took in before the request; so long they are waited for. */
const OTHERS_STORE_MS = 2 * SECOND;
/** Wait for readers of the log of SQLite. */
const LOOK_AGAIN_MS = SECOND / 4;

export const sealedUser = (jobId: string): AssociatedData => `jobs.progress:${jobId}`;

/** The kind of job that removes all that is known of an end user up to the moment somebody asked for it. */
export function createErasureJob(deps: ErasureJobDeps): JobKind<ErasureParameters, ErasureProgress> {
  const { database, queue, sessions, clock } = deps;

  /** Its turns that have begun can store nothing any more, and what they were just storing is stored: it goes, too. */
  async function removeFrom(conversation: ConversationRecord, { progress, createdAt: until }: ErasureJob) {
    const { id } = conversation;
    sessions.beginErasing(id);
    await queue.commit({}, 'SOON');
    const step: JobStep<ErasureProgress> = async (trx, now) => {
      // A turn that ran until now may have told the session what was said before.
      const before = () => ({ until, takenAt: clock.now() });
      const removed = await removeConversation(trx, conversation, before, now, deps.removeFiles);
      afterCommit(trx, () => sessions.endErasing(id));
      return {
        progress: {
          ...progress,
          conversations: progress.conversations + (removed.over ? 1 : 0),
          turns: progress.turns + removed.turns,
          deliveries: progress.deliveries + removed.deliveries,
          attachments: progress.attachments + removed.attachments,
        },
      };
    };
    return { step };
  }

  async function removeRest(scope: EndUserScope, { id, progress }: ErasureJob): Promise<NextOfJob<ErasureProgress>> {
    const { read, dialect } = database;
    const days = await daysOf(read, scope);
    const rows = await dataTableRowsOf(read, dialect, scope);
    const records = await recordsNaming(read, dialect, scope);
    return {
      step: async (trx) => {
        await removeKeys(trx, scope);
        await forgetDays(trx, scope.user, days, `erased:${id}`);
        await deleteDataTableRows(
          trx,
          rows.map((row) => row.id),
        );
        await takeNameOut(trx, scope.user, records);
        return { progress: { ...progress, phase: 'FREED', user: null, rows: rows.length } };
      },
    };
  }

  return {
    name: 'ERASURE',
    action: JOB_ACTIONS.ERASURE,
    async next(job) {
      const { id, accountId, progress, parameters, createdAt: until } = job;
      if (progress.phase === 'FREED' || progress.user === null)
        return (await emptyLog(database)) ? 'DONE' : { waitMs: LOOK_AGAIN_MS };
      const waitMs = database.dialect === 'postgres' ? until + OTHERS_STORE_MS - clock.now() : 0;
      if (waitMs > 0) return { waitMs };
      const scope: EndUserScope = {
        accountId,
        ...parameters,
        user: deps.vault.open(progress.user, sealedUser(id)),
        until,
      };
      if (progress.phase === 'REST') return removeRest(scope, job);
      const conversation = await nextConversation(database.read, scope);
      if (conversation) return removeFrom(conversation, job);
      return { step: async () => ({ progress: { ...progress, phase: 'REST' } }) };
    },
    summary: ({ conversations, turns, deliveries, attachments, rows }) => ({
      conversations,
      turns,
      deliveries,
      attachments,
      dataTableRows: rows,
    }),
  };
}
