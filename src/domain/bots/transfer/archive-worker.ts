import { parentPort } from 'node:worker_threads';
import type { ThreadAnswer } from '../../../thread.js';
import type { BotFiles } from '../../definitions.js';
import { filesFrom, type SentArchive, toZip } from './archive.js';

export type ArchiveWork = { read: SentArchive } | { zip: BotFiles };

/* A thread that packs and reads files of bots, one after the other. */
parentPort?.on('message', ({ id, work }: { id: number; work: ArchiveWork }) => {
  parentPort?.postMessage(answer(id, work));
});

function answer(id: number, work: ArchiveWork): ThreadAnswer<unknown> {
  try {
    return { id, result: 'read' in work ? filesFrom(work.read) : toZip(work.zip) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
