import { AppError, badInput } from '../../../errors.js';
import { createThread } from '../../../thread.js';
import type { BotFiles } from '../../definitions.js';
import type { SentArchive } from './archive.js';
import type { ArchiveWork } from './archive-worker.js';
import type { ImportInput } from './import.js';

/** Memory of the thread, in MB. What needs more ends the thread, not the process. */
const MAX_THREAD_MB = 1_024;

/** Uploaded and exported files of bots, packed and read on a thread: megabytes would hold up the event loop for seconds. */
export interface Archives {
  /** BAD_USER_INPUT that says what is wrong with a file; UNAVAILABLE. */
  read(sent: SentArchive): Promise<Pick<ImportInput, 'definition' | 'config' | 'files'>>;
  zip(files: BotFiles): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function createArchives(): Archives {
  const thread = createThread<ArchiveWork, unknown>(new URL('./archive-worker.js', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_THREAD_MB },
  });
  return {
    async read(sent) {
      try {
        return (await thread.run({ read: sent })) as Awaited<ReturnType<Archives['read']>>; // what the worker makes of it
      } catch (error) {
        if (error instanceof AppError) throw error;
        throw badInput('files', error instanceof Error ? error.message : String(error));
      }
    },
    zip: async (files) => (await thread.run({ zip: files })) as Uint8Array, // likewise
    close: thread.close,
  };
}
