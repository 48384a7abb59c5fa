import { parseArgs } from 'node:util';
import { readBotFiles, readFunctions } from './bot-files.js';
import { doorTo } from './graphql-door.js';

const USAGE = `Imports a bot from a real export.

  npm run import -- export.zip --token <API token> [--url http://localhost:4000]
  npm run import -- botDefinition.json --mode FULL --bot st-…
  npm run import -- unpacked-export/ --token <API token>

  --token      an API token of a DEVELOPER or ADMIN
  --url        of the server (default http://localhost:4000)
  --mode       NEW (default), FULL (replaces, keeps webhook channels), INCREMENTAL (adds and replaces by refId)
  --bot        the bot to import into, for FULL and INCREMENTAL
  --name       another name for the bot
  --functions  a .js file, or a folder of them, with functions that the bot's scripts call; may be given several times. A zip
               or folder has its own; beside a single definition, files named like botFunctions.js are taken along
  --json       the report as one line of JSON
`;

interface Report {
  bot: { id: string; name: string };
  dialogs: number;
  messages: number;
  overrides: number;
  channels: { id: string; name: string; status: string }[];
  warnings: { path: string; message: string }[];
}

const MUTATION = `mutation($input: ImportBotInput!) { importBot(input: $input) {
  bot { id name } dialogs messages overrides channels { id name status } warnings { path message } } }`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      token: { type: 'string' },
      url: { type: 'string', default: 'http://localhost:4000' },
      mode: { type: 'string', default: 'NEW' },
      bot: { type: 'string' },
      name: { type: 'string' },
      functions: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [path] = positionals;
  if (values.help || !path || !values.token) {
    process.stdout.write(USAGE);
    if (!values.help) process.exitCode = 2;
    return;
  }
  const { mode, bot: botId, name, token } = values;
  const export_ = await readBotFiles(path);
  const functions = (await Promise.all(values.functions.map(readFunctions))).flat();
  const others = export_.files.filter((file) => functions.every((given) => given.name !== file.name));
  const input = { ...export_, files: [...others, ...functions], mode, botId, name };
  const { importBot } = await doorTo(values.url, token)<{ importBot: Report }>(MUTATION, { input });
  process.stdout.write(values.json ? `${JSON.stringify(importBot)}\n` : describe(importBot));
}

function describe({ bot, dialogs, messages, overrides, channels, warnings }: Report): string {
  const lines = [
    `Imported "${bot.name}" as ${bot.id}: ${dialogs} dialogs, ${messages} messages, ${overrides} overrides.`,
    ...channels.map((channel) => `  channel "${channel.name}" (${channel.id}): ${channel.status}`),
    ...(warnings.length > 0 ? ['Kept, but not run as on its platform:'] : []),
    ...warnings.map((warning) => `  ${warning.path}: ${warning.message}`),
  ];
  return `${lines.join('\n')}\n`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  const isUsage = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  process.exitCode = isUsage ? 2 : 1;
});
