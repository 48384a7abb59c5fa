import { Command, Option } from 'commander';
import type { ImportReport } from '../admin/admin.js';
import { readBotFiles, readFunctions } from './bot-files.js';
import { type ServerOptions, serverAt, withServer } from './server-options.js';

interface Options extends ServerOptions {
  mode: 'NEW' | 'FULL' | 'INCREMENTAL';
  bot?: string;
  name?: string;
  functions: string[];
}

const EXAMPLES = `
  hookswitch import export.zip --token <token>
  hookswitch import unpacked-export/ --token <token> --name "Orders, second try"
  hookswitch import botDefinition.json --token <token> --mode FULL --bot st-…`;

export function importVerb(): Command {
  const mode = new Option(
    '--mode <mode>',
    'NEW; FULL (replaces, keeps webhook channels); INCREMENTAL (adds and replaces by refId)',
  );
  return withServer(new Command('import'), 'a DEVELOPER or ADMIN')
    .summary('import a bot from an export')
    .description('Imports a bot from a real export.')
    .argument('<file>', 'a zip, the folder unpacked from it, or a botDefinition.json with its files beside it')
    .addOption(mode.choices(['NEW', 'FULL', 'INCREMENTAL']).default('NEW'))
    .option('--bot <id>', 'the bot to import into, for FULL and INCREMENTAL')
    .option('--name <name>', 'another name for the bot')
    .option(
      '--functions <path>',
      "a .js file, or a folder of them, with functions that the bot's scripts call; may be given several times. A zip or folder has its own; beside a single definition, files named like botFunctions.js are taken along",
      (path: string, others: string[]) => [...others, path],
      [],
    )
    .option('--json', 'the report as one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, { json, mode: chosen, bot: botId, name, functions: given, ...server }: Options) => {
      const export_ = await readBotFiles(path);
      const functions = (await Promise.all(given.map(readFunctions))).flat();
      const others = export_.files.filter((file) => functions.every(({ name: theirs }) => theirs !== file.name));
      const input = { ...export_, files: [...others, ...functions], mode: chosen, botId, name };
      const report = await serverAt(server).importBot(input);
      process.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report));
    });
}

function describe({ bot, dialogs, messages, overrides, channels, warnings }: ImportReport): string {
  const lines = [
    `Imported "${bot.name}" as ${bot.id}: ${dialogs} dialogs, ${messages} messages, ${overrides} overrides.`,
    ...channels.map((channel) => `  channel "${channel.name}" (${channel.id}): ${channel.status}`),
    ...(warnings.length > 0 ? ['Kept, but not run as on its platform:'] : []),
    ...warnings.map((warning) => `  ${warning.path}: ${warning.message}`),
  ];
  return `${lines.join('\n')}\n`;
}
