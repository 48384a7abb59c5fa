import { Command } from 'commander';

// A verb loads what it runs when it runs: that is most of the server, and a help needs none of it.
const settings = async () => (await import('../config/env.js')).readEnv();

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The verbs that work on the machine of a server, with its settings. */
export function machineVerbs(): Command[] {
  return [backupVerb(), restoreVerb()];
}

function backupVerb(): Command {
  return new Command('backup')
    .summary('back up a server, running or stopped')
    .description(
      'Backs up the database (SQLite) and the uploaded files of the server whose settings are set here, running or stopped. The key ring only with --with-keys.',
    )
    .argument('<dir>', 'the folder to make; must not be there, or be empty')
    .option('--with-keys', 'put the key ring into the backup: whoever has it can then read every secret', false)
    .option('--json', 'the manifest as one line of JSON', false)
    .action(async (folder: string, { withKeys, json }: { withKeys: boolean; json: boolean }) => {
      const [{ backup }, env] = await Promise.all([import('./backup.js'), settings()]);
      const manifest = await backup({ env, folder, withKeys, now: Date.now() });
      if (json) return void say(JSON.stringify(manifest));
      say(`Backed up into ${folder}: ${manifest.files.length} files, schema ${manifest.schema}.`);
      if (manifest.database === 'postgres')
        say(
          'The database is not in it. Dump it first, then back up: pg_dump --format=custom --file=database.dump "$DATABASE_URL" (or use base backups and WAL archiving).',
        );
      if (!withKeys && manifest.keys.length > 0)
        say('The key ring is not in it. Keep a copy elsewhere: without it no secret of this backup can be opened.');
    });
}

const KEYS = {
  KEY_RING: 'Its secrets open with KEY_RING.',
  backup: 'The key ring of the backup was restored.',
  target: 'Its secrets open with the key ring that is there.',
  none: 'It has no secrets; a key ring is made at the next start.',
};

function restoreVerb(): Command {
  return new Command('restore')
    .summary('restore a backup into DATA_DIR')
    .description(
      'Restores a backup into DATA_DIR, after checking its files, its schema and the keys. The server must be stopped.',
    )
    .argument('<dir>', 'a folder made by hookswitch backup')
    .option('--force', 'also into a folder that is not empty: what is there is put aside', false)
    .option('--json', 'what was done as one line of JSON', false)
    .action(async (folder: string, { force, json }: { force: boolean; json: boolean }) => {
      const [{ restore }, env] = await Promise.all([import('./restore.js'), settings()]);
      const { manifest, keys, putAside } = await restore({ env, folder, force, now: Date.now() });
      if (json) return void say(JSON.stringify({ manifest, keys, putAside }));
      say(`Restored the backup of ${manifest.createdAt}: ${manifest.files.length} files. ${KEYS[keys]}`);
      if (putAside !== null) say(`What was there before is in ${putAside}.`);
      if (manifest.database === 'postgres')
        say('The database is restored apart: pg_restore --clean --if-exists --dbname="$DATABASE_URL" database.dump');
    });
}
