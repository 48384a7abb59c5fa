import type { Database } from '../store/database/database.js';

/** The database cannot be read at all: what is in it is not to be looked at. */
export class Unreadable extends Error {}

/** Throws Unreadable, saying what to do, when the database is not reached, damaged or locked by another program. */
export async function assertReadable(database: Database, url: string): Promise<void> {
  try {
    await (database.dialect === 'sqlite' ? tryFile(database) : database.read.raw('select 1'));
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const says = database.dialect === 'sqlite' ? ofFile(error, url) : ofServer(error, new URL(url));
    throw new Unreadable(says, { cause: error });
  }
}

async function tryFile({ read, write }: Database): Promise<void> {
  const [found] = (await read.raw('pragma quick_check(1)')) as { quick_check: string }[];
  if (found?.quick_check !== 'ok') throw new Unreadable(`The database is damaged (${found?.quick_check}). ${RESTORE}`);
  await write.raw('begin immediate'); // met by whoever else writes
  await write.raw('rollback');
}

const RESTORE =
  'Stop the server and restore the last backup with hookswitch restore --force: what is there is put aside.';

function ofFile(error: unknown, file: string): string {
  const code = codeIn(error);
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') return `${file} is damaged (${code}). ${RESTORE}`;
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED')
    return `${file} is locked by another program. End it: a copy, a shell of SQLite or a virus scanner must not hold it.`;
  if (code === 'SQLITE_CANTOPEN' || code === 'SQLITE_READONLY' || code === 'SQLITE_PERM')
    return `${file} cannot be written (${code}). Give the user who runs Hookswitch the right to, for the file and its folder.`;
  return `${file} cannot be read (${code}).`;
}

/** The URL's password is never said. */
function ofServer(error: unknown, { host, pathname, username }: URL): string {
  const code = codeIn(error);
  const user = decodeURIComponent(username);
  if (code === '28P01' || code === '28000')
    return `PostgreSQL at ${host} refuses the user "${user}" (${code}): a wrong password, or no right to come from here. Correct DATABASE_URL.`;
  if (code === '3D000')
    return `PostgreSQL at ${host} has no database "${decodeURIComponent(pathname.slice(1))}". Create it, or correct DATABASE_URL.`;
  return `PostgreSQL at ${host} is not reached (${code}). Look whether it runs, and whether DATABASE_URL and the firewall lead to it.`;
}

/** The driver's code of the error, or of the first of its causes that has one; else the message. */
function codeIn(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string' && /^(SQLITE_|E[A-Z]|[0-9A-Z]{5}$)/.test(at.code)) return at.code;
  return error instanceof Error ? error.message : String(error);
}
