#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { upkeepVerbs, withMachineTokens } from '../operate/upkeep-verbs.js';
import { machineVerbs } from '../operate/verbs.js';
import { productVersion } from '../product-version.js';
import { canaryVerb } from './canary.js';
import { checkVerb } from './check.js';
import { configurationVerbs } from './configuration/verbs.js';
import { demoVerb } from './demo.js';
import { exportVerb } from './export.js';
import { importVerb } from './import.js';
import { reasonOf } from './reason.js';
import { replayVerb } from './replay.js';
import { tokenVerb } from './token.js';

/** Exit codes of every verb: done, failed, used wrongly. Verbs that follow a job have more, which their help names. */
const FAILED = 1;
const USAGE = 2;

const program = new Command('hookswitch')
  .description('A webhook channel that connects any bot to any outside communication system.')
  .addHelpText(
    'after',
    '\nSettings are environment variables: docs/settings.md.\nExit codes: 0 done, 1 failed, 2 wrong arguments.',
  )
  .exitOverride();

program
  .command('start', { isDefault: true })
  .summary('run the server (the default)')
  .description('Runs the server until it is told to stop (SIGTERM, Ctrl-C).')
  .allowExcessArguments()
  .action(async (_options: unknown, { args: [unknown] }: Command) => {
    if (unknown !== undefined) program.error(`error: unknown command '${unknown}'. See hookswitch --help.`);
    (await import('../config/env.js')).beInProduction();
    await import('../main.js');
  });

const loadDemo = async () => (await import('../demo/demo.js')).demo;
const botVerbs = [
  importVerb(),
  exportVerb(),
  ...configurationVerbs(),
  replayVerb(),
  checkVerb(),
  canaryVerb(),
  demoVerb(loadDemo),
];
const verbs = [...botVerbs, tokenVerb(withMachineTokens), ...upkeepVerbs(), ...machineVerbs()];
for (const verb of verbs) program.addCommand(verb);
program.version(productVersion());

/** Throws CommanderError in place of ending the process, in every verb. */
function throwing(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwing);
}
throwing(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  } else {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exitCode = FAILED;
  }
}
