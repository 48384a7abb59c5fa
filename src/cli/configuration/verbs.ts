import { Command, InvalidArgumentError } from 'commander';
import { type AdminClient, AdminError, type ConfigurationPlan } from '../../admin/admin.js';
import { type ServerOptions, serverAt, withServer } from '../server-options.js';
import type { Path } from './files.js';
import { planText } from './plan-text.js';
import { type ReadDocuments, readDocuments, toFileFaults } from './read.js';
import { botsText, waitForBots } from './waiting.js';

interface Options extends ServerOptions {
  file: string[];
  prune?: true;
  publish?: true;
}

/** Exit code of `plan` when there is something to change. */
const DRIFT = 2;
const DEFAULT_WAIT_MINUTES = 60;

export const configurationVerbs = (): Command[] => [planVerb(), applyVerb()];

function verb(name: string, summary: string): Command {
  return withServer(new Command(name), 'a DEVELOPER or ADMIN')
    .summary(summary)
    .requiredOption(
      '-f, --file <path>',
      'a file or folder of documents; given again, on top of those before',
      (path: string, before: string[] = []) => [...before, path],
    )
    .option('--prune', 'delete what has no document')
    .option('--publish', 'ask for the publication of the bots that changed')
    .option('--json', 'the plan as one line of JSON');
}

function planVerb(): Command {
  return verb('plan', 'show what applying configuration files would change')
    .description('Compares configuration files with a server, and changes nothing.')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing to change, 1 failed, 2 there is something to change, or wrong arguments.',
    )
    .action(async (options: Options) => {
      const read = await readDocuments(options.file, process.env);
      const plan = await send(serverAt(options), read, options, { dryRun: true });
      show(plan, options);
      if (options.json !== true && plan.changes.length > 0) process.stdout.write(`Plan ${plan.hash}\n`);
      if (plan.changes.some(({ action }) => action !== 'NONE')) process.exitCode = DRIFT;
    });
}

function applyVerb(): Command {
  return verb('apply', 'make a server what configuration files say')
    .description('Applies configuration files: all of them, or nothing. Applied again, they change nothing.')
    .option('--hash <hash>', 'of the plan to apply, as `plan` showed it; another one is refused')
    .option(
      '--wait [minutes]',
      `wait until all is approved and live; ${DEFAULT_WAIT_MINUTES} minutes by default, then it fails`,
      minutesOf,
    )
    .action(async (options: Options & { hash?: string; wait?: true | number }) => {
      const server = serverAt(options);
      const read = await readDocuments(options.file, process.env);
      // Applied is what this plan shows, also when somebody else applies something at the same time.
      const hash = options.hash ?? (await send(server, read, options, { dryRun: true })).hash;
      let plan = await send(server, read, options, { planHash: hash });
      show(plan, options);
      if (options.wait === undefined) return;
      const until = Date.now() + (options.wait === true ? DEFAULT_WAIT_MINUTES : options.wait) * 60_000;
      let bots = await waitForBots(server, read.documents, { published: publishedIn(plan), until });
      // Smart bots can be made once their parents are live.
      while (plan.changes.some(({ action, kind }) => action === 'NONE' && kind === 'Bot')) {
        plan = await send(server, read, options, {});
        show(plan, options);
        bots = await waitForBots(server, read.documents, { published: publishedIn(plan), until });
        if (plan.changes.every(({ action }) => action === 'NONE')) break;
      }
      if (options.json !== true) process.stdout.write(`All is approved.\n${botsText(bots)}`);
    });
}

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new InvalidArgumentError('It takes a number of minutes.');
  return minutes;
}

async function send(
  server: AdminClient,
  read: ReadDocuments,
  { prune, publish }: Options,
  more: { dryRun?: boolean; planHash?: string },
): Promise<ConfigurationPlan> {
  const { documents } = read;
  try {
    return await server.applyConfiguration({ documents, prune, publish, ...more });
  } catch (error) {
    const faults = error instanceof AdminError ? error.extensions.faults : undefined;
    if (Array.isArray(faults)) {
      throw toFileFaults(read, faults as { document: number; path: Path; message: string }[]); // as the API lists them
    }
    throw error;
  }
}

const publishedIn = ({ changes }: ConfigurationPlan): string[] =>
  changes.filter(({ action }) => action === 'PUBLISH').map(({ name }) => name);

function show(plan: ConfigurationPlan, { json }: Options): void {
  const colours = process.stdout.isTTY && !process.env.NO_COLOR;
  process.stdout.write(json ? `${JSON.stringify(plan)}\n` : planText(plan, colours));
}
