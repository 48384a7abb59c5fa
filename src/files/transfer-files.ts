import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { TransferFiles } from '../domain/bots/transfer/transfer-jobs.js';
import type { Attachments } from './attachments.js';

/** The files of imports and exports, among the other uploads: each app pays for its own. */
export function createTransferFiles(attachments: Attachments): TransferFiles {
  return {
    async read(accountId, fileId) {
      const found = await attachments.open(accountId, fileId);
      return found && { name: found.row.fileName, bytes: await buffer(found.content) };
    },

    async keep(owner, { name, bytes }) {
      using _room = await attachments.reserve(bytes.length, owner);
      const stored = await attachments.store(Readable.from([bytes]));
      const row = await attachments.keep(owner, stored, { fileName: name, extension: 'zip', context: 'botExport' });
      return row.id;
    },
  };
}
