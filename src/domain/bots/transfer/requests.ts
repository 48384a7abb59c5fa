import { badInput, notFound } from '../../../errors.js';
import { exportId, importId } from '../../../ids.js';
import { afterCommit } from '../../../store/database/transaction.js';
import { findBot } from '../../../store/tables/bots.js';
import { findJob, insertJob, type JobRow, latestJobOfBot } from '../../../store/tables/jobs.js';
import { type Action, assertMay, assertMayWith, type Viewer } from '../../access.js';
import { type CommandDeps, runCommand } from '../../command.js';
import type { ExportParameters, ImportParameters, SentFiles, TransferProgress } from './transfer-jobs.js';

/** An import or export that somebody asked for: a job with the progress of its kind. */
export interface TransferRequest {
  id: string;
  accountId: string;
  botId: string | null;
  /** The bot's name, as far as it is known. */
  name: string;
  state: ExportParameters['state'];
  progress: TransferProgress;
  createdBy: string;
  createdAt: number;
}

export interface TransferRequestsDeps extends CommandDeps {
  /** The first of these files that the account does not have. */
  missingFile(accountId: string, ids: readonly string[]): Promise<string | null>;
  /** Has this process take up the job at once. */
  begin(): Promise<unknown>;
}

const FAILED = 'The server could not go on with it. Ask again.';

/** Imports and exports that go on by themselves, for callers that ask later how they stand. */
export function createTransferRequests(deps: TransferRequestsDeps) {
  const { database } = deps;

  const insert = (
    viewer: Viewer,
    kind: 'BOT_IMPORT' | 'BOT_EXPORT',
    parameters: ImportParameters | ExportParameters,
    name: string,
  ): Promise<TransferRequest> =>
    runCommand(deps, viewer, kind === 'BOT_IMPORT' ? 'bot.import' : 'bot.export', async ({ trx, now, allow }) => {
      if (parameters.botId !== null) allow(parameters.botId);
      const progress: TransferProgress = { phase: 'PENDING' };
      const id = kind === 'BOT_IMPORT' ? importId() : exportId();
      const job = { id, kind, parameters, progress, total: 1, createdAt: now };
      await insertJob(trx, { ...job, accountId: viewer.accountId, createdBy: parameters.clientId });
      afterCommit(trx, () => void deps.begin().catch(() => {})); // else the loop takes it up
      const state = 'state' in parameters ? parameters.state : 'LATEST';
      const { botId, clientId: createdBy } = parameters;
      return { id, accountId: viewer.accountId, botId, name, state, progress, createdBy, createdAt: now };
    });

  async function botOf(viewer: Viewer, action: Action, botId: string) {
    const bot = await findBot(database.read, viewer.accountId, botId);
    if (!bot) throw notFound('bot', botId);
    assertMayWith(viewer, action, bot.id, () => notFound('bot', botId));
    return bot;
  }

  return {
    /** NOT_FOUND for the bot, BAD_USER_INPUT (`fileId`) for a file that is not there. */
    async startImport(viewer: Viewer, input: Omit<ImportParameters, 'clientId'>): Promise<TransferRequest> {
      const bot = input.botId === null ? null : await botOf(viewer, 'bot.import', input.botId);
      if (!bot) assertMay(viewer, 'bot.import');
      const missing = await deps.missingFile(viewer.accountId, idsOf(input.files));
      if (missing !== null) throw badInput('fileId', `There is no uploaded file with the id "${missing}". Upload it.`);
      return insert(viewer, 'BOT_IMPORT', { ...input, clientId: appOf(viewer) }, bot?.name ?? input.name ?? '');
    },

    /** NOT_FOUND for the bot. */
    async startExport(viewer: Viewer, input: Omit<ExportParameters, 'clientId'>): Promise<TransferRequest> {
      const bot = await botOf(viewer, 'bot.export', input.botId);
      return insert(viewer, 'BOT_EXPORT', { ...input, clientId: appOf(viewer) }, bot.name);
    },

    /** Null when there is none in the account. */
    async findImport(viewer: Viewer, id: string): Promise<TransferRequest | null> {
      assertMay(viewer, 'bot.import');
      const job = await findJob(database.read, viewer.accountId, id);
      return job?.kind === 'BOT_IMPORT' ? toRequest(job) : null;
    },

    /** The export of this id, or the last one of the bot; null when there is none. NOT_FOUND for the bot. */
    async findExport(viewer: Viewer, botId: string, id: string | null): Promise<TransferRequest | null> {
      await botOf(viewer, 'bot.export', botId);
      const { accountId } = viewer;
      const job = await (id === null
        ? latestJobOfBot(database.read, accountId, 'BOT_EXPORT', botId)
        : findJob(database.read, accountId, id));
      const found = job?.kind === 'BOT_EXPORT' ? toRequest(job) : null;
      return found?.botId === botId ? found : null;
    },
  };
}

/** The app that asks: only an app does so. */
function appOf({ clientId }: Viewer): string {
  if (clientId === undefined) throw new Error('an import or export by request is for apps');
  return clientId;
}

const idsOf = (files: SentFiles): string[] =>
  'zip' in files ? [files.zip] : [files.definition, files.config, ...files.others];

function toRequest(job: JobRow): TransferRequest {
  const parameters = job.parameters as ImportParameters | ExportParameters; // written by `insert`
  const progress = job.progress as TransferProgress; // written by `insert` and the job's kind
  const over = job.status === 'FAILED' || job.status === 'CANCELED';
  const imported = progress.phase === 'IMPORTED' ? progress : null;
  return {
    id: job.id,
    accountId: job.accountId,
    botId: imported?.botId ?? parameters.botId,
    name: imported?.name ?? ('name' in parameters ? (parameters.name ?? '') : ''),
    state: 'state' in parameters ? parameters.state : 'LATEST',
    progress: over ? { phase: 'FAILED', message: job.error ?? FAILED } : progress,
    createdBy: job.createdBy,
    createdAt: job.createdAt,
  };
}
