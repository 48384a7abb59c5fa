import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { strToU8, zipSync } from 'fflate';
import { type ConfigurationDocument, toYaml, writeFolder } from './configuration/write.js';
import { type ServerOptions, serverAt, withServer } from './server-options.js';

interface Options extends ServerOptions {
  configuration?: true;
  out?: string;
}

/** Writes a zip that `import` takes, or configuration documents that `apply` takes. */
export function exportVerb(): Command {
  return withServer(new Command('export'), 'a DEVELOPER or ADMIN')
    .summary('export a bot as a zip, or configuration files')
    .description(
      'With the id of a bot: exports it as a zip that hookswitch import takes. Without, or with --configuration: exports the ' +
        'account, or these bots, as documents that hookswitch apply takes. Neither holds secrets.',
    )
    .argument('[bots...]', 'ids of bots, st-…')
    .option('--configuration', 'configuration documents in place of a zip')
    .option(
      '--out <path>',
      'zip: the file to make, overwriting nothing (default: <bot>.zip); documents: the folder to write to (default: standard output)',
    )
    .option('--json', 'the result as one line of JSON')
    .action(async (bots: string[], options: Options) => {
      const [bot, ...others] = bots;
      if (bot === undefined || options.configuration) return exportConfiguration(bots, options);
      if (others.length > 0) throw new Error('A zip holds one bot. Name one, or add --configuration.');
      return exportZip(bot, options);
    });
}

async function exportConfiguration(bots: string[], { out, json, ...server }: Options): Promise<void> {
  const exported = await serverAt(server).exportConfiguration(bots.length > 0 ? bots : null);
  const documents = exported as ConfigurationDocument[];
  if (out === undefined) return void process.stdout.write(json ? `${JSON.stringify(documents)}\n` : toYaml(documents));
  const files = await writeFolder(out, documents);
  const result = { folder: out, documents: documents.length, files: files.length };
  process.stdout.write(
    json
      ? `${JSON.stringify(result)}\n`
      : `Exported ${documents.length} documents into ${out}: ${files.length} files.\n`,
  );
}

async function exportZip(botId: string, { out, json, ...server }: Options): Promise<void> {
  const bot = await serverAt(server).exportBot(botId);
  const file = out ?? `${botId}.zip`;
  const text = (value: unknown) => strToU8(`${JSON.stringify(value, null, 2)}\n`);
  const zip = zipSync({
    'botDefinition.json': text(bot.definition),
    ...(bot.config === null ? {} : { 'config.json': text(bot.config) }),
    ...Object.fromEntries(bot.files.map(({ name, content }) => [name, strToU8(content)])),
  });
  await writeFile(file, zip, { flag: 'wx', mode: 0o600 });
  const files = 1 + Number(bot.config !== null) + bot.files.length;
  process.stdout.write(
    json ? `${JSON.stringify({ file, files })}\n` : `Exported ${botId} into ${file}: ${files} files.\n`,
  );
}
