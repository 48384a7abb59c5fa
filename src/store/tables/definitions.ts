import type { Db } from '../database/database.js';
import { json, nullable, number, type RecordOf, table, text } from '../database/table.js';

/** What came along with a bot file. */
export interface Companions {
  config: Record<string, unknown> | null;
  files: { name: string; content: string }[];
}

const columns = {
  id: text(),
  accountId: text(),
  contentHash: text(),
  /** The bot file, as JSON text. */
  body: text(),
  companions: nullable(json<Companions>()),
  secretsCipher: nullable(text()),
  createdAt: number,
};
const definitions = table('definitions', columns, { wide: true });
export type DefinitionRecord = RecordOf<typeof definitions>;

/** The id under which this content stands: an existing row's where the account has the same content already. */
export async function saveDefinition(db: Db, definition: DefinitionRecord): Promise<string> {
  const { accountId, contentHash } = definition;
  const known = await db('definitions').where({ account_id: accountId, content_hash: contentHash }).first('id');
  if (known) return known.id;
  await definitions.insert(db, [definition]);
  return definition.id;
}

export const findDefinitions = (db: Db, ids: readonly string[]) => definitions.rowsIn(db, 'id', ids);
