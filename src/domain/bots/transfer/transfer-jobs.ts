import { AppError } from '../../../errors.js';
import type { Job, JobKind, NextOfJob } from '../../../jobs/job.js';
import { settleJob } from '../../../store/tables/jobs.js';
import type { createAppScopes } from '../../apps/scopes.js';
import { JOB_ACTIONS } from '../../jobs.js';
import type { SentFile } from './archive.js';
import type { Archives } from './archives.js';
import type { ExportedState } from './export.js';
import type { ImportMode } from './import.js';
import { withParts } from './parts.js';
import type { createTransfer } from './transfer.js';

/** Uploaded files by id: one zip, or each by itself. */
export type SentFiles = { zip: string } | { definition: string; config: string; others: readonly string[] };

interface OfApp {
  /** The app that asked; what it may do is looked at again when the work is done. */
  clientId: string;
  /** The names of the parts that are wanted; null: all. */
  parts: readonly string[] | null;
}
export interface ImportParameters extends OfApp {
  mode: ImportMode;
  botId: string | null;
  name: string | null;
  files: SentFiles;
}
export interface ExportParameters extends OfApp {
  botId: string;
  state: ExportedState;
}

/** How far an import or export has got. A failure says why, as its caller may read it. */
export type TransferProgress =
  | { phase: 'PENDING' }
  | { phase: 'IMPORTED'; botId: string; name: string; warnings: readonly { path: string; message: string }[] }
  | { phase: 'EXPORTED'; fileId: string; bytes: number }
  | { phase: 'FAILED'; message: string };

/** Where uploaded files and made zips lie. */
export interface TransferFiles {
  read(accountId: string, fileId: string): Promise<SentFile | null>;
  keep(owner: { accountId: string; clientId: string }, file: SentFile): Promise<string>;
}

export interface TransferJobDeps {
  transfer: ReturnType<typeof createTransfer>;
  appScopes: Pick<ReturnType<typeof createAppScopes>, 'viewerFor'>;
  files: TransferFiles;
  archives: Pick<Archives, 'read' | 'zip'>;
}

/** Warnings that are kept with an import; the rest is only counted by the reader of the file. */
const MAX_WARNINGS = 200;

/** Imports of uploaded files. The job is settled in the transaction of the import, so that no file is imported twice. */
export function createImportJob({ transfer, appScopes, files, archives }: TransferJobDeps): JobKind {
  async function sent(accountId: string, fileId: string): Promise<SentFile> {
    const file = await files.read(accountId, fileId);
    if (!file) throw new AppError('NOT_FOUND', `The uploaded file ${fileId} is gone. Upload it again.`);
    return file;
  }
  async function read(accountId: string, ids: SentFiles) {
    if ('zip' in ids) return archives.read({ zip: await sent(accountId, ids.zip) });
    const [definition, config, ...others] = await Promise.all(
      [ids.definition, ids.config, ...ids.others].map((id) => sent(accountId, id)),
    );
    if (!definition || !config) throw new Error('two ids give two files');
    return archives.read({ definition, config, others });
  }

  return transferJob<ImportParameters>('BOT_IMPORT', async (job) => {
    const { mode, botId, name, parts, clientId } = job.parameters;
    const viewer = await appScopes.viewerFor({ accountId: job.accountId, clientId }, ['BOT_IMPORT']);
    if (!viewer) throw scopeGone();
    const all = await read(job.accountId, job.parameters.files);
    let imported: TransferProgress = { phase: 'PENDING' };
    await transfer.importBot(viewer, { ...withParts(all, parts), mode, botId, name }, async ({ trx }, report) => {
      const { bot, warnings } = report;
      imported = { phase: 'IMPORTED', botId: bot.id, name: bot.name, warnings: warnings.slice(0, MAX_WARNINGS) };
      if (!(await settleJob(trx, job, imported))) throw new TakenOver();
    });
    return imported;
  });
}

/** Exports as zips. Begun again after a crash, an export makes its zip again; the first one expires. */
export function createExportJob({ transfer, appScopes, files, archives }: TransferJobDeps): JobKind {
  return transferJob<ExportParameters>('BOT_EXPORT', async ({ accountId, parameters }) => {
    const { clientId, botId, state, parts } = parameters;
    const viewer = await appScopes.viewerFor({ accountId, clientId }, ['BOT_EXPORT']);
    if (!viewer) throw scopeGone();
    const bytes = await archives.zip(withParts(await transfer.exportBot(viewer, botId, state), parts));
    const fileId = await files.keep({ accountId, clientId }, { name: `${botId}.zip`, bytes });
    return { phase: 'EXPORTED', fileId, bytes: bytes.length };
  });
}

/** A job of one piece of work. What its caller could have done better ends it; other trouble is tried again. */
function transferJob<Parameters>(
  name: 'BOT_IMPORT' | 'BOT_EXPORT',
  work: (job: Job<Parameters, TransferProgress>) => Promise<TransferProgress>,
): JobKind {
  const next = async (job: Job<Parameters, TransferProgress>): Promise<NextOfJob<TransferProgress>> => {
    if (job.progress.phase !== 'PENDING') return 'DONE';
    try {
      const progress = await work(job);
      return { step: async () => ({ progress }) };
    } catch (error) {
      if (error instanceof TakenOver) return 'DONE'; // only its owner's end counts
      if (!(error instanceof AppError) || error.code === 'UNAVAILABLE') throw error;
      const { message } = error;
      return { step: async () => ({ progress: { phase: 'FAILED', message } }) };
    }
  };
  const kind: JobKind<Parameters, TransferProgress> = {
    name,
    action: JOB_ACTIONS[name],
    next,
    summary: ({ phase }) => ({ done: phase === 'IMPORTED' || phase === 'EXPORTED' ? 1 : 0 }),
  };
  return kind as JobKind; // the row holds what this kind has written
}

/** Another process has imported it meanwhile. */
class TakenOver extends Error {}

const scopeGone = () => new AppError('FORBIDDEN', 'The scope of the app was revoked before its request was worked on.');
