import sqlite3 from 'sqlite3';

/** The state of conversations as both SDKs store it: a document for each key. As durable as the server's own. */
export async function openStorage(file) {
  const database = new sqlite3.Database(file);
  const run = (method, sql, ...values) =>
    new Promise((resolve, reject) => {
      database[method](sql, ...values, (error, rows) => (error ? reject(error) : resolve(rows)));
    });
  await run('exec', 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  await run('exec', 'create table if not exists state (key text primary key, value text not null)');
  return {
    async read(keys) {
      const marks = keys.map(() => '?').join(', ');
      const rows = await run('all', `select key, value from state where key in (${marks})`, keys);
      return Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value)]));
    },
    async write(changes) {
      for (const [key, value] of Object.entries(changes))
        await run('run', 'insert or replace into state values (?, ?)', [key, JSON.stringify(value)]);
    },
    async delete(keys) {
      for (const key of keys) await run('run', 'delete from state where key = ?', [key]);
    },
  };
}
