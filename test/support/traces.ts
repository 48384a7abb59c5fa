import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../src/store/database/database.js';

/** Tables with a row that holds a text anywhere. */
export async function tablesWith(database: Database, needle: string): Promise<string[]> {
  const names: string[] =
    database.dialect === 'sqlite'
      ? await database.read('sqlite_master').where('type', 'table').pluck('name')
      : await database.read('pg_tables').where('schemaname', 'public').pluck('tablename');
  const found: string[] = [];
  for (const name of names) {
    const rows = await database.read(name).select('*');
    if (JSON.stringify(rows).includes(needle)) found.push(name);
  }
  return found;
}

/** Files below a folder with the bytes of a text in them or in their names. */
export async function filesWith(folder: string, needle: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (path.includes(needle) || (await readFile(path)).includes(needle)) found.push(entry.name);
  }
  return found;
}
