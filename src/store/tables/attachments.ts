import type { Db } from '../database/database.js';
import { number, type RecordOf, table, text } from '../database/table.js';

const attachments = table('attachments', {
  id: text(),
  accountId: text(),
  clientId: text(),
  fileName: text(),
  extension: text(),
  context: text(),
  size: number,
  sha256: text(),
  key: text(),
  createdAt: number,
});
/** An uploaded file; its content lies in the attachments folder under its id. */
export type AttachmentRow = RecordOf<typeof attachments>;

const uploads = table('uploads', { token: text(), accountId: text(), clientId: text(), createdAt: number });
/** A file that is being uploaded in chunks. */
export type UploadRow = RecordOf<typeof uploads>;

export const insertAttachment = (db: Db, row: AttachmentRow) => attachments.insert(db, [row]);

export const attachmentsByIds = (db: Db, ids: readonly string[]): Promise<AttachmentRow[]> =>
  attachments.rows(db, (query) => query.whereIn('attachments.id', [...ids]));

/** The oldest attachments of an account from before a time. */
export const attachmentsBefore = (db: Db, accountId: string, before: number, limit: number): Promise<AttachmentRow[]> =>
  attachments.rows(db, (query) =>
    query
      .where('attachments.account_id', accountId)
      .where('attachments.created_at', '<', before)
      .orderBy('attachments.created_at')
      .limit(limit),
  );

export const renameAttachment = (db: Db, id: string, fileName: string): Promise<number> =>
  db('attachments').where({ id }).update({ file_name: fileName });

/** The oldest attachments of these contexts from before a time, of all accounts. */
export const attachmentsOfContexts = (
  db: Db,
  contexts: readonly string[],
  before: number,
  limit: number,
): Promise<AttachmentRow[]> =>
  attachments.rows(db, (query) =>
    query
      .whereIn('attachments.context', [...contexts])
      .where('attachments.created_at', '<', before)
      .orderBy('attachments.created_at')
      .limit(limit),
  );

export const deleteAttachments = (db: Db, ids: readonly string[]): Promise<number> =>
  db('attachments')
    .whereIn('id', [...ids])
    .delete();

/** Bytes of all attachments of an app. */
export async function attachmentBytes(
  db: Db,
  { accountId, clientId }: Pick<AttachmentRow, 'accountId' | 'clientId'>,
): Promise<number> {
  const row = await db('attachments')
    .where({ account_id: accountId, client_id: clientId })
    .sum<{ bytes: number | string | null }[]>('size as bytes')
    .first();
  return Number(row?.bytes ?? 0);
}

export const insertUpload = (db: Db, row: UploadRow) => uploads.insert(db, [row]);

export const findUpload = (db: Db, token: string): Promise<UploadRow | null> =>
  uploads.row(db, (query) => query.where('uploads.token', token));

export async function countUploads(db: Db, clientId: string): Promise<number> {
  const row = await db('uploads').where({ client_id: clientId }).count<{ n: number }[]>({ n: '*' }).first();
  return Number(row?.n ?? 0);
}

export const uploadsBefore = (db: Db, before: number, limit: number): Promise<UploadRow[]> =>
  uploads.rows(db, (query) =>
    query.where('uploads.created_at', '<', before).orderBy('uploads.created_at').limit(limit),
  );

/** True for the one who takes it. */
export const deleteUpload = async (db: Db, token: string): Promise<boolean> =>
  (await db('uploads').where({ token }).delete()) > 0;
