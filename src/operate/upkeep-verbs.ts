import { Command } from 'commander';
import { systemClock } from '../time.js';
import type { machineTokens } from './machine-tokens.js';

// A verb loads what it runs when it runs: that is most of the server, and a help needs none of it.
const settings = async () => (await import('../config/env.js')).readEnv;

const say = (text: string) => process.stdout.write(`${text}\n`);
const JSON_OPTION = ['--json', 'the result as one line of JSON'] as const;

/** Tokens by the database of the machine's own settings. */
export async function withMachineTokens<T>(work: (tokens: ReturnType<typeof machineTokens>) => Promise<T>): Promise<T> {
  const [{ openServerDatabase }, tokens, readEnv] = await Promise.all([
    import('./open-database.js'),
    import('./machine-tokens.js'),
    settings(),
  ]);
  await using database = await openServerDatabase(readEnv());
  return await work(tokens.machineTokens(database, systemClock));
}

export function upkeepVerbs(): Command[] {
  return [migrateVerb(), adminVerb(), doctorVerb()];
}

function migrateVerb(): Command {
  return new Command('migrate')
    .summary('bring the schema of the database up to date')
    .description('Brings the schema of the database up to date, as a start does. A server on SQLite must be stopped.')
    .option('--plan', 'only names the migrations')
    .option(...JSON_OPTION)
    .action(async ({ plan, json }: { plan?: true; json?: true }) => {
      const [{ applyMigrations, planMigrations }, readEnv] = await Promise.all([import('./migrate.js'), settings()]);
      const names = plan ? await planMigrations(readEnv()) : await applyMigrations(readEnv());
      if (json) return void say(JSON.stringify({ [plan ? 'pending' : 'applied']: names }));
      if (names.length === 0) return void say('The schema is up to date.');
      say([plan ? 'To be applied:' : 'Applied:', ...names.map((name) => `  ${name}`)].join('\n'));
    });
}

/** Long enough to sign in and make a lasting one. */
const RECOVERED_FOR_MS = 24 * 60 * 60 * 1000;

function adminVerb(): Command {
  const recover = new Command('recover')
    .summary('make a new API token of an ADMIN')
    .description(
      "Makes an API token of an ADMIN, good for a day, for when all others are lost. It is written into the database of this machine's settings, with the server running or stopped, and into the audit log.",
    )
    .option('--user <user>', 'id, e-mail address or name of an ADMIN (default: the one who is there longest)')
    .option(...JSON_OPTION)
    .action(({ user, json }: { user?: string; json?: true }) =>
      withMachineTokens(async (tokens) => {
        const expiresAt = Date.now() + RECOVERED_FOR_MS;
        const made = await tokens.create({ user, name: 'Recovered', expiresAt, role: 'ADMIN' });
        if (json) say(JSON.stringify({ ...made, expiresAt: new Date(expiresAt).toISOString() }));
        else say(`An API token of "${made.user}", good for a day and shown only this once:\n\n    ${made.token}\n`);
      }),
    );
  return new Command('admin').summary('get back in').description('Gets you back in.').addCommand(recover);
}

function doctorVerb(): Command {
  return new Command('doctor')
    .summary('look whether all is as a server needs it')
    .description(
      "Looks at the versions, settings, disk, ports, database, key ring, way out and clock of this machine's server, running or stopped, and says what to do. Changes nothing. Exit code 1 when something is wrong.",
    )
    .option('--reach <url>', 'called to see whether the outside is reached', 'https://example.com/')
    .option('--no-reach', 'calls nothing')
    .option(...JSON_OPTION)
    .action(async ({ reach, json }: { reach: string | false; json?: true }) => {
      const [{ examine }, readEnv] = await Promise.all([import('./doctor.js'), settings()]);
      const findings = await examine({ settings: readEnv, reach: reach === false ? null : reach, now: Date.now() });
      if (json) say(JSON.stringify(findings));
      else for (const { what, ok, says } of findings) say(`${ok ? 'ok     ' : 'problem'}  ${what}: ${says}`);
      if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
    });
}
