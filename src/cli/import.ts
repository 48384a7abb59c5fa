import { Command, Option } from 'commander';
import type { ImportReport } from '../admin/admin.js';
import { readBotFiles, readFunctions } from './bot-files.js';
import { planText } from './configuration/plan-text.js';
import { readBindings } from './import-bindings.js';
import { type ServerOptions, serverAt, withServer } from './server-options.js';

interface Options extends ServerOptions {
  mode: 'NEW' | 'FULL' | 'INCREMENTAL';
  bot?: string;
  name?: string;
  functions: string[];
  bindings?: string;
  publish?: true;
  dryRun?: true;
}

const EXAMPLES = `
  hookswitch import export.zip --token <token>
  hookswitch import unpacked-export/ --token <token> --name "Orders, second try"
  hookswitch import botDefinition.json --token <token> --mode FULL --bot st-…
  hookswitch import export.zip --token <token> --bindings production.yaml --dry-run
  hookswitch import export.zip --token <token> --bindings production.yaml --publish`;

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
    .option('--bindings <file>', 'apps, POST URLs and secrets of its channels and variables, in YAML or JSON')
    .option('--publish', 'ask for the publication of the bot with all its enabled channels')
    .option('--dry-run', 'only show what the import would make, change and remove')
    .option('--json', 'the report as one line of JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, options: Options) => {
      const { json, mode: chosen, bot: botId, name, functions: given, publish, dryRun } = options;
      const export_ = await readBotFiles(path);
      const functions = (await Promise.all(given.map(readFunctions))).flat();
      const others = export_.files.filter((file) => functions.every(({ name: theirs }) => theirs !== file.name));
      const bindings = options.bindings === undefined ? undefined : await readBindings(options.bindings, process.env);
      const files = { ...export_, files: [...others, ...functions] };
      const input = { ...files, mode: chosen, botId, name, bindings, publish, dryRun };
      const report = await serverAt(options).importBot(input);
      process.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report));
    });
}

function describe({ applied, changes, warnings, ...report }: ImportReport): string {
  const notes = [
    ...(warnings.length > 0 ? ['Kept, but not run as on its platform:'] : []),
    ...warnings.map((warning) => `  ${warning.path}: ${warning.message}`),
  ];
  const text = applied
    ? imported(report)
    : [planText({ changes }, process.stdout.isTTY && !process.env.NO_COLOR).trimEnd()];
  return `${[...text, ...notes].join('\n')}\n`;
}

const imported = ({
  bot,
  dialogs,
  messages,
  overrides,
  channels,
  bound,
  version,
}: Omit<ImportReport, 'applied' | 'changes' | 'warnings'>): string[] => [
  `Imported "${bot.name}" as ${bot.id}: ${dialogs} dialogs, ${messages} messages, ${overrides} overrides.`,
  ...channels.map((channel) => `  channel "${channel.name}" (${channel.id}): ${channel.status}`),
  ...bound.flatMap(({ channel, signingSecret }) =>
    signingSecret === null ? [] : [`  signing secret of "${channel.name}", shown this once: ${signingSecret}`],
  ),
  ...(version ? [`  version ${version.number}: ${version.status}`] : []),
];
