import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { strToU8, zipSync } from 'fflate';
import { doorTo } from './graphql-door.js';

interface BotExport {
  definition: unknown;
  config: unknown;
  files: { name: string; content: string }[];
}

const EXPORT = `mutation($botId: ID!) { bot: exportBot(botId: $botId) { definition config files { name content } } }`;

/** Writes a zip that `import` takes. */
export function exportVerb(): Command {
  return new Command('export')
    .summary('export a bot as a zip')
    .description('Exports a bot as a zip that hookswitch import takes. It holds no secrets.')
    .argument('<bot>', 'id of the bot, st-…')
    .requiredOption('--token <token>', 'an API token of a DEVELOPER or ADMIN')
    .option('--url <url>', 'of the server', 'http://localhost:4000')
    .option('--out <file>', 'the file to make; it overwrites nothing (default: <bot>.zip)')
    .option('--json', 'the result as one line of JSON')
    .action(async (botId: string, options: { token: string; url: string; out?: string; json?: true }) => {
      const { bot } = await doorTo(options.url, options.token)<{ bot: BotExport }>(EXPORT, { botId });
      const file = options.out ?? `${botId}.zip`;
      const text = (value: unknown) => strToU8(`${JSON.stringify(value, null, 2)}\n`);
      const zip = zipSync({
        'botDefinition.json': text(bot.definition),
        ...(bot.config === null ? {} : { 'config.json': text(bot.config) }),
        ...Object.fromEntries(bot.files.map(({ name, content }) => [name, strToU8(content)])),
      });
      await writeFile(file, zip, { flag: 'wx', mode: 0o600 });
      const files = 1 + Number(bot.config !== null) + bot.files.length;
      process.stdout.write(
        options.json ? `${JSON.stringify({ file, files })}\n` : `Exported ${botId} into ${file}: ${files} files.\n`,
      );
    });
}
